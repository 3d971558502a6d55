import type { Texts } from '../../data/rows/texts.ts';
import { argMax, confusionMatrix, softmax } from '../metrics.ts';
import type { ClassEvaluation, FlippedRow } from './records.ts';

/** Most rows listed of each kind; a longer list helps nobody. */
export const maxFlipped = 200;
/** Most characters of a text that are shown. */
const maxCharacters = 300;

/** What a record keeps of a row's texts. */
export const shownTexts = ({ text, second }: Texts): Texts => ({
  text: text.slice(0, maxCharacters),
  ...(second === undefined ? {} : { second: second.slice(0, maxCharacters) }),
});

interface Labelled extends Texts {
  /** The one that is labelled, of a text's words. */
  word?: string;
  label: number;
}

/**
 * Evaluation on the test rows: the confusion of both sides, and the rows that the adapter fixed or broke.
 * @param adapted logits of the adapted encoder, one row an example (B, C)
 * @param base logits of the frozen baseline, or null where it is not trained yet
 */
export function evaluationOf(
  rows: readonly Labelled[],
  labels: readonly string[],
  adapted: readonly (readonly number[])[],
  base: readonly (readonly number[])[] | null,
): ClassEvaluation {
  const truth = rows.map(({ label }) => label);
  const confusionOf = (logits: readonly (readonly number[])[]) =>
    confusionMatrix(truth, logits.map(argMax), labels.length);
  const flips = base ? flippedRows(rows, adapted, base) : [];
  const fixed = flips.filter(({ adapted: answer, label }) => answer === label);
  const broken = flips.filter(({ base: answer, label }) => answer === label);
  return {
    labels: [...labels],
    rows: rows.length,
    confusion: confusionOf(adapted),
    baseConfusion: base && confusionOf(base),
    fixed: fixed.length,
    broken: broken.length,
    flipped: [...fixed.slice(0, maxFlipped), ...broken.slice(0, maxFlipped)],
  };
}

/** Rows that one side gets right and the other wrong. */
function flippedRows(
  rows: readonly Labelled[],
  adapted: readonly (readonly number[])[],
  base: readonly (readonly number[])[],
): FlippedRow[] {
  return rows.flatMap(({ word, label, ...texts }, row) => {
    const ours = softmax(adapted[row] ?? []);
    const theirs = softmax(base[row] ?? []);
    const [answer, before] = [argMax(ours), argMax(theirs)];
    if ((answer === label) === (before === label)) return [];
    const confidence = ours[answer] ?? 0;
    const shown = { ...shownTexts(texts), ...(word === undefined ? {} : { word }) };
    return [{ ...shown, label, base: before, adapted: answer, confidence }];
  });
}
