import { createStore } from 'zustand/vanilla';
import type { Run } from '../../training/run.ts';
import type { DeviceCheck } from '../../worker/protocol.ts';
import { pageStore } from '../page/state.ts';
import { changeRun } from '../run/actions.ts';
import { send } from '../trainer.ts';

/** Which engine trains, and both compared on this device. */

export interface DeviceCheckState {
  running: boolean;
  check: DeviceCheck | null;
}

export const deviceCheckStore = createStore<DeviceCheckState>(() => ({ running: false, check: null }));
const { setState } = deviceCheckStore;

/** Rows that both engines train on. */
const rows = { limit: 128, testLimit: 16 };

/** Trains the run's first steps on both engines, and times a forward with and without adapters on each. */
export function startDeviceCheck(): void {
  const { run } = pageStore.getState();
  setState({ running: true, check: null });
  send({ type: 'check-device', run: { ...run, data: { ...run.data, ...rows } } });
}

export function hearDeviceCheck(check: DeviceCheck): void {
  setState({ check, running: check.result === null });
}

/** The check could not be carried out; the page tells why. */
export function endDeviceCheck(): void {
  setState({ running: false });
}

export function chooseEngine(engine: Run['engine']): void {
  changeRun((run) => ({ ...run, engine }));
}
