import crossEntropy from '../../../shaders/cross-entropy.wgsl?raw';
import step from '../../../shaders/step.wgsl?raw';
import type { Slice } from '../../gpu/buffers.ts';
import { flatGrid, type Recorder, record } from './recorder.ts';

interface CrossEntropy {
  classes: number;
  /** True: one row a token. Otherwise one row an example. */
  perToken?: boolean;
  /** (rows) */
  labels: Slice;
  /** (rows, C) */
  logits: Slice;
  out: Slice;
}

function recordEntry(recorder: Recorder, label: string, entry: string, op: CrossEntropy): void {
  record(recorder, {
    label,
    source: step + crossEntropy,
    entry,
    constants: { CLASSES: op.classes, PER_EXAMPLE: !op.perToken },
    slices: [
      ['read', op.labels],
      ['read', op.logits],
      ['write', op.out],
    ],
    grid: ({ examples, tokens }) => flatGrid(op.perToken ? examples * tokens : examples, 8),
  });
}

/** out = cross entropy of each row, 0 where the label is `notCounted` (rows); their mean is the loss */
export function crossEntropyForward(recorder: Recorder, label: string, op: CrossEntropy): void {
  recordEntry(recorder, label, 'forward', op);
}

/** out = dLogits (rows, C) of the mean over the rows of the step that count */
export function crossEntropyBackward(recorder: Recorder, label: string, op: CrossEntropy): void {
  recordEntry(recorder, label, 'backward', op);
}
