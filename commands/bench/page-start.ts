import { openDevice } from '../../src/device/open.ts';
import type { NamedTensors } from '../../src/engine/contract.ts';
import { writeSafetensors } from '../../src/files/formats/safetensors.ts';
import type { EncoderConfig } from '../../src/model/encoder-config.ts';
import { baseName } from '../../src/model/tensor-names.ts';
import { writeResult } from '../support/page/files.ts';
import { type Bench, batchOf, benchSchema, learningRate, randomEncoder, settingsOf } from './page.ts';

/** Start of a peer of `npm run bench`: our weights and rows, and the losses of our first steps, which it must match. */

/** Steps whose losses are compared. */
export const compared = 3;

export interface Start {
  config: EncoderConfig;
  /** Every tensor of the encoder, named without `bert.`. */
  weights: NamedTensors;
  /** Tensors that train. */
  trained: NamedTensors;
  losses: number[];
}

/** Makes the first steps on our engine. */
export async function ourStart(options: Bench, engineName: 'webgpu' | 'wasm'): Promise<Start> {
  const files = randomEncoder(options);
  const { config, weights } = files;
  const device = await openDevice(engineName);
  const encoder = await device.loadEncoder(files);
  const engine = await encoder.createEngine(settingsOf(options));
  const trained = await engine.readTrainable();
  const losses: number[] = [];
  for (let i = 0; i < compared; i++) losses.push((await engine.step(batchOf(options), learningRate)).loss);
  engine.destroy();
  encoder.destroy();
  device.destroy();
  return { config, weights, trained, losses };
}

/** The largest relative difference of a peer's first losses from ours. */
export const lossDifference = (ours: readonly number[], theirs: readonly number[]): number =>
  Math.max(...ours.map((loss, i) => Math.abs((theirs[i] ?? Number.NaN) - loss) / loss));

/** Layers whose adapters train. */
export const adaptedLayers = (options: Bench): number[] => [
  ...new Set(settingsOf(options).plan.adapters.map(({ layer }) => layer)),
];

/**
 * Writes the start as start.json and start.safetensors, for python/torch_step.py.
 * @returns the losses of our first steps
 */
export async function writeStart(json: { engine: 'webgpu' | 'wasm' } & Bench): Promise<number[]> {
  const options = benchSchema.parse(json);
  const { weights, trained, losses } = await ourStart(options, json.engine);
  const { ids, lengths, labels } = batchOf(options);
  const rows = { ids: [...ids], lengths: [...lengths], labels: [...labels] };
  const tensors = new Map([...weights, ...[...trained].map(([name, tensor]) => [baseName(name), tensor] as const)]);
  await writeResult('start.json', JSON.stringify({ ...options, adapted: adaptedLayers(options), rows }));
  await writeResult('start.safetensors', writeSafetensors(tensors));
  return losses;
}
