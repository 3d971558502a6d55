import type { Prediction } from '../../training/records/records.ts';
import { textsFor } from '../../training/run.ts';
import { callTrainer } from '../../workers/trainer/client.ts';
import { isBusy } from '../page/selectors.ts';
import { type PageState, pageStore } from '../page/state.ts';
import { showError } from '../trainer-errors.ts';

/** Actions of the sentence box. */

const { getState, setState } = pageStore;

/** Writes a sentence into the box, an example with its second text; it is scored as soon as the writer pauses. */
export function writeSentence(sentence: string, example: PageState['example'] = null): void {
  setState({ sentence, example, ...(example ? { second: example.second ?? '' } : {}) });
  predictSoon();
}

/** Writes the second text of a pair. */
export function writeSecond(second: string): void {
  setState({ second, example: null });
  predictSoon();
}

/** Puts another test sentence into the box. */
export function anotherExample(): void {
  const { run, task, example } = getState();
  if (!task) return;
  const examples = task.examples.map((row) => ({ ...textsFor(run, row), label: row.label }));
  const at = examples.findIndex(({ text, second }) => text === example?.text && second === example.second);
  const next = examples[(at + 1) % examples.length];
  if (next) writeSentence(next.text, next);
}

const predictDelay = 200;
/** While training, the sentence is scored anew at most this often. */
const predictInterval = 1000;
let predictTimer: ReturnType<typeof setTimeout> | undefined;
let predictedAt = 0;

export function predictSoon(): void {
  clearTimeout(predictTimer);
  predictTimer = setTimeout(() => void predict(), predictDelay);
}

/** Scores the sentence anew, unless it was scored a moment ago. */
export function predictNowAndThen(): void {
  if (Date.now() - predictedAt >= predictInterval) void predict();
}

async function predict(): Promise<void> {
  const { plan, sentence, second, answering } = getState();
  if ((!plan && answering.adapter === null) || sentence.trim() === '') return;
  predictedAt = Date.now();
  try {
    const prediction = await callTrainer('predict', { text: sentence, second, ...answering });
    const state = getState();
    // Meanwhile another sentence may have been written, or another adapter have been chosen.
    if (!prediction || state.sentence !== sentence || state.second !== second) return;
    if (state.answering.adapter !== answering.adapter) return;
    const before = state.prediction;
    const isSame = isBusy(state) && before?.text === prediction.text && before.second === prediction.second;
    setState({ prediction, places: placesOf(prediction, isSame ? state.places : []) });
  } catch (error) {
    showError('predict', error);
  }
}

/** Classes shown of an answer. */
export const maxClasses = 6;

/**
 * The likeliest classes of either side, the likeliest first; while a run trains on the same sentence, each keeps its
 * position as long as it is among them, so that what is watched are the bars, not their order.
 * @returns indices of classes
 */
export function placesOf({ base, adapted }: Prediction, before: readonly number[]): number[] {
  const likeliest = adapted
    .map((probability, label) => ({ label, probability: Math.max(probability, base?.[label] ?? 0) }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, maxClasses)
    .map(({ label }) => label);
  const newcomers = likeliest.filter((label) => !before.includes(label));
  return likeliest.map((label, place) => {
    const held = before[place];
    return held !== undefined && likeliest.includes(held) ? held : (newcomers.shift() ?? label);
  });
}
