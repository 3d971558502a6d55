import { createStore } from 'zustand/vanilla';
import type { ForgettingPoint } from '../../training/experiments/forgetting.ts';
import { type Run, withData } from '../../training/run.ts';
import { callTrainer } from '../../workers/trainer/client.ts';
import { pageStore } from '../page/state.ts';
import { withMethodType } from '../run/settings.ts';
import { order, showError } from '../trainer-errors.ts';

/** The forgetting demonstration: task A, then task B, with adapters and with full fine-tuning. */
export interface ForgettingState {
  points: readonly ForgettingPoint[];
  running: boolean;
  /** Steps a task of the points. */
  steps: number;
  /** The tasks of the points. */
  tasks: { first: string; second: string };
}

export const forgettingStore = createStore<ForgettingState>(() => ({
  points: [],
  running: false,
  steps: 0,
  tasks: { first: 'trivia_topics', second: 'sms_spam' },
}));
const { getState, setState } = forgettingStore;

/** Training and test rows of each task: enough to see it, few enough to wait for. */
const rows = { limit: 640, testLimit: 120 };

export async function startForgetting(first: string, second: string, steps: number): Promise<void> {
  const { run } = pageStore.getState();
  const on = (task: string): Run => withData(run, { task, ...rows });
  const adapters = 'bottleneck' in run.method ? run : withMethodType(run, 'houlsby');
  setState({ points: [], running: true, steps, tasks: { first, second } });
  const ask = {
    first: { ...on(first), method: adapters.method, training: on(first).training },
    second: on(second),
    full: withMethodType(on(first), 'full'),
    steps,
  };
  const onProgress = (point: ForgettingPoint) => setState({ points: [...getState().points, point] });
  try {
    await callTrainer('demonstrateForgetting', ask, { onProgress });
  } catch (error) {
    showError('demonstrateForgetting', error);
  } finally {
    setState({ running: false });
  }
}

export function stopForgetting(): void {
  order('stopForgetting', null);
}
