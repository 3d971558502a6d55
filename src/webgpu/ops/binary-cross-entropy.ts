import binaryCrossEntropy from '../../../shaders/binary-cross-entropy.wgsl?raw';
import step from '../../../shaders/step.wgsl?raw';
import type { Slice } from '../../gpu/buffers.ts';
import { flatGrid, type Recorder, record } from './recorder.ts';

interface BinaryCrossEntropy {
  classes: number;
  /** (B, classes) */
  targets: Slice;
  /** (B, classes) */
  logits: Slice;
  out: Slice;
}

function recordEntry(recorder: Recorder, label: string, entry: string, op: BinaryCrossEntropy): void {
  record(recorder, {
    label,
    source: step + binaryCrossEntropy,
    entry,
    constants: { CLASSES: op.classes },
    slices: [
      ['read', op.targets],
      ['read', op.logits],
      ['write', op.out],
    ],
    grid: ({ examples }) => flatGrid(examples, 8),
  });
}

/** out = binary cross entropies of an example, added up (B); divided by all terms of the step they are the loss */
export function binaryCrossEntropyForward(recorder: Recorder, label: string, op: BinaryCrossEntropy): void {
  recordEntry(recorder, label, 'forward', op);
}

/** out = dLogits (B, classes) of the mean over the step's terms */
export function binaryCrossEntropyBackward(recorder: Recorder, label: string, op: BinaryCrossEntropy): void {
  recordEntry(recorder, label, 'backward', op);
}
