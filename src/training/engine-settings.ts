import type { EngineSettings } from '../engine/contract.ts';
import type { EncoderConfig } from '../model/encoder-config.ts';
import { trainingPlan } from '../model/methods.ts';
import { outputsOf } from '../model/task-kind.ts';
import { kindOf, type Run } from './run.ts';

/** AdamW's settings that no run changes. */
const adamw = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/**
 * Settings of a run's engine.
 * @param labels number of classes; none where a number is asked for
 * @throws MethodError if the method does not fit the encoder
 */
export function engineSettings(run: Run, config: EncoderConfig, labels: number): EngineSettings {
  const { weightDecay, clip, seed, microBatches } = run.training;
  const plan = trainingPlan(run.method, config.layers);
  const optimizer = { ...adamw, weightDecay, clip };
  const kind = kindOf(run);
  return {
    plan,
    classes: outputsOf(kind, labels),
    kind,
    pooling: run.pooling,
    optimizer,
    seed,
    microBatches,
    frozenBits: run.frozenBits,
  };
}
