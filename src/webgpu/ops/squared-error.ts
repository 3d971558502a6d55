import squaredError from '../../../shaders/squared-error.wgsl?raw';
import step from '../../../shaders/step.wgsl?raw';
import type { Slice } from '../../gpu/buffers.ts';
import { flatGrid, type Recorder, record } from './recorder.ts';

interface SquaredError {
  outputs: number;
  /** (B, outputs) */
  targets: Slice;
  /** (B, outputs) */
  logits: Slice;
  out: Slice;
}

function recordEntry(recorder: Recorder, label: string, entry: string, op: SquaredError): void {
  record(recorder, {
    label,
    source: step + squaredError,
    entry,
    constants: { OUTPUTS: op.outputs },
    slices: [
      ['read', op.targets],
      ['read', op.logits],
      ['write', op.out],
    ],
    grid: ({ examples }) => flatGrid(examples, 8),
  });
}

/** out = squared errors of an example, added up (B); divided by all terms of the step they are the loss */
export function squaredErrorForward(recorder: Recorder, label: string, op: SquaredError): void {
  recordEntry(recorder, label, 'forward', op);
}

/** out = dLogits (B, outputs) of the mean over the step's terms */
export function squaredErrorBackward(recorder: Recorder, label: string, op: SquaredError): void {
  recordEntry(recorder, label, 'backward', op);
}
