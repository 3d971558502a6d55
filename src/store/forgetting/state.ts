import { createStore } from 'zustand/vanilla';
import type { ForgettingPoint } from '../../training/experiments/forgetting.ts';
import { type Run, withData } from '../../training/run.ts';
import { pageStore } from '../page/state.ts';
import { withMethodType } from '../run/settings.ts';
import { send } from '../trainer.ts';

/** The forgetting demonstration: task A, then task B, with adapters and with full fine-tuning. */
export interface ForgettingState {
  points: readonly ForgettingPoint[];
  running: boolean;
  /** The tasks of the points. */
  tasks: { first: string; second: string };
}

export const forgettingStore = createStore<ForgettingState>(() => ({
  points: [],
  running: false,
  tasks: { first: 'trivia_topics', second: 'sms_spam' },
}));
const { getState, setState } = forgettingStore;

/** Training and test rows of each task: enough to see it, few enough to wait for. */
const rows = { limit: 640, testLimit: 120 };

export function startForgetting(first: string, second: string, steps: number): void {
  const { run } = pageStore.getState();
  const on = (task: string): Run => withData(run, { task, ...rows });
  const adapters = 'bottleneck' in run.method ? run : withMethodType(run, 'houlsby');
  setState({ points: [], running: true, tasks: { first, second } });
  send({
    type: 'forgetting',
    first: { ...on(first), method: adapters.method, training: on(first).training },
    second: on(second),
    full: withMethodType(on(first), 'full'),
    steps,
  });
}

export function stopForgetting(): void {
  send({ type: 'stop-forgetting' });
}

export function hearForgetting(point: ForgettingPoint | null): void {
  setState(point ? { points: [...getState().points, point] } : { running: false });
}
