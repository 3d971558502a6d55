import crossEntropy from '../../../shaders/cross-entropy.wgsl?raw';
import step from '../../../shaders/step.wgsl?raw';
import type { Slice } from '../../gpu/buffers.ts';
import { flatGrid, type Recorder, record } from './recorder.ts';

interface CrossEntropy {
  classes: number;
  /** (B) */
  labels: Slice;
  /** (B, C) */
  logits: Slice;
  out: Slice;
}

function recordEntry(recorder: Recorder, label: string, entry: string, op: CrossEntropy): void {
  record(recorder, {
    label,
    source: step + crossEntropy,
    entry,
    constants: { CLASSES: op.classes },
    slices: [
      ['read', op.labels],
      ['read', op.logits],
      ['write', op.out],
    ],
    grid: ({ examples }) => flatGrid(examples, 8),
  });
}

/** out = cross entropy of each example (B); their mean is the loss */
export function crossEntropyForward(recorder: Recorder, label: string, op: CrossEntropy): void {
  recordEntry(recorder, label, 'forward', op);
}

/** out = dLogits (B, C) of the mean over the batch's examples */
export function crossEntropyBackward(recorder: Recorder, label: string, op: CrossEntropy): void {
  recordEntry(recorder, label, 'backward', op);
}
