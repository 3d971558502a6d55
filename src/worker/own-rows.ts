import { PersonError, said } from '../base/message.ts';
import { RowCollector } from '../data/rows/packed-rows.ts';
import { splitRows } from '../data/rows/split.ts';
import type { Request } from './protocol.ts';
import { openTask } from './tasks.ts';

/** A person's own rows: they come in pieces, and are cut in two here. */

interface OwnRows {
  key: number;
  rows: RowCollector;
  test: RowCollector;
  validation: RowCollector;
}

let own: OwnRows | null = null;

type RowsOf<T extends Request['type']> = Extract<Request, { type: T }>;

/** Takes some rows in; a new key drops those that came under another. */
export function takeOwnRows({ key, part, rows }: RowsOf<'own-rows'>): void {
  if (own?.key !== key)
    own = { key, rows: new RowCollector(), test: new RowCollector(), validation: new RowCollector() };
  own[part].add(rows);
}

/** @throws PersonError where rows of that key never came */
export function openOwnRows({ name, key, split }: RowsOf<'load-rows'>): void {
  if (own?.key !== key) throw new PersonError(said`The rows of ${name} are not here. Import the file again.`);
  const { rows, test, validation } = own;
  openTask({
    name,
    ...(split ? splitRows(rows.rows, split) : { train: rows.rows, test: test.rows }),
    ...(validation.rows.length > 0 ? { validation: validation.rows } : {}),
  });
}
