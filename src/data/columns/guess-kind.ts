import type { TaskKind } from '../../model/task-kind.ts';
import type { FilePreview } from '../read-file.ts';
import type { Labelling } from '../rows/label-cells.ts';
import type { OffsetUnit } from '../rows/offset-units.ts';
import type { Mapping } from '../rows/row.ts';
import { countSpans, wordsInSpans } from '../rows/spans.ts';
import { type ColumnFacts, factsOf } from './column-facts.ts';
import { isLabelName } from './guess-columns.ts';

/** Guesses of what a row's answer is, and in which columns, by the columns' names and values. */

type Previewed = Pick<FilePreview, 'columns' | 'nested' | 'sample' | 'guess' | 'mapping'> & {
  layout: Pick<FilePreview['layout'], 'format'>;
};

const wordName = /^(words?|tokens?|forms?)$/i;
const tagName = /^((ner|pos|upos|xpos|chunk|bio)([ _-]?tags?)?|tags?|labels?)$/i;
const usualTagName = /^(ner[ _-]?)?tags?$/i;
const numberName = /^(scores?|similarity|ratings?|stars?|values?|targets?|labels?|y|grade|price|评分|分数|相似度)$/i;

/** Fewest columns of 1 and 0 that are told to be a class each where the label is one of them. */
const manyMarks = 3;
const marks = /^(0|1|0\.0|1\.0|true|false)$/i;

const allNames = ({ columns, nested }: Pick<Previewed, 'columns' | 'nested'>) => [
  ...columns,
  ...nested.flatMap(({ name, holds }) => (holds === 'list' ? [name] : [])),
];

const factsIn = ({ columns, sample }: Pick<Previewed, 'columns' | 'sample'>): ColumnFacts[] =>
  columns.map((name, at) => factsOf(name, at, sample));

/** Columns that say of one class each whether a row has it. */
function markColumns({ columns, sample }: Pick<Previewed, 'columns' | 'sample'>): string[] {
  return columns.filter((_, at) => {
    const values = sample.map(({ cells }) => (cells[at] ?? '').trim());
    return values.length > 0 && values.every((value) => marks.test(value)) && new Set(values).size > 1;
  });
}

const several = ({ kind }: ColumnFacts) => kind === 'several labels' || kind === 'list';

/** The columns of words and of their tags, by their names. */
function wordColumns(preview: Pick<Previewed, 'columns' | 'nested'>): { words: string; tags: string } | null {
  const names = allNames(preview);
  const words = names.find((name) => wordName.test(name));
  const tagged = names.filter((name) => name !== words && tagName.test(name));
  // Of several layers of tags, those of names, as where people say nothing else.
  const tags = tagged.find((name) => usualTagName.test(name)) ?? tagged[0];
  return words && tags ? { words, tags } : null;
}

/** Names of columns of spans. Values decide; by its name a column of lists is looked into. */
const spanName = /^(spans?|entities|entity[ _-]?(spans?|mentions?)|ents|mentions|annotations?|ner|labels?|tags)$/i;

/** Whether a column of lists may be one of spans, so that its values are worth reading. */
export const mayHoldSpans = ({ nested }: Pick<Previewed, 'nested'>): boolean =>
  nested.some(({ name, holds }) => holds === 'list' && spanName.test(name));

/** Share of a column's cells that are lists of spans, from which on it is one of spans. */
const spanShare = 0.5;

