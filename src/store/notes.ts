import type { z } from 'zod';
import { parsed } from './runs/record-schemas.ts';
import { get, setAside } from './storage.ts';

/** A note by its schema; undefined where there is none. One that does not fit is set aside. */
export async function readNote<T>(key: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const value = await get('notes', key);
  if (value === undefined) return undefined;
  const note = parsed(schema, value);
  if (note === undefined) await setAside('notes', key, value);
  return note;
}
