import { createStore } from 'zustand/vanilla';
import type { Inspection } from '../../inspect/inspection.ts';
import type { SentenceMap, Snapshot } from '../../inspect/snapshot.ts';
import type { Site } from '../../model/methods.ts';
import { callTrainer } from '../../workers/trainer/client.ts';
import { pageStore } from '../page/state.ts';
import { order, showError } from '../trainer-errors.ts';

/** Measures that can glow around an adapter: how strongly training pulls at it, or how much it does. */
export const glows = ['gradient', 'effect'] as const;
export type Glow = (typeof glows)[number];

/** State of the inspection of the run. */
export interface InspectState {
  /** Norm of each adapter's gradients, keyed "layer.site". */
  gradients: Readonly<Record<string, number>>;
  /** How much each adapter adds to its input, keyed alike; null where the encoder is too large to inspect. */
  effects: Readonly<Record<string, number>> | null;
  /** Which of the two glows in the drawing. */
  glow: Glow;
  inspection: Inspection | null;
  snapshots: readonly Snapshot[];
  /** The adapter and the token whose numbers are asked for. */
  at: { layer: number; site: Site; token: number };
}

export const initialInspect: InspectState = {
  gradients: {},
  effects: {},
  glow: 'gradient',
  inspection: null,
  snapshots: [],
  at: { layer: 0, site: 'ffn', token: 0 },
};
export const inspectStore = createStore<InspectState>(() => initialInspect);
const { getState, setState } = inspectStore;

/** Clears the inspection: the run starts anew. */
export function closeInspect(): void {
  setState({ gradients: {}, effects: {}, inspection: null, snapshots: [] });
}

let watching = false;

/** Turns the worker's snapshots on or off. */
export function watchInspect(on: boolean): void {
  watching = on;
  order('watchSnapshots', { on });
}

/** Turns them on in a worker that has just been started, where they were. */
export function watchAgain(): void {
  if (watching) watchInspect(true);
}

/** Inspects the sentence in the box, with the run as it is now. */
export async function inspect(at: Partial<InspectState['at']> = {}): Promise<void> {
  setState({ at: { ...getState().at, ...at } });
  const { plan, sentence, second } = pageStore.getState();
  if (!plan || sentence.trim() === '') return;
  try {
    const inspection = await callTrainer('inspect', { text: sentence, second, ...getState().at });
    if (inspection) setState({ inspection });
  } catch (error) {
    showError('inspect', error);
  }
}

export function showSites({ gradients, effects }: Pick<InspectState, 'gradients' | 'effects'>): void {
  setState({ gradients, effects });
}

export function chooseGlow(glow: Glow): void {
  setState({ glow });
}

const glowing = ({ glow, gradients, effects }: InspectState) => (glow === 'effect' ? (effects ?? {}) : gradients);

/** The largest value that glows; 0 before anything was measured. */
export const strongest = (state: InspectState): number => Math.max(0, ...Object.values(glowing(state)));

/** How much an adapter glows, against the strongest: 0 to 1. */
export function glowOf(state: InspectState, key: string): number {
  const most = strongest(state);
  return most > 0 ? (glowing(state)[key] ?? 0) / most : 0;
}

/** Shows the maps of all moments that the worker keeps, and the weights of the newest. */
export function showSnapshot({
  epoch,
  histogram,
  maps,
}: Pick<Snapshot, 'epoch' | 'histogram'> & { maps: SentenceMap[] }) {
  const histograms = new Map(getState().snapshots.map((known) => [known.epoch, known.histogram]));
  histograms.set(epoch, histogram);
  const snapshots = maps.map((map) => ({ ...map, histogram: histograms.get(map.epoch) ?? histogram }));
  setState({ snapshots });
}
