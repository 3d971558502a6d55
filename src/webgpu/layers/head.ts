import type { Slice } from '../../gpu/buffers.ts';
import { headBias, headWeight } from '../../model/tensor-names.ts';
import { binaryCrossEntropyBackward, binaryCrossEntropyForward } from '../ops/binary-cross-entropy.ts';
import { crossEntropyBackward, crossEntropyForward } from '../ops/cross-entropy.ts';
import { matmulBackwardInput, matmulBackwardWeight, matmulForward } from '../ops/matmul.ts';
import type { Recorder } from '../ops/recorder.ts';
import { squaredErrorBackward, squaredErrorForward } from '../ops/squared-error.ts';
import { type Network, trained } from './network.ts';

/**
 * The task head: one linear layer to the classes, from the pooled state of each example (B rows), or from the state of
 * every token (B x T rows) where each is labelled.
 */

/** logits = states Wᵀ + b: (rows, H) -> (rows, C) */
export function headForward(network: Network, recorder: Recorder, states: Slice, logits: Slice): void {
  matmulForward(recorder, 'head', {
    inputs: network.config.hidden,
    outputs: network.classes,
    perExample: network.kind !== 'token',
    x: states,
    weight: trained(network, headWeight).value,
    bias: trained(network, headBias).value,
    out: logits,
  });
}

/** losses of each row's logits: (rows, C) -> (rows) */
export function lossForward({ classes, kind, inputs }: Network, recorder: Recorder, logits: Slice, out: Slice): void {
  const { labels } = inputs;
  if (kind === 'multi-label') binaryCrossEntropyForward(recorder, 'loss', { classes, targets: labels, logits, out });
  else if (kind === 'regression')
    squaredErrorForward(recorder, 'loss', { outputs: classes, targets: labels, logits, out });
  else crossEntropyForward(recorder, 'loss', { classes, perToken: kind === 'token', labels, logits, out });
}

/** forward: losses = loss(logits), of which the step's loss is the mean */
function lossBackward({ classes, kind, inputs }: Network, recorder: Recorder, logits: Slice, out: Slice): void {
  const { labels } = inputs;
  const label = 'loss/d-logits';
  if (kind === 'multi-label') binaryCrossEntropyBackward(recorder, label, { classes, targets: labels, logits, out });
  else if (kind === 'regression')
    squaredErrorBackward(recorder, label, { outputs: classes, targets: labels, logits, out });
  else crossEntropyBackward(recorder, label, { classes, perToken: kind === 'token', labels, logits, out });
}

/** forward: losses = loss(logits), logits = states Wᵀ + b. Writes dStates where something in the encoder trains. */
export function headBackward(
  network: Network,
  recorder: Recorder,
  { states, logits, dLogits, dStates }: { states: Slice; logits: Slice; dLogits: Slice; dStates: Slice },
): void {
  const { config, classes, kind, reach } = network;
  lossBackward(network, recorder, logits, dLogits);
  const linear = { inputs: config.hidden, outputs: classes, perExample: kind !== 'token', dOut: dLogits };
  const weight = trained(network, headWeight);
  const dBias = trained(network, headBias).gradient;
  matmulBackwardWeight(recorder, 'head/d-weight', { ...linear, x: states, dWeight: weight.gradient, dBias });
  if (!reach.encoder) return;
  matmulBackwardInput(recorder, 'head/d-input', { ...linear, weight: weight.value, dX: dStates });
}
