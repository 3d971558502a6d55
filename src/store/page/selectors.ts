import type { Engine } from '../../engine/contract.ts';
import type { EncoderConfig } from '../../model/encoder-config.ts';
import type { FrozenBits } from '../../model/frozen-bits.ts';
import {
  type Adapter,
  checkPlan,
  type Method,
  MethodError,
  type TrainingPlan,
  trainingPlan,
} from '../../model/methods.ts';
import { adapterParameters, countParameters, elementCount, type ParameterCounts } from '../../model/parameters.ts';
import { outputsOf } from '../../model/task-kind.ts';
import type { Phase } from '../../training/records/records.ts';
import type { Run } from '../../training/run.ts';
import type { PageState } from './state.ts';

/** Selectors of the page's state. */

export const isBusy = ({ phase }: PageState): boolean =>
  phase === 'training' || phase === 'baseline' || phase === 'evaluating';

export const canTrain = (state: PageState): boolean =>
  state.plan !== null && !state.trainsElsewhere && (state.phase === 'ready' || state.phase === 'paused');

/** Whether the run is at its end, and set up to be trained once more. */
export const canTrainAgain = ({ plan, phase, trainsElsewhere }: PageState): boolean =>
  plan !== null && !trainsElsewhere && (phase === 'done' || phase === 'failed');

/** Status that the page shows: the run's phase, or why there is none yet. */
export function statusOf(state: PageState): Phase | 'preparing' | 'unavailable' {
  if (state.plan) return state.phase;
  return state.error || state.missingEncoder || state.missingRows || state.device?.available === false
    ? 'unavailable'
    : 'preparing';
}

/** Number of rows that are tested on. */
export const testRowsOf = ({ run, task }: Pick<PageState, 'run' | 'task'>): number =>
  Math.min(run.data.testLimit ?? Number.POSITIVE_INFINITY, task?.testRows ?? 0);

/** Number of classes assumed before the task is there: only the head's size depends on it. */
const assumedClasses = 10;

/** Outputs of the head on a task's rows, as far as they are known. */
export const headOutputs = (task: PageState['task']): number =>
  task ? outputsOf(task.kind ?? 'single-label', task.labels.length) : assumedClasses;

/** Plans by the method that they spell out: settings are never changed in place. */
type PlanShape = Pick<EncoderConfig, 'layers' | 'rotary'>;
const plans = new WeakMap<Method, PlanShape & { plan: TrainingPlan | null }>();

/** Plan of what a method trains in an encoder; null where the encoder does not have the layers or places that it names. */
export function planFor(method: Method, { layers, rotary }: PlanShape): TrainingPlan | null {
  const known = plans.get(method);
  if (known?.layers === layers && known.rotary === rotary) return known.plan;
  const plan = fittingPlan(method, { layers, rotary });
  plans.set(method, { layers, rotary, plan });
  return plan;
}

function fittingPlan(method: Method, encoder: PlanShape): TrainingPlan | null {
  try {
    const plan = trainingPlan(method, encoder.layers);
    checkPlan(plan, encoder);
    return plan;
  } catch (error) {
    if (error instanceof MethodError) return null;
    throw error;
  }
}

/**
 * Plan of what the run trains in the loaded encoder. Null without an encoder, and where the run does not fit it: a
 * lesson, a link or a reopened run may name layers of an encoder that is still on its way.
 */
export const planOf = ({ encoder, run }: Pick<PageState, 'encoder' | 'run'>): TrainingPlan | null =>
  encoder && planFor(run.method, encoder.config);

export interface Cost extends ParameterCounts {
  /** Bytes of what trains, as float32. */
  fileBytes: number;
  /** Bytes of AdamW's two moments. */
  optimizerBytes: number;
}

/** Cost of a method on the loaded encoder, before anything is trained; null without an encoder that it fits. */
export function costOf(state: Pick<PageState, 'encoder' | 'task'>, method: Run['method']): Cost | null {
  const { encoder, task } = state;
  const plan = encoder && planFor(method, encoder.config);
  if (!encoder || !plan) return null;
  const { config, poolerCount } = encoder;
  const counts = countParameters(config, plan, headOutputs(task), poolerCount);
  return { ...counts, fileBytes: 4 * counts.trainable, optimizerBytes: 8 * counts.trainable };
}

/** Bits that a run's frozen weights are stored in on a device: onnxruntime-web computes in 32, whatever they are rounded to. */
export const frozenBitsOn = (
  { engine }: { engine: Engine['name'] },
  { frozenBits }: Pick<Run, 'frozenBits'>,
): FrozenBits => (engine === 'webgpu' ? frozenBits : 32);

/** Parameters of a single adapter in an encoder. */
export const adapterCount = ({ hidden }: Pick<EncoderConfig, 'hidden'>, adapter: Adapter): number =>
  adapterParameters(adapter, hidden).reduce((sum, { shape }) => sum + elementCount(shape), 0);

/** Steps trained; the history itself may be thinned. */
export const stepsDone = ({ steps }: Pick<PageState, 'steps'>): number => (steps.at(-1)?.step ?? -1) + 1;

/** The epoch that is under way after so many steps, from 1 on; the last one once it is over. */
export const epochAt = (steps: number, { stepsPerEpoch, epochs }: { stepsPerEpoch: number; epochs: number }): number =>
  Math.min(epochs, Math.floor(steps / stepsPerEpoch) + 1);

/** Milliseconds a step, over the last few; the first steps compile. */
export function stepTime({ steps }: Pick<PageState, 'steps'>): number | null {
  const recent = steps.slice(-20).map(({ milliseconds }) => milliseconds);
  return recent.length ? ([...recent].sort((a, b) => a - b)[Math.floor(recent.length / 2)] ?? null) : null;
}
