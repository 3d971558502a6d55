import type { EncoderConfig } from '../../model/encoder-config.ts';
import { type Method, sites, type TrainingPlan } from '../../model/methods.ts';
import { Reach } from '../../model/reach.ts';
import { planFor } from '../page/selectors.ts';
import type { PageState } from '../page/state.ts';
import type { RunRecord } from '../runs/records.ts';

/**
 * Multiplications of a training step per token, by matrix products alone: the forward once; the backward to the lowest
 * trained site once more; the gradients of trained matrices a third time. A model of the cost, not a measurement.
 */
export function stepWork({ hidden, intermediate, layers, rotary }: EncoderConfig, plan: TrainingPlan): number {
  const halves = { attention: 4 * hidden * hidden, ffn: (rotary ? 3 : 2) * hidden * intermediate };
  const forward = layers * (halves.attention + halves.ffn);
  const adapters = plan.adapters.reduce((sum, { bottleneck }) => sum + 2 * hidden * bottleneck, 0);
  const loras = plan.loras.reduce((sum, { rank }) => sum + 2 * hidden * rank, 0);
  const added = 3 * (adapters + loras);
  // Layers below the lowest trained site need no backward.
  const reach = new Reach(plan);
  let back = 0;
  for (let layer = 0; layer < layers; layer++)
    for (const site of sites) if (reach.to(layer, site)) back += halves[site];
  return forward + back + (plan.base === 'all' ? forward : 0) + added;
}

/** Milliseconds a step is likely to take, scaled from the last run timed on this device; null before there is one, or where a method does not fit the encoder. */
export function predictedStep(
  { encoder, run, device }: Pick<PageState, 'encoder' | 'run' | 'device'>,
  runs: readonly RunRecord[],
  method: Method,
): number | null {
  if (!encoder || !device?.available) return null;
  const timed = runs.findLast(
    (other) => other.run.model === run.model && other.device === device.name && other.stepsDone > 0,
  );
  if (!timed) return null;
  const rows = run.training.batchSize / timed.run.training.batchSize;
  // The encoder that both runs name may still be on its way: the one that is here may have fewer layers.
  const [plan, timedPlan] = [planFor(method, encoder.config), planFor(timed.run.method, encoder.config)];
  if (!plan || !timedPlan) return null;
  const work = stepWork(encoder.config, plan) / stepWork(encoder.config, timedPlan);
  return (timed.milliseconds / timed.stepsDone) * rows * work;
}
