import type { FileRecord } from '../readers/data-file.ts';
import { factsOf, kindOf } from './column-facts.ts';

/** Whether a table's first record names its columns: by its differences from the records below, and by usual names. */

/** Names that a header is likely to hold. */
const defaultName =
  /^(text|sentence|label|class|category|target|id|index|idx|review|message|content|body|title|question|intent|sentiment|topic|score|stars|rating|comment|tweet|description|headline|date|url|name|v1|v2|文本|内容|句子|评论|标签|类别|分类|主题|评分)(s|_?\d|_?[ab])?$/i;
/** Two words joined, as programs name columns. */
const joinedName = /^[a-z]+\d*([_.][a-z\d]+)+$|^[a-z]+([A-Z][a-z]+)+$/;

const maxNameCharacters = 40;
const maxNameWords = 4;
/** Most records that are compared. */
const maxCompared = 200;

const isNumber = (kind: string) => kind === 'whole number' || kind === 'fraction';

/** Evidence in bits, above 0 for a header: each column's first cell against the cells below it. */
function evidence(cell: string, at: number, rest: readonly FileRecord[]): number {
  if (cell === '') return 0;
  const facts = factsOf('', at, rest);
  const below = rest.map(({ cells }) => (cells[at] ?? '').trim()).filter((value) => value !== '');
  let bits = 0;
  if (defaultName.test(cell)) bits += 3;
  else if (joinedName.test(cell)) bits += 1.5;
  if (cell.length > maxNameCharacters || cell.split(/\s+/).length > maxNameWords) bits -= 2;
  if (/[.!?。！？]$/.test(cell)) bits -= 1;
  if (below.length === 0) return bits;
  // A name describes the values; it is none of them.
  if (below.includes(cell)) bits -= 5;
  else if (facts.variety <= 0.5) {
    const once = new Map<string, number>();
    for (const value of below) once.set(value, (once.get(value) ?? 0) + 1);
    const singles = [...once.values()].filter((count) => count === 1).length;
    bits += Math.min(3, Math.log2((below.length + 2) / (singles + 1)) - 1);
  }
  const kind = kindOf(cell);
  if (facts.kind !== 'words' && facts.kind !== 'several labels' && facts.kind !== 'nothing') {
    const alike = kind === facts.kind || (isNumber(kind) && isNumber(facts.kind));
    bits += alike ? -3 : Math.min(4, 1 + below.length);
  } else if (isNumber(kind)) bits -= 2;
  if (facts.meanWords >= 4 || facts.meanLength >= 24) {
    const short = cell.length < facts.meanLength / 2;
    bits += short ? 1.5 : -1.5;
    if (short && below.length >= 5 && below.every((value) => value.length > cell.length)) bits += 1;
  }
  return bits;
}

/** The header of a table without names, as pandas writes it: 0, 1, 2, … */
const isNumbered = (cells: readonly string[]) =>
  cells.length > 1 && cells.every((cell, i) => cell === String(i) || (i === 0 && cell === ''));

/**
 * Whether the first of these records is a header.
 * @param records the first ones of the file
 */
export function guessHeader(records: readonly FileRecord[]): boolean {
  const [first, ...others] = records;
  if (!first) return true;
  const rest = others.slice(0, maxCompared);
  const cells = first.cells.map((cell) => cell.trim());
  const isName = (cell: string) =>
    cell.length <= maxNameCharacters && cell.split(/\s+/).length <= maxNameWords && !isNumber(kindOf(cell));
  if (rest.length === 0) return cells.some((cell) => defaultName.test(cell)) || cells.every(isName);
  if (
    isNumbered(cells) &&
    rest.some((record) => record.cells.some((cell, i) => i > 0 && !isNumber(kindOf(cell.trim()))))
  )
    return true;
  const named = cells.filter((cell) => cell !== '');
  const repeats = new Set(named).size < named.length && !named.some((cell) => defaultName.test(cell)) ? -3 : 0;
  const bits = cells.reduce((sum, cell, i) => sum + evidence(cell, i, rest), repeats);
  if (bits !== 0) return bits > 0;
  return cells.every((cell) => isName(cell));
}
