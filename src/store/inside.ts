import { createStore } from 'zustand/vanilla';
import type { Inspection } from '../inspect/inspection.ts';
import type { Snapshot } from '../inspect/snapshot.ts';
import type { Site } from '../model/methods.ts';
import { pageStore } from './page.ts';
import { send } from './wire.ts';

/** What is seen inside the run. */
export interface InsideState {
  /** Norm of each adapter's gradients, keyed "layer.site". */
  gradients: Readonly<Record<string, number>>;
  inspection: Inspection | null;
  snapshots: readonly Snapshot[];
  /** Whose numbers are asked for. */
  at: { layer: number; site: Site; token: number };
}

export const initialInside: InsideState = {
  gradients: {},
  inspection: null,
  snapshots: [],
  at: { layer: 0, site: 'ffn', token: 0 },
};
export const insideStore = createStore<InsideState>(() => initialInside);
const { getState, setState } = insideStore;

/** Snapshots kept; a long run keeps its first and its last ones. */
const mostSnapshots = 60;

/** The run starts anew. */
export function closeInside(): void {
  setState({ gradients: {}, inspection: null, snapshots: [] });
}

/** Asks for snapshots from now on, or for no more. */
export function watchInside(on: boolean): void {
  send({ type: 'watch', on });
}

/** Looks at the sentence in the box, as the run is now. */
export function inspect(at: Partial<InsideState['at']> = {}): void {
  setState({ at: { ...getState().at, ...at } });
  const { plan, sentence } = pageStore.getState();
  if (plan && sentence.trim() !== '') send({ type: 'inspect', text: sentence, ...getState().at });
}

export function hearGradients(gradients: Record<string, number>): void {
  setState({ gradients });
}

export function hearInspection(inspection: Inspection): void {
  setState({ inspection });
}

export function hearSnapshot(snapshot: Snapshot): void {
  const others = getState().snapshots.filter(({ epoch }) => epoch !== snapshot.epoch);
  const [first, ...rest] = [...others, snapshot];
  if (first) setState({ snapshots: [first, ...rest.slice(1 - mostSnapshots)] });
}
