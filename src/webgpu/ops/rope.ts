import rope from '../../../shaders/rope.wgsl?raw';
import step from '../../../shaders/step.wgsl?raw';
import type { Slice } from '../../gpu/buffers.ts';
import { flatGrid, type Recorder, record } from './recorder.ts';

interface Rope {
  /** H */
  hidden: number;
  /** A */
  heads: number;
  /** cos and sin by position, as `rotaryTable` makes them. (at least T, H / A) */
  angles: Slice;
}

function recordEntry(
  recorder: Recorder,
  label: string,
  entry: string,
  { hidden, heads, angles }: Rope,
  qkv: Slice,
): void {
  record(recorder, {
    label,
    source: step + rope,
    entry,
    constants: { HIDDEN: hidden, HEADS: heads },
    slices: [
      ['read', angles],
      ['write', qkv],
    ],
    grid: ({ examples, tokens }) => flatGrid(examples * tokens * hidden, 32),
  });
}

/** Turns query and key of each head by their position's angles, in place. qkv (B, T, 3H) */
export function ropeForward(recorder: Recorder, label: string, { qkv, ...op }: Rope & { qkv: Slice }): void {
  recordEntry(recorder, label, 'forward', op, qkv);
}

/** The gradient before the turn from that after it, in place. dQkv (B, T, 3H) */
export function ropeBackward(recorder: Recorder, label: string, { dQkv, ...op }: Rope & { dQkv: Slice }): void {
  recordEntry(recorder, label, 'backward', op, dQkv);
}
