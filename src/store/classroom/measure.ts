import { type Message, messageOf, msg } from '../../base/message.ts';
import { createSerialQueue } from '../../base/serial.ts';
import { builtInTasks } from '../../data/built-in/tasks.ts';
import { averageOf } from '../../training/adapters.ts';
import { taskName, withData } from '../../training/run.ts';
import { measureOf } from '../../training/scores/measures.ts';
import { callTrainer } from '../../workers/trainer/client.ts';
import { pageStore } from '../page/state.ts';
import { encoderFacts, groupOf } from './average.ts';
import type { HandedIn } from './hand-in.ts';
import { averageId, type ClassState, classStore, isRanked, type Ranked, type Score } from './state.ts';

/** Measures a class's adapters, and their average, on the same rows. */

const { getState, setState } = classStore;

/** The worker's name for the adapter that is measured. */
const held = 'class';

/** Why an adapter cannot be measured with what is loaded; null: it can be. */
function obstacle({ run, labels, encoder: theirs }: HandedIn, rows: ClassState['rows']): Message | null {
  const { encoder } = pageStore.getState();
  if (encoder?.name !== run.model) return msg`This adapter belongs to the encoder ${run.model}.`;
  if (encoderFacts(theirs) !== encoderFacts(encoder.config))
    return msg`Its encoder is built otherwise than ${run.model} is here.`;
  if (!rows)
    return builtInTasks.some(({ name }) => name === taskName(run))
      ? null
      : msg`It was trained on rows of one’s own (${taskName(run)}): choose a file of rows to measure it on.`;
  const unknown = rows.rows.find(({ label }) => !labels.includes(label));
  return unknown ? msg`It does not know the class ${unknown.label} of the rows.` : null;
}

/** Test rows of a task that adapters are measured on: a class is measured while it looks on. */
export const testRowsOfTask = 300;

/** Accuracy on the teacher's rows, or on the first test rows of the adapter's task. */
async function scoreOf(trained: Ranked['trained'], rows: ClassState['rows']): Promise<Score> {
  const why = obstacle(trained, rows);
  if (why) return { why };
  const { labels, tensors } = trained;
  // The same rows for all, whatever the learner's own run was tested on.
  const data = rows ? { train: rows.name } : { task: taskName(trained.run), testLimit: testRowsOfTask };
  const run = withData(trained.run, data);
  try {
    await callTrainer('loadAdapter', { id: held, run, labels, tensors });
    const ask = { id: held, strength: 1, ...(rows && { rows: [...rows.rows] }) };
    const { scores, rows: count } = await callTrainer('scoreAdapter', ask);
    return { accuracy: measureOf('single-label', scores) ?? 0, rows: count };
  } catch (error) {
    return { why: messageOf(error) };
  } finally {
    // Else the worker would keep a copy.
    await callTrainer('releaseAdapter', { id: held }).catch(() => undefined);
  }
}

const inTurn = createSerialQueue();
/** Counts what was asked for: only the latest goes on. */
let latest = 0;

/** Measures every adapter that has no score yet, then the average of those that agree. */
export function measureClass(): Promise<void> {
  latest++;
  const turn = latest;
  return inTurn(async () => {
    const isCurrent = () => turn === latest;
    if (!isCurrent() || !pageStore.getState().encoder) return;
    const { entries, rows } = getState();
    const ranked = entries.filter(isRanked);
    setState({ measuring: true });
    try {
      for (const { id, trained } of ranked) {
        if (getState().scores[id]) continue;
        const score = await scoreOf(trained, rows);
        if (!isCurrent()) return;
        setState({ scores: { ...getState().scores, [id]: score } });
      }
      const { [averageId]: _, ...scores } = getState().scores;
      setState({ scores });
      const average = averaged(ranked);
      const score = average && (await scoreOf(average, rows));
      if (score && isCurrent()) setState({ scores: { ...getState().scores, [averageId]: score } });
    } finally {
      setState({ measuring: false });
    }
  });
}

/** The mean of the adapters that agree; null: fewer than two do. */
function averaged(ranked: readonly Ranked[]): Ranked['trained'] | null {
  const [first, ...others] = groupOf(ranked).group;
  if (!first || others.length === 0) return null;
  return {
    ...first.trained,
    tensors: averageOf(first.trained.tensors, ...others.map(({ trained }) => trained.tensors)),
  };
}

/** Measures the class whenever it, its rows or the encoder change, as long as somebody looks. @returns what ends that */
export function followClass(): () => void {
  const stops = [
    classStore.subscribe(({ entries, rows }, before) => {
      if (entries !== before.entries || rows !== before.rows) void measureClass();
    }),
    pageStore.subscribe(({ encoder }, before) => {
      if (encoder === before.encoder) return;
      setState({ scores: {} });
      void measureClass();
    }),
  ];
  void measureClass();
  return () => {
    latest++;
    for (const stop of stops) stop();
  };
}
