import type { Texts } from '../data/rows/texts.ts';
import type { Engine } from '../engine/contract.ts';
import { outputsOf, type TaskKind } from '../model/task-kind.ts';
import { resultOf } from './evaluate.ts';
import type { TextAnswers } from './experiments/occlusion.ts';
import type { Prediction } from './records/records.ts';
import type { Scoring } from './scores/scores.ts';
import { type Cut, TokenisedRows } from './tokenised-rows.ts';

/** What an encoder says of a text that a person has written. */

interface Answering<K extends TaskKind> extends Cut {
  scoring: Scoring<K>;
  labels: readonly string[];
  adapted: Pick<Engine, 'evaluate'>;
  /** The frozen encoder with its own head; null where that is not trained. */
  base: Pick<Engine, 'evaluate'> | null;
}

/** The words of a text: what stands between blanks or, in a script without any, its characters. */
export function wordsOf(text: string): string[] {
  const words = text.trim().split(/\s+/);
  const [only = ''] = words;
  return words.length === 1 && /\p{Script=Han}/u.test(only) ? [...only] : words;
}

/** What an engine says of rows, one list an answer. (answers, C) */
const ask = async <K extends TaskKind>(
  rows: TokenisedRows<K>,
  engine: Pick<Engine, 'evaluate'>,
  answer: (logits: readonly number[]) => number[],
): Promise<number[][]> => (await resultOf(rows.logits(engine))).map(answer);

/** Asks both sides about a text, or a pair of them. */
export async function predictTexts<K extends TaskKind>(
  texts: Texts,
  { scoring, labels, adapted, base, tokenizer, maxLength }: Answering<K>,
): Promise<Prediction> {
  const { kind, answer } = scoring;
  const words = kind === 'token' ? wordsOf(texts.text) : [];
  const outputs = outputsOf(kind, labels.length);
  const row = new TokenisedRows<TaskKind>(
    [{ ...texts, words }],
    { tokenizer, maxLength, atOnce: 1 },
    { kind, outputs },
  );
  const [ours, theirs] = [await ask(row, adapted, answer), base && (await ask(row, base, answer))];
  const facts = { ...texts, tokens: tokenizer.tokens(texts, maxLength), labels: [...labels] };
  if (kind !== 'token') {
    const said = { ...facts, base: theirs?.[0] ?? null, adapted: ours[0] ?? [] };
    return kind === 'single-label' ? said : { ...said, kind };
  }
  const places = row.wordsAt(0);
  const tagged = words.map((word, at) => {
    const place = places.indexOf(at);
    return { word, adapted: ours[place] ?? null, base: theirs?.[place] ?? null };
  });
  return { ...facts, kind, base: theirs && [], adapted: [], words: tagged };
}

/** Asks both sides about several texts, of a task with one class a row. @param atOnce number of rows computed at once */
export async function answerTexts<K extends TaskKind>(
  texts: readonly string[],
  { scoring, labels, adapted, base, tokenizer, maxLength, atOnce }: Answering<K> & { atOnce: number },
): Promise<TextAnswers> {
  const rows = new TokenisedRows(
    texts.map((text) => ({ text })),
    { tokenizer, maxLength, atOnce },
  );
  const { answer } = scoring;
  return {
    labels: [...labels],
    base: base && (await ask(rows, base, answer)),
    adapted: await ask(rows, adapted, answer),
  };
}
