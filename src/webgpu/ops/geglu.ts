import activationSource from '../../../shaders/activation.wgsl?raw';
import geglu from '../../../shaders/geglu.wgsl?raw';
import step from '../../../shaders/step.wgsl?raw';
import type { Slice } from '../../gpu/buffers.ts';
import { flatGrid, type Recorder, record } from './recorder.ts';

interface Geglu {
  /** F */
  width: number;
  /** What is activated, then its gate. (rows, 2F) */
  wide: Slice;
}

function recordEntry(
  recorder: Recorder,
  label: string,
  entry: string,
  { width, wide }: Geglu,
  [dOut, result]: [Slice, Slice],
): void {
  record(recorder, {
    label,
    source: step + activationSource + geglu,
    entry,
    constants: { WIDTH: width },
    slices: [
      ['read', wide],
      ['read', dOut],
      ['write', result],
    ],
    grid: ({ examples, tokens }) => flatGrid(examples * tokens * width, 32),
  });
}

/** out = gelu(x) g, [x, g] = wide. out (rows, F) */
export function gegluForward(recorder: Recorder, label: string, { out, ...op }: Geglu & { out: Slice }): void {
  // The forward reads no gradient.
  recordEntry(recorder, label, 'forward', op, [op.wide, out]);
}

/** forward: out = gelu(x) g, [x, g] = wide. dOut (rows, F) -> dWide (rows, 2F) */
export function gegluBackward(
  recorder: Recorder,
  label: string,
  { dOut, dWide, ...op }: Geglu & { dOut: Slice; dWide: Slice },
): void {
  recordEntry(recorder, label, 'backward', op, [dOut, dWide]);
}
