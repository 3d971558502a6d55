import { pairMark } from '../../data/rows/texts.ts';
import { maxOccluded, type Occlusion, type WordPlace } from '../../training/experiments/occlusion.ts';
import { callTrainer } from '../../workers/trainer/client.ts';
import { pageStore } from '../page/state.ts';
import { showError } from '../trainer-errors.ts';

/** Which words pushed the answer to the sentence in the box. */

/**
 * The words of a sentence, in any language, as many as are measured; none of a pair of texts that an earlier version joined, of
 * which it is not said which word belongs to which.
 */
export function wordsIn(text: string): WordPlace[] {
  if (text.includes(pairMark)) return [];
  const words: WordPlace[] = [];
  for (const { segment, index, isWordLike } of new Intl.Segmenter(undefined, { granularity: 'word' }).segment(text)) {
    if (isWordLike) words.push({ from: index, to: index + segment.length });
    if (words.length === maxOccluded) break;
  }
  return words;
}

/**
 * Asks whoever answers in the sentence box what each word does to the answer; null where nobody does, or where it is no
 * longer wanted.
 * @param covered indices of the words that are covered
 */
export async function occlude(
  text: string,
  words: WordPlace[],
  covered: readonly number[],
  signal: AbortSignal,
): Promise<Occlusion | null> {
  try {
    const ask = { text, words, covered: [...covered], ...pageStore.getState().answering };
    const answer = await callTrainer('occlude', ask, { signal });
    return signal.aborted ? null : answer;
  } catch (error) {
    if (!signal.aborted) showError('predict', error);
    return null;
  }
}
