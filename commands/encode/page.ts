import { readEncoderFiles } from '../../src/files/encoder-files.ts';
import { openGpu } from '../../src/gpu/device.ts';
import { methodSchema, trainingPlan } from '../../src/model/methods.ts';
import { headBias, headWeight } from '../../src/model/tensor-names.ts';
import { makeBatch } from '../../src/training/batches.ts';
import { loadEncoder } from '../../src/webgpu/engine.ts';
import { folder } from '../support/page/files.ts';

/** An encoder's outputs for texts, for a comparison with another implementation. */
export interface Encoded {
  /** Token ids of each text. */
  ids: number[][];
  /** Means over real tokens. (B, H) */
  pooled: number[];
  /** Logits of a fresh head. (B, C) */
  logits: number[];
  /** The fresh head: (C, H) and (C) */
  head: { weight: number[]; bias: number[] };
  /** Losses before each of a few training steps on the texts. */
  losses: number[];
}

/** Encodes texts with the encoder in the folder `model`, then trains adapters on them for a few steps. */
export async function encode({ texts, steps }: { texts: string[]; steps: number }): Promise<Encoded> {
  const classes = 2;
  const files = await readEncoderFiles(folder('model'));
  const gpu = await openGpu();
  const encoder = loadEncoder(gpu, files);
  const plan = trainingPlan(methodSchema.parse({ type: 'houlsby' }), files.config.layers);
  const optimizer = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, clip: 1 };
  const engine = await encoder.createEngine({ plan, classes, pooling: 'mean', optimizer, seed: 1 });
  const longest = files.config.positions;
  const ids = texts.map((text) => files.tokenizer.encode(text, longest));
  const labels = texts.map((_, i) => i % classes);
  const batch = makeBatch(ids, labels, files.tokenizer.padId, longest);
  const [pooled, logits] = [await engine.encode(batch), await engine.evaluate(batch)];
  const trainable = await engine.readTrainable();
  const dataOf = (name: string) => Array.from(trainable.get(name)?.data ?? []);
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) losses.push((await engine.step(batch, 0.002)).loss);
  engine.destroy();
  encoder.destroy();
  gpu.destroy();
  const head = { weight: dataOf(headWeight), bias: dataOf(headBias) };
  return { ids, pooled: Array.from(pooled), logits: Array.from(logits), head, losses };
}
