import { baselineScores } from '../../training/records/standing.ts';
import { kindOf } from '../../training/run.ts';
import { measureOf } from '../../training/scores/measures.ts';
import { adaptersStore } from '../adapters/state.ts';
import { measuredIn } from '../lessons/experiments.ts';
import { lessonIds } from '../lessons/origin.ts';
import { lessonsStore } from '../lessons/state.ts';
import { pageStore } from '../page/state.ts';
import type { SavedAdapter } from '../runs/records.ts';
import { runsStore } from '../runs/state.ts';
import { get } from '../storage.ts';
import type { Answers, HandedIn, HandIn } from './hand-in.ts';
import { isSmall } from './hand-in.ts';

/** What a learner can hand in of what this browser keeps. */

/** Saved adapters of the encoder that is loaded, the latest first: of others the sizes are not known. */
export function adaptersToHandIn(kept: readonly SavedAdapter[], model: string | undefined): SavedAdapter[] {
  // A class is ranked by accuracy: one label a row.
  return kept
    .filter(({ run }) => run.model === model && kindOf(run) === 'single-label')
    .sort((a, b) => b.startedAt - a.startedAt);
}

function answersNow(): Answers {
  const state = lessonsStore.getState();
  const { runs } = runsStore.getState();
  const { given, predicted, explained, quiz } = state;
  const measured = lessonIds.flatMap((id) => {
    const value = measuredIn(id, runs, state);
    return value === null ? [] : [[id, value]];
  });
  return { given, predicted, explained, quiz, measured: Object.fromEntries(measured) as Answers['measured'] };
}

/**
 * A hand-in of everything that was said in the lessons, with one adapter.
 * @param adapter id of a saved one; null: none
 */
export async function makeHandIn(name: string, adapter: string | null): Promise<HandIn> {
  return { name: name.trim(), answers: answersNow(), trained: adapter === null ? null : await trainedOf(adapter) };
}

async function trainedOf(id: string): Promise<HandedIn | null> {
  const adapter = adaptersStore.getState().kept.find((other) => other.id === id);
  const { encoder } = pageStore.getState();
  if (!adapter || encoder?.name !== adapter.run.model) return null;
  const { run, labels, accuracy, testRows } = adapter;
  const record = runsStore.getState().runs.find((other) => other.id === id);
  const baseline = measureOf(kindOf(run), baselineScores(record?.baselines ?? null, 'test'));
  const facts = { run, labels, encoder: encoder.config, accuracy, baseline, testRows };
  return { ...facts, tensors: isSmall(facts) ? ((await get('tensors', id)) ?? null) : null };
}
