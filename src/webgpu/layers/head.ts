import type { Slice } from '../../gpu/buffers.ts';
import { headBias, headWeight } from '../../model/tensor-names.ts';
import { crossEntropyBackward, crossEntropyForward } from '../ops/cross-entropy.ts';
import { matmulBackwardInput, matmulBackwardWeight, matmulForward } from '../ops/matmul.ts';
import type { Recorder } from '../ops/recorder.ts';
import { type Network, trained } from './network.ts';

/** The task head: one linear layer from the pooled state to the classes. */

/** logits = pooled Wᵀ + b: (B, H) -> (B, C) */
export function headForward(network: Network, recorder: Recorder, pooled: Slice, logits: Slice): void {
  matmulForward(recorder, 'head', {
    inputs: network.config.hidden,
    outputs: network.classes,
    perExample: true,
    x: pooled,
    weight: trained(network, headWeight).value,
    bias: trained(network, headBias).value,
    out: logits,
  });
}

/** losses = cross entropy of each example's logits: (B, C) -> (B) */
export function lossForward({ classes, inputs }: Network, recorder: Recorder, logits: Slice, losses: Slice): void {
  crossEntropyForward(recorder, 'loss', { classes, labels: inputs.labels, logits, out: losses });
}

/** forward: loss = mean cross entropy of logits = pooled Wᵀ + b. Writes dPooled where something in the encoder trains. */
export function headBackward(
  network: Network,
  recorder: Recorder,
  { pooled, logits, dLogits, dPooled }: { pooled: Slice; logits: Slice; dLogits: Slice; dPooled: Slice },
): void {
  const { config, classes, inputs, reach } = network;
  crossEntropyBackward(recorder, 'loss/d-logits', { classes, labels: inputs.labels, logits, out: dLogits });
  const linear = { inputs: config.hidden, outputs: classes, perExample: true, dOut: dLogits };
  const weight = trained(network, headWeight);
  const dBias = trained(network, headBias).gradient;
  matmulBackwardWeight(recorder, 'head/d-weight', { ...linear, x: pooled, dWeight: weight.gradient, dBias });
  if (!reach.encoder) return;
  matmulBackwardInput(recorder, 'head/d-input', { ...linear, weight: weight.value, dX: dPooled });
}
