import { z } from 'zod';
import { createStore } from 'zustand/vanilla';
import { madeAnew } from '../database.ts';
import { readNote } from '../notes.ts';
import { put } from '../storage.ts';
import { type LessonId, lessonIds } from './origin.ts';

/** What a learner writes down in the lessons: a prediction before anything is trained, and an explanation afterwards. */

/** Most characters of an explanation: a sentence or three. */
export const maxExplanation = 500;

const pageSchema = z.strictObject({
  /** In the unit of the lesson's question. */
  prediction: z.number().min(0).max(100).optional(),
  explanation: z.string().max(maxExplanation).optional(),
});
type Page = z.infer<typeof pageSchema>;
const notebookSchema = z.partialRecord(z.enum(lessonIds), pageSchema);

interface Notebook {
  pages: Readonly<Partial<Record<LessonId, Page>>>;
}

export const notebookStore = createStore<Notebook>(() => ({ pages: {} }));
const { getState, setState } = notebookStore;

/** The note that it is kept in. */
export const notebookNote = 'lesson-notes';

/** The pages with others beside them: those that are here stay. */
const withPages = (others: z.infer<typeof notebookSchema>): Notebook => ({
  pages: { ...(others as Notebook['pages']), ...getState().pages },
});

/** Restores the notebook of earlier visits. */
export async function loadNotebook(): Promise<void> {
  const kept = await readNote(notebookNote, notebookSchema);
  if (kept) setState(withPages(kept));
}

/**
 * Takes pages that another browser saved, for lessons without one here.
 * @returns false: they cannot be read
 */
export function takeNotebook(value: unknown): boolean {
  const saved = notebookSchema.safeParse(value);
  if (!saved.success) return false;
  setState(withPages(saved.data));
  void put('notes', notebookNote, getState().pages);
  return true;
}

function write(id: LessonId, change: Page): void {
  const { pages } = getState();
  setState({ pages: { ...pages, [id]: { ...pages[id], ...change } } });
  void put('notes', notebookNote, getState().pages);
}

/** Writes a prediction down: a number from 0 to 100. */
export const predict = (id: LessonId, prediction: number): void => write(id, { prediction });

/** Writes an explanation down, as far as it has room. */
export const explain = (id: LessonId, explanation: string): void =>
  write(id, { explanation: explanation.slice(0, maxExplanation) });

madeAnew.listen(() => {
  const { pages } = getState();
  if (Object.keys(pages).length > 0) void put('notes', notebookNote, pages);
});