/** A list of names or numbers, not of lists or objects. */
const plainList = /^\[\s*("|-?\d|\])/;

/** The column of spans of characters, by its values; none beside words and their tags, of which spans there count. @param preview lists included */
export function spanColumn({ columns, sample }: Pick<Previewed, 'columns' | 'sample'>): string | null {
  const listed = wordColumns({ columns, nested: [] });
  const isPlain = (name: string) => sample.every(({ cells }) => plainList.test(cells[columns.indexOf(name)] ?? '[]'));
  if (listed && isPlain(listed.words) && isPlain(listed.tags)) return null;
  const found = columns.filter((_, at) => {
    const cells = sample.map(({ cells }) => (cells[at] ?? '').trim()).filter((cell) => cell !== '');
    if (!cells.some((cell) => cell.startsWith('['))) return false;
    const counts = cells.map(countSpans);
    const sound = counts.filter((count) => count !== null).length;
    return counts.some((count) => count !== null && count > 0) && sound >= spanShare * cells.length;
  });
  return found.find((name) => spanName.test(name)) ?? found[0] ?? null;
}

/** In what the spans of a sample are counted: as in Python, unless in UTF-16's units fewer of them go amiss. */
function unitOf({ columns, sample }: Pick<Previewed, 'columns' | 'sample'>, { text, label }: Mapping): OffsetUnit {
  const [textAt, spansAt] = [columns.indexOf(text), columns.indexOf(label)];
  const cells = sample.map((record) => [record.cells[textAt] ?? '', record.cells[spansAt] ?? ''] as const);
  const amiss = (unit: OffsetUnit) => {
    let count = 0;
    for (const [of, spans] of cells)
      if (countSpans(spans) !== null)
        wordsInSpans(
          of,
          spans,
          { unit, mend: true },
          () => label,
          () => count++,
        );
    return count;
  };
  return amiss('utf-16') < amiss('code-points') ? 'utf-16' : 'code-points';
}

/** What a row's answer most likely is. One class a row wherever a column for that has been found. */
export function guessKind(preview: Previewed): TaskKind {
  const { layout, nested, guess } = preview;
  if (layout.format === 'conll' || spanColumn(preview) !== null) return 'token';
  // Of a file that has nothing but lists, they are columns.
  const lists = factsIn(preview).filter(({ kind }) => kind === 'list');
  const isList = (name: string) =>
    nested.some((column) => column.name === name && column.holds === 'list') || lists.some((one) => one.name === name);
  const words = wordColumns(preview);
  if (words && isList(words.words) && isList(words.tags)) return 'token';
  const marked = markColumns(preview);
  const isMark = guess.label !== null && marked.includes(guess.label);
  if ((isMark && marked.length >= manyMarks) || (guess.label === null && marked.length >= 2)) return 'multi-label';
  if (guess.label !== null) return 'single-label';
  const facts = factsIn(preview);
  if (facts.some((column) => several(column) && isLabelName(column.name))) return 'multi-label';
  if (nested.some(({ name, holds }) => holds === 'list' && isLabelName(name))) return 'multi-label';
  if (facts.some(({ name, kind }) => kind === 'fraction' && numberName.test(name))) return 'regression';
  if (facts.some(several)) return 'multi-label';
  return facts.filter(({ kind }) => kind === 'fraction').length === 1 ? 'regression' : 'single-label';
}

/** The column that reads most like a text, apart from those of the answer. */
function textOf({ guess }: Previewed, facts: readonly ColumnFacts[], others: readonly string[]): string {
  if (guess.text !== null && !others.includes(guess.text)) return guess.text;
  const rest = facts.filter(({ name }) => !others.includes(name));
  return rest.sort((a, b) => b.meanLength - a.meanLength)[0]?.name ?? '';
}

/** Share of a column's numbers that are written with a comma, from which on that is how they are written. */
const commaShare = 0.5;

/**
 * The columns of a kind, and how their cells are read.
 * @param preview lists included, where the kind takes them
 * @returns '' for a column that cannot be told
 */
export function columnsOfKind(kind: TaskKind, preview: Previewed): { mapping: Mapping | null; labelling: Labelling } {
  const labelling: Labelling = { kind };
  const { guess, mapping, columns, sample } = preview;
  if (columns.length < 2) return { mapping: null, labelling };
  if (kind === 'single-label') {
    const partly = { text: guess.text ?? '', second: guess.second, label: guess.label ?? '' };
    return { mapping: mapping ?? partly, labelling };
  }
  const facts = factsIn(preview);
  if (kind === 'token') {
    const spans = spanColumn(preview);
    if (spans !== null) {
      const text = textOf(preview, facts, [spans]);
      const mapping = { text, second: null, label: spans };
      return { mapping, labelling: { kind, spans: unitOf(preview, mapping) } };
    }
    const found = wordColumns(preview);
    return { mapping: { text: found?.words ?? '', second: null, label: found?.tags ?? '' }, labelling };
  }
  if (kind === 'multi-label') {
    const lists = facts.filter(several);
    const list = lists.find(({ name }) => isLabelName(name)) ?? facts.find(({ name }) => isLabelName(name)) ?? lists[0];
    const marked = markColumns(preview);
    if (marked.length >= 2 && !(list && several(list))) {
      const mapping = { text: textOf(preview, facts, marked), second: null, label: marked[0] ?? '' };
      return { mapping, labelling: { kind, classes: marked } };
    }
    const label = list?.name ?? '';
    return { mapping: { text: textOf(preview, facts, [label]), second: guess.second, label }, labelling };
  }
  const isNumber = ({ kind: of }: ColumnFacts) => of === 'fraction' || of === 'whole number';
  const numbers = facts.filter((column) => isNumber(column) && !column.counts);
  const number =
    numbers.find(({ name }) => numberName.test(name)) ??
    facts.find(({ name }) => numberName.test(name)) ??
    numbers.find(({ kind: of }) => of === 'fraction') ??
    numbers[0];
  const label = number?.name ?? '';
  const values = sample.map(({ cells }) => cells[number?.at ?? -1] ?? '');
  const withComma = values.filter((value) => /^\s*[+-]?\d+,\d+\s*$/.test(value)).length;
  const decimal = withComma > commaShare * values.length ? { decimal: ',' as const } : {};
  const text = textOf(preview, facts, [label]);
  const second = guess.second === label ? null : guess.second;
  return { mapping: { text, second, label }, labelling: { kind, ...decimal } };
}
