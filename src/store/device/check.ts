import { createStore } from 'zustand/vanilla';
import type { Run } from '../../training/run.ts';
import type { EngineComparison } from '../../workers/trainer/api.ts';
import { callTrainer } from '../../workers/trainer/client.ts';
import { pageStore } from '../page/state.ts';
import { changeRun } from '../run/actions.ts';
import { showError } from '../trainer-errors.ts';

/** Which engine trains, and both compared on this device. */

/** Both engines compared; `result` comes last. */
interface DeviceCheck {
  done: number;
  of: number;
  result: EngineComparison | null;
}

export interface DeviceCheckState {
  running: boolean;
  check: DeviceCheck | null;
}

export const deviceCheckStore = createStore<DeviceCheckState>(() => ({ running: false, check: null }));
const { setState } = deviceCheckStore;

/** Rows that both engines train on. */
const rows = { limit: 128, testLimit: 16 };

/** Trains the run's first steps on both engines, and times a forward with and without adapters on each. */
export async function startDeviceCheck(): Promise<void> {
  const { run } = pageStore.getState();
  setState({ running: true, check: null });
  let steps = { done: 0, of: 0 };
  const onProgress = (progress: typeof steps) => {
    steps = progress;
    setState({ check: { ...steps, result: null } });
  };
  try {
    const ask = { run: { ...run, data: { ...run.data, ...rows } } };
    const result = await callTrainer('compareEngines', ask, { onProgress });
    setState({ check: { ...steps, result } });
  } catch (error) {
    showError('compareEngines', error);
  } finally {
    setState({ running: false });
  }
}

export function chooseEngine(engine: Run['engine']): void {
  changeRun((run) => ({ ...run, engine }));
}
