import { expect } from 'vitest';
import { type LookReport, look } from '../../commands/look/report.ts';

/** Tables as people have them, and what the report on a file must find in them. */

const texts = [
  'the soup was cold and the waiter rude',
  'a lovely evening, warm bread and good wine',
  'we waited an hour for a table by the door',
  'best pancakes in town, and quick',
  'never again, the fish was off',
  'friendly, quick and cheap for what it is',
  'the room was loud and the chairs hard',
  'they remembered us from last year',
  'my plate was still dirty when it came',
  'a small place with a big heart',
  'the bill was wrong twice',
  'come for the cake and stay for the view',
];
const cell = (value: unknown) => {
  const text = String(value);
  return /[,;"\t\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

export type Column = (i: number) => unknown;
/** A table of 24 rows, or as many as are asked for. */
export function table(
  columns: Record<string, Column> | Column[],
  { rows = 24, delimiter = ',', end = '\n' } = {},
): string {
  const list = Array.isArray(columns) ? columns : Object.values(columns);
  const header = Array.isArray(columns) ? [] : [Object.keys(columns).map(cell).join(delimiter)];
  const body = Array.from({ length: rows }, (_, i) => list.map((column) => cell(column(i))).join(delimiter));
  return [...header, ...body, ''].join(end);
}

export const text: Column = (i) => `${texts[i % 12]} ${['indeed', 'truly', 'again'][Math.floor(i / 12)] ?? i}`;
export const mood: Column = (i) => (i % 2 ? 'positive' : 'negative');
export const number: Column = (i) => i + 1;

export type Expected = Partial<
  Pick<LookReport, 'format' | 'header' | 'text' | 'second' | 'label' | 'classes' | 'rows'>
> & {
  error?: RegExp;
};
export type Case = [what: string, name: string, content: string | Uint8Array, expected: Expected];

export const moods = ['negative', 'positive'];

export const check = async ([, name, content, { error, ...expected }]: Case) => {
  const report = await look({
    name,
    blob: new Blob([typeof content === 'string' ? content : new Uint8Array(content)]),
  });
  expect(report).toMatchObject(expected);
  if (error) expect(report.error).toMatch(error);
  else expect(report.error).toBeNull();
};
