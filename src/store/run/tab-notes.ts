import { z } from 'zod';
import { readNote } from '../notes.ts';
import { put, remove } from '../storage.ts';
import { heldIds, tabAfterTab } from './tab-lock.ts';

/**
 * Notes under one key of the storage, of which every tab has its own, by an id that the tab holds a lock of. Those whose
 * tab was closed are there for the next visit.
 */
export interface TabNotes<T> {
  /** Of all that is stored under the key. */
  schema: z.ZodType<T[]>;
  /** The note that a closed tab left last. */
  lastLeft(): Promise<T | undefined>;
  /** Writes this tab's note. Those that closed tabs left make way for it. */
  write(note: T): Promise<void>;
  forget(id: string): Promise<void>;
}

export function tabNotes<T extends { id: string }>(key: string, schema: z.ZodType<T>): TabNotes<T> {
  // Earlier versions had a single note.
  const listSchema = z.union([z.array(schema).min(1), schema.transform((note) => [note])]);
  const read = async () => (await readNote(key, listSchema)) ?? [];

  /** One tab after another. */
  async function change(edit: (notes: T[]) => Promise<T[]>): Promise<void> {
    const go = async () => {
      const notes = await edit(await read());
      await (notes.length > 0 ? put('notes', key, notes) : remove('notes', key));
    };
    await tabAfterTab(key, go);
  }

  return {
    schema: listSchema,
    lastLeft: async () => {
      const held = await heldIds();
      return (await read()).findLast(({ id }) => !held.includes(id));
    },
    write: (note) =>
      change(async (notes) => {
        const held = await heldIds();
        return [...notes.filter(({ id }) => id !== note.id && held.includes(id)), note];
      }),
    forget: (gone) => change(async (notes) => notes.filter(({ id }) => id !== gone)),
  };
}
