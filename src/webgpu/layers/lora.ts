import type { Slice } from '../../gpu/buffers.ts';
import type { Lora } from '../../model/methods.ts';
import { loraStem, loraTensors } from '../../model/tensor-names.ts';
import { matmulBackwardInput, matmulBackwardWeight, matmulForward } from '../ops/matmul.ts';
import type { Recorder } from '../ops/recorder.ts';
import { type Network, trained } from './network.ts';

/** A LoRA pair beside the frozen query or value: W x + b + scaling B A x (Hu et al. 2021). */

export interface LoraTape {
  lora: Lora;
  /** A x, saved for the backward. (rows, M) */
  reduced: Slice;
}

const third = { query: 0, value: 2 } as const;

/** Shape of B's product within the fused rows of query, key and value. */
const intoThird = ({ config }: Network, { target, rank, scaling }: Lora) => ({
  inputs: rank,
  outputs: config.hidden,
  outStride: 3 * config.hidden,
  outOffset: third[target] * config.hidden,
  scale: scaling,
});

/** qkv[target] += scaling (x Aᵀ) Bᵀ */
export function loraForward(network: Network, recorder: Recorder, lora: Lora, x: Slice, qkv: Slice): LoraTape {
  const { config, workspace } = network;
  const stem = loraStem(lora);
  const reduced = workspace.keep(`${stem}.reduced`, workspace.capacity.rows * lora.rank);
  const names = loraTensors(lora);
  const [a, b] = [trained(network, names.a).value, trained(network, names.b).value];
  matmulForward(recorder, `${stem}/a`, { inputs: config.hidden, outputs: lora.rank, x, weight: a, out: reduced });
  matmulForward(recorder, `${stem}/b`, {
    ...intoThird(network, lora),
    x: reduced,
    weight: b,
    accumulate: true,
    out: qkv,
  });
  return { lora, reduced };
}

/** forward: qkv[target] += scaling (x Aᵀ) Bᵀ. Returns what `loraBackwardInput` needs. */
export function loraBackward(
  network: Network,
  recorder: Recorder,
  { lora, reduced }: LoraTape,
  x: Slice,
  dQkv: Slice,
): Slice {
  const { config, workspace } = network;
  const stem = loraStem(lora);
  const names = loraTensors(lora);
  const [a, b] = [trained(network, names.a), trained(network, names.b)];
  const up = { ...intoThird(network, lora), dOut: dQkv };
  const dReduced = workspace.scratch(`d-lora-${lora.target}`, workspace.capacity.rows * lora.rank);
  matmulBackwardWeight(recorder, `${stem}/d-b`, { ...up, x: reduced, dWeight: b.gradient });
  matmulBackwardInput(recorder, `${stem}/d-reduced`, { ...up, weight: b.value, dX: dReduced });
  const down = { inputs: config.hidden, outputs: lora.rank, dOut: dReduced };
  matmulBackwardWeight(recorder, `${stem}/d-a`, { ...down, x, dWeight: a.gradient });
  return dReduced;
}

/** forward: reduced = x Aᵀ. dX += dReduced A */
export function loraBackwardInput(network: Network, recorder: Recorder, lora: Lora, dReduced: Slice, dX: Slice): void {
  const stem = loraStem(lora);
  const weight = trained(network, loraTensors(lora).a).value;
  const down = { inputs: network.config.hidden, outputs: lora.rank, dOut: dReduced };
  matmulBackwardInput(recorder, `${stem}/d-input`, { ...down, weight, accumulate: true, dX });
}
