import { type Language, languageOf, usualEncoders } from '../../data/built-in/tasks.ts';
import { addRows } from '../../data/rows/edit.ts';
import type { Row } from '../../data/rows/row.ts';
import { type Run, readRun } from '../../training/run.ts';
import { onEncoder } from '../run/settings.ts';
import { runTitle } from '../runs/naming.ts';
import type { CardText } from './examples.ts';

/** Cards as rows, and the run that suits so few of them: pure functions. */

/** Most cards, the characters of a card's name, and those of its lines. */
export const maxCards = 12;
export const maxName = 40;
export const maxText = 20_000;
/** Fewest lines under a card: one is kept aside, and one alone shows nothing in common. */
export const leastLines = 3;
/** Characters of the rows' name, which is made of the cards'. */
const maxTitle = 80;

/** The name of the rows, as runs name them: the cards' own names. */
export const titleOf = (cards: readonly CardText[]): string =>
  cards
    .map(({ name }) => name.trim())
    .join(' / ')
    .slice(0, maxTitle);

/** One row for each line that is not blank. */
export const rowsOf = (cards: readonly CardText[]): Row[] =>
  cards.reduce<Row[]>((rows, { name, text }) => addRows(rows, text, name), []);

export const linesIn = (card: CardText): number => rowsOf([card]).length;

/** The cards of rows, in the order in which their names first appear; null where these are no few short lists of lines. */
export function cardsOf(rows: readonly Row[]): CardText[] | null {
  const lines = new Map<string, string[]>();
  for (const { text, label } of rows) lines.set(label, [...(lines.get(label) ?? []), text]);
  const cards = [...lines].map(([name, texts]) => ({ name, text: texts.join('\n') }));
  const fits = ({ name, text }: CardText) => name.length <= maxName && text.length <= maxText;
  return cards.length >= 2 && cards.length <= maxCards && cards.every(fits) ? cards : null;
}

/** Why cards cannot be trained on. `at`: the card that it is about. */
export type Obstacle = { why: 'cards' } | { why: 'name' | 'twice' | 'lines'; at: number };

export function obstacleOf(cards: readonly CardText[]): Obstacle | null {
  if (cards.length < 2) return { why: 'cards' };
  const names = cards.map(({ name }) => name.trim());
  const unnamed = names.indexOf('');
  if (unnamed >= 0) return { why: 'name', at: unnamed };
  const twice = names.findIndex((name, i) => names.indexOf(name) < i);
  if (twice >= 0) return { why: 'twice', at: twice };
  const few = cards.findIndex((card) => linesIn(card) < leastLines);
  return few >= 0 ? { why: 'lines', at: few } : null;
}

export const sameRows = (one: readonly Row[], other: readonly Row[]): boolean =>
  one.length === other.length &&
  one.every(({ text, label }, i) => text === other[i]?.text && label === other[i]?.label);

/** Chinese characters and the like, each a token or more. */
const wide = /[\u2e80-\u9fff\uf900-\ufaff]/g;

/** The language that a built-in encoder should read them in. */
const languageOfRows = (rows: readonly Row[]): Language => {
  const text = rows.map((row) => row.text).join('');
  return 3 * (text.match(wide)?.length ?? 0) > text.length ? 'zh' : 'en';
};

/** Tokens that a row may have: as many as the longest is likely to. */
function lengthFor(rows: readonly Row[]): number {
  const tokens = rows.map(({ text }) => {
    const characters = text.match(wide)?.length ?? 0;
    return 2 + characters + (text.length - characters) / 3;
  });
  return 8 * Math.ceil(Math.min(64, Math.max(16, ...tokens)) / 8);
}

const batchSize = 8;
/** Steps that a run is to have, and the bounds of its epochs: few lines are seen more often. */
const steps = 24;
const [leastEpochs, mostEpochs] = [3, 12];

/**
 * A run of seconds on the rows: the encoder of their language, unless a person has brought one of their own.
 * @param before the page's run
 * @param keepsMethod its method stays as it was set
 */
export function runFor(rows: readonly Row[], name: string, before: Run, keepsMethod: boolean): Run {
  const epochs = Math.min(
    mostEpochs,
    Math.max(leastEpochs, Math.round(steps / Math.ceil((0.8 * rows.length) / batchSize))),
  );
  const language = languageOfRows(rows);
  const run = readRun({
    name,
    model: before.model,
    data: { train: name },
    method: keepsMethod ? before.method : { type: 'houlsby', bottleneck: 16 },
    engine: before.engine,
    training: { epochs, batchSize, maxLength: lengthFor(rows), learningRate: 0.004 },
  });
  const reads = languageOf(run.model);
  const usual = usualEncoders[language];
  const suited = reads !== null && reads !== language ? onEncoder(run, usual.name, usual) : run;
  return { ...suited, name: runTitle(suited) };
}
