import { msg, UserError } from '../base/message.ts';
import type { NamedTensors } from '../engine/contract.ts';
import { isLastFactor, tensorPart } from '../model/tensor-names.ts';

/** Changes to a trained adapter without training: weaken it, strengthen it, average several. */

/** Adapters that cannot be averaged. The message says what differs. */
export class AdapterShapeError extends UserError {
  override name = 'AdapterShapeError';
}

const mapped = (tensors: NamedTensors, change: (name: string, data: Float32Array) => Float32Array): NamedTensors =>
  new Map([...tensors].map(([name, { shape, data }]) => [name, { shape: [...shape], data: change(name, data) }]));

/**
 * The tensors of a run at another strength: what it adds to the encoder is multiplied, the head stays. 0 is the frozen
 * encoder, 1 the run as it was trained. Tensors of the encoder itself move along the line from their start.
 * @param start the same tensors before training
 */
export function atStrength(tensors: NamedTensors, start: NamedTensors, strength: number): NamedTensors {
  return mapped(tensors, (name, data) => {
    if (isLastFactor(name)) return data.map((value) => strength * value);
    const from = tensorPart(name) === 'base' ? start.get(name)?.data : undefined;
    return from ? data.map((value, i) => (from[i] ?? 0) + strength * (value - (from[i] ?? 0))) : data;
  });
}

/**
 * The mean of several runs' tensors.
 * @throws AdapterShapeError if they have not the same names and shapes
 */
export function averageOf(one: NamedTensors, ...others: readonly NamedTensors[]): NamedTensors {
  const shapes = (tensors: NamedTensors) => [...tensors].map(([name, { shape }]) => `${name} (${shape.join(', ')})`);
  const ours = new Set(shapes(one));
  for (const other of others) {
    const theirs = new Set(shapes(other));
    const odd = [...ours].find((name) => !theirs.has(name)) ?? [...theirs].find((name) => !ours.has(name));
    if (odd)
      throw new AdapterShapeError(msg`Only adapters of one shape can be averaged; only one of the two has ${odd}.`);
  }
  return mapped(one, (name, data) => {
    const lists = others.map((other) => other.get(name)?.data ?? data);
    return data.map((value, i) => lists.reduce((sum, list) => sum + (list[i] ?? 0), value) / (lists.length + 1));
  });
}
