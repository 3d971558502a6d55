import { type BatchShape, type PreFlight, preFlight } from '../../engine/memory-forecast.ts';
import type { EncoderConfig } from '../../model/encoder-config.ts';
import { type Run, rowLength } from '../../training/run.ts';
import { frozenBitsOn, headOutputs, planFor } from '../page/selectors.ts';
import type { PageState } from '../page/state.ts';
import { changeRun } from '../run/actions.ts';

/** Forecast of the memory that the run takes of this device on an encoder, before it is fetched or trained. */

/** @returns null where the device is not known yet, or the method names layers that the encoder does not have */
export function preFlightOf(
  { device, task, run }: Pick<PageState, 'device' | 'task' | 'run'>,
  config: EncoderConfig,
): PreFlight | null {
  const { method, training } = run;
  if (!device?.available) return null;
  const plan = planFor(method, config);
  if (!plan) return null;
  const classes = headOutputs(task);
  const { batchSize: examples, microBatches } = training;
  const batch = { examples, tokens: rowLength(run, config), microBatches };
  const frozenBits = frozenBitsOn(device, run);
  return preFlight({ config, plan, classes, frozenBits }, batch, device.limits);
}

/**
 * Bytes of the frozen weights as the run stores them and in 8 bits; null where that is no less, as on onnxruntime, which
 * computes in float32 whatever a run rounds to.
 */
export function inEightBits(
  state: Pick<PageState, 'device' | 'task' | 'run'>,
  config: EncoderConfig,
): { now: number; less: number } | null {
  const frozenOf = (run: Run) => preFlightOf({ ...state, run }, config)?.forecast.arenas.frozen ?? 0;
  const [now, less] = [frozenOf(state.run), frozenOf({ ...state.run, frozenBits: 8 })];
  return less < now ? { now, less } : null;
}

export const applyEightBits = (): void => changeRun((run) => ({ ...run, frozenBits: 8 }));

/** Computes the run's batches in so many pieces, one after another. */
export const applyMicroBatches = (microBatches: number): void =>
  changeRun((run) => ({ ...run, training: { ...run.training, microBatches } }));

/** Makes the run's batches of this shape. */
export function applyBatch({ examples, tokens }: BatchShape): void {
  changeRun((run) => ({
    ...run,
    training: { ...run.training, batchSize: examples, maxLength: Math.min(run.training.maxLength, tokens) },
  }));
}
