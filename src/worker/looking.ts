import { gradientNorms, inspectSentence } from '../inspect/inspection.ts';
import { histogramOf, principalPlane, type Snapshot } from '../inspect/snapshot.ts';
import type { EncoderConfig } from '../model/encoder-config.ts';
import type { NamedTensors } from '../training/engine.ts';
import type { Session, SessionEvent } from '../training/session.ts';
import type { Request } from './protocol.ts';
import { tell } from './tell.ts';

/** The look inside the run being trained: gradients now and then, snapshots while they are watched, one sentence on request. */

/** Test sentences on the map. */
const mostMapped = 64;
/** Gradients are looked at this often, in milliseconds. */
const lookInterval = 2000;
let lookedAt = 0;
/** The map last told; null before the first of a run. */
let plane: Snapshot['map'] | null = null;
/** Whether someone looks inside: maps and histograms cost an evaluation each. */
let watching = false;
let epochsDone = 0;

/** Looks at gradients now and then, and at weights and test sentences before training and after each epoch. */
export async function look(session: Session, event: SessionEvent): Promise<void> {
  const { adapters } = session.settings.plan;
  if (event.type === 'step' && adapters.length > 0 && performance.now() - lookedAt >= lookInterval) {
    tell({ type: 'gradients', norms: gradientNorms(await session.engine.readGradients(), adapters) });
    lookedAt = performance.now();
  }
  if (event.type === 'epoch') epochsDone = event.record.epoch;
  const begins = event.type === 'phase' && event.phase === 'training' && plane === null;
  if (watching && (begins || event.type === 'epoch')) await tellSnapshot(session);
}

async function tellSnapshot(session: Session): Promise<void> {
  const { states, labels } = await session.testStates(mostMapped);
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
  if (!weights) throw new Error('This encoder is too large to look inside here.');
  const { plan, pooling } = session.settings;
  const trained = await session.engine.readTrainable();
  const gradients = lookedAt > 0 ? await session.engine.readGradients() : null;
  const model = { config, plan, pooling, frozen: weights, trained };
  const inspection = inspectSentence(model, { text, ...session.tokenise(text) }, gradients, at);
  tell({ type: 'inspection', inspection });
}

/** A new run has been looked at by no one. */
export function forgetLooks(): void {
  plane = null;
  lookedAt = 0;
  epochsDone = 0;
}
