import { type MessageParts, msg } from '../../base/message.ts';
import type { TaskKind } from '../../model/task-kind.ts';
import { DataFileError } from '../readers/data-file.ts';
import type { OffsetUnit } from './offset-units.ts';

/** From the cells of a record to what a row's label says, by the kind of task. */

/** How rows are labelled where it is not one class a row. */
export interface Labelling {
  kind: TaskKind;
  /** Character between the classes of a cell; absent: told from the cells. Only of several labels. */
  separator?: string | undefined;
  /** Columns of a class each, in place of one of lists. Only of several labels. */
  classes?: readonly string[] | undefined;
  /** What stands before a number's decimals; absent: a point. Only of numbers. */
  decimal?: ',' | undefined;
  /** In what spans of characters are counted that stand in the place of tags; absent: there is a tag for each word. */
  spans?: OffsetUnit | undefined;
  /** Spans that go with no words are widened or left out; absent: they are refused. */
  mend?: true | undefined;
}

/** An error of a single row's label: such rows can be left out. */
function badCell(words: MessageParts): DataFileError {
  const error = new DataFileError(words);
  error.unlabelled = true;
  return error;
}

/** What may stand between the classes of a cell. */
const separators = [';', '|', ','] as const;

/** Characters of a cell that a message shows. */
const shown = (cell: string) => (cell.length > 60 ? `${cell.slice(0, 60)}…` : cell);

type Where = () => MessageParts;

function jsonList(cell: string): string[] | null {
  if (!cell.startsWith('[')) return null;
  try {
    const list: unknown = JSON.parse(cell);
    const isName = (one: unknown) => typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean';
    return Array.isArray(list) && list.every(isName) ? list.map((one) => String(one)) : null;
  } catch {
    return null;
  }
}

/**
 * Reader of cells with several classes: a JSON list, or names between separators. An empty cell has none.
 * @param separator absent: the one that the cells have, as long as they have no other
 * @returns a function to the classes' names, each once
 */
export function classLists(separator?: string): (cell: string, where: Where) => string[] {
  let used = separator;
  return (cell, where) => {
    if (cell === '') return [];
    const list = jsonList(cell);
    if (!list && cell.startsWith('['))
      throw badCell(msg`${where()} holds “${shown(cell)}”, which is no JSON list of names.`);
    if (list) return [...new Set(list.map((name) => name.trim()).filter((name) => name !== ''))];
    if (separator === undefined) {
      const found = separators.filter((one) => cell.includes(one) && one !== used);
      used ??= found.shift();
      if (found.length > 0)
        throw new DataFileError(
          msg`${where()} holds “${shown(cell)}”: whether its labels stand between ${used ?? ''} or ${found.join(' ')} cannot be told. Choose what stands between the labels (data.separator).`,
        );
    }
    const names = used === undefined ? [cell] : cell.split(used);
    return [...new Set(names.map((name) => name.trim()).filter((name) => name !== ''))];
  };
}

const yes = ['1', '1.0', 'true', 'yes', 'y', 'x'];
const no = ['', '0', '0.0', 'false', 'no', 'n'];

/** Whether a cell of a class's own column says that the row has the class. */
export function isMarked(cell: string, where: Where): boolean {
  const word = cell.trim().toLowerCase();
  if (yes.includes(word)) return true;
  if (no.includes(word)) return false;
  throw badCell(
    msg`${where()} holds “${shown(cell)}”. Where every class has a column of its own, its cells are 1 or 0.`,
  );
}

/** Digits with a comma before their decimals. */
const withComma = /^[+-]?\d+,\d+$/;

/** @throws DataFileError where a cell is no number */
export function numberIn(cell: string, where: Where, decimal?: ','): number {
  const value = cell === '' ? Number.NaN : Number(decimal && withComma.test(cell) ? cell.replace(',', '.') : cell);
  if (Number.isFinite(value)) return value;
  const hint = withComma.test(cell) ? msg` Write it with a point.` : '';
  const error = badCell(msg`${where()} holds “${shown(cell)}”, not a number.${hint}`);
  if (withComma.test(cell)) error.comma = true;
  throw error;
}

/** Words or tags of a cell: a JSON list, or what stands between spaces. */
export const wordsIn = (cell: string): string[] => jsonList(cell) ?? cell.split(/\s+/).filter((word) => word !== '');

/**
 * Words with a tag each; null where there are none.
 * @throws DataFileError where their numbers differ
 */
export function taggedWords(
  cells: { words: string; tags: string },
  names: { words: string; tags: string },
  where: Where,
): { words: string[]; tags: string[] } | null {
  const [words, tags] = [wordsIn(cells.words.trim()), wordsIn(cells.tags.trim())];
  if (words.length !== tags.length)
    throw badCell(
      msg`${where()}: column ${names.words} has ${words.length} words, column ${names.tags} has ${tags.length} tags. Each word needs one.`,
    );
  if (words.length === 0) return null;
  return { words, tags: tags.map((tag) => tag.trim()) };
}
