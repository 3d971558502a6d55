import type { Batch, Engine, EngineSettings } from '../../src/engine/contract.ts';
import { type Method, methodSchema, trainingPlan } from '../../src/model/methods.ts';
import { makeBatch } from '../../src/training/batches.ts';
import { integers } from './numbers.ts';

/** Layers of the tiny golden encoder. */
const layers = 2;

/** Every method, with what tells one use of it from another. */
export const methods: { type: Method['type']; [field: string]: unknown }[] = [
  { type: 'houlsby', bottleneck: 5, dropout: 0.2 },
  { type: 'houlsby', bottleneck: 5, activation: 'gelu_new', layers: [1] },
  { type: 'houlsby', bottleneck: 3, without: ['0.attention', '1.ffn'] },
  { type: 'ffn-only', bottleneck: 4, activation: 'relu', scaling: 2 },
  { type: 'attention-only', bottleneck: 7, activation: 'swish' },
  { type: 'pfeiffer', bottleneck: 4, dropout: 0.1 },
  { type: 'parallel', bottleneck: 9, scaling: 4 },
  { type: 'lora', rank: 3, alpha: 6 },
  { type: 'bitfit' },
  { type: 'head-only' },
  { type: 'full' },
];

/** Settings of a run on the tiny golden encoder. */
export const settingsOf = (method: object, change: Partial<EngineSettings> = {}): EngineSettings => ({
  plan: trainingPlan(methodSchema.parse(method), layers),
  classes: 3,
  pooling: 'mean',
  optimizer: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01, clip: 1 },
  seed: 3,
  ...change,
});

/** A batch of random rows; every `step` another one, of lengths 3 to 19. */
export function randomBatch(step: number, examples = 4): Batch {
  const lengths = integers(examples, 3, 20, 100 + step);
  const rows = [...lengths].map((length, i) => [...integers(length, 5, 2000, 1000 * step + i)]);
  return makeBatch(rows, [...integers(examples, 0, 3, 200 + step)], 0, 24);
}

/** The losses of some steps, each on a batch of its own. */
export async function train(engine: Engine, steps: number, { from = 0, rate = 0.01 } = {}): Promise<number[]> {
  const losses: number[] = [];
  for (let step = from; step < from + steps; step++) losses.push((await engine.step(randomBatch(step), rate)).loss);
  return losses;
}
