import { PersonError } from '../base/message.ts';
import type { NamedTensors } from '../engine/contract.ts';
import type { Snapshot } from '../inspect/snapshot.ts';
import type { EncoderConfig } from '../model/encoder-config.ts';
import type { Session, SessionEvent } from '../training/session.ts';
import type { Request } from './protocol.ts';
import { tell } from './tell.ts';

/** The look inside the run being trained: adapters now and then, snapshots while they are watched, one sentence on request. */

// Fetched with the first look: a float64 encoder is no part of the page's start.
const inspections = () => import('../inspect/inspection.ts');
const snapshots = () => import('../inspect/snapshot.ts');

/** Sentences on the map: of the rows that epochs are scored on. */
const mostMapped = 64;
/** Adapters are looked at at most this often, in milliseconds, and for at most this share of the time. */
const shortestInterval = 2000;
const mostShare = 0.05;
let lookInterval = shortestInterval;
/** No batch of the run was looked at: the first one is, however soon it comes. */
const never = Number.NEGATIVE_INFINITY;
let lookedAt = never;
/** The map last told; null before the first of a run. */
let plane: Snapshot['map'] | null = null;
/** Whether someone looks inside: maps and histograms cost an evaluation each. */
let watching = false;
let epochsDone = 0;

/** What the run's adapters are looked at with: the frozen weights, and the tokens of a test sentence. */
export interface Inside {
  config: EncoderConfig;
  weights: NamedTensors;
  ids: readonly number[];
}

/**
 * Looks at the adapters now and then, and at weights and test sentences before training and after each epoch.
 * @param inside null where the encoder is too large to keep twice
 */
export async function look(session: Session, event: SessionEvent, inside: Inside | null): Promise<void> {
  const due = event.type === 'epoch' || (event.type === 'step' && performance.now() - lookedAt >= lookInterval);
  if (due && session.settings.plan.adapters.length > 0) await tellSites(session, inside);
  if (event.type === 'epoch') epochsDone = event.record.epoch;
  const begins = event.type === 'phase' && event.phase === 'training' && plane === null;
  if (watching && (begins || event.type === 'epoch')) await tellSnapshot(session);
}

/** How strongly the last batch pulled at each adapter, and how much each does to a test sentence. */
async function tellSites(session: Session, inside: Inside | null): Promise<void> {
  const { plan, pooling } = session.settings;
  const { gradientNorms, siteEffects } = await inspections();
  const gradients = gradientNorms(await session.engine.readGradients(), plan.adapters);
  const began = performance.now();
  const trained = await session.engine.readTrainable();
  const effects =
    inside && siteEffects({ config: inside.config, plan, pooling, frozen: inside.weights, trained }, inside.ids);
  tell({ type: 'sites', gradients, effects });
  lookedAt = performance.now();
  lookInterval = Math.max(shortestInterval, (lookedAt - began) / mostShare);
}

async function tellSnapshot(session: Session): Promise<void> {
  const { histogramOf, principalPlane } = await snapshots();
  const { states, labels } = await session.shownStates(mostMapped);
  const points = principalPlane(states, plane);
  plane = points.map((point, i) => ({ ...point, label: labels[i] ?? 0 }));
  const histogram = histogramOf(await session.engine.readTrainable());
  tell({ type: 'snapshot', snapshot: { epoch: epochsDone, histogram, map: plane } });
}

export async function watch(session: Session | null, on: boolean): Promise<void> {
  const begins = on && !watching;
  watching = on;
  if (begins && session) await tellSnapshot(session);
}

export async function inspect(
  session: Session,
  { config, weights }: { config: EncoderConfig; weights: NamedTensors | null },
  { text, ...at }: Extract<Request, { type: 'inspect' }>,
): Promise<void> {
  if (!weights) throw new PersonError('This encoder is too large to look inside here.');
  const { inspectSentence } = await inspections();
  const { plan, pooling } = session.settings;
  const trained = await session.engine.readTrainable();
  const gradients = lookedAt > never ? await session.engine.readGradients() : null;
  const model = { config, plan, pooling, frozen: weights, trained };
  const inspection = inspectSentence(model, { text, ...session.tokenise(text) }, gradients, at);
  tell({ type: 'inspection', inspection });
}

/** A new run has been looked at by no one. */
export function forgetLooks(): void {
  plane = null;
  lookedAt = never;
  epochsDone = 0;
}
