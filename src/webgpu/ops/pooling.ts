import poolingSource from '../../../shaders/pooling.wgsl?raw';
import step from '../../../shaders/step.wgsl?raw';
import type { Slice } from '../../gpu/buffers.ts';
import type { Pooling } from '../../model/shapes.ts';
import { type Recorder, record } from './recorder.ts';

const source = step + poolingSource;

interface PoolingShape {
  width: number;
  pooling: Pooling;
  /** Real tokens of each example. (B) */
  lengths: Slice;
}

const constants = ({ width, pooling }: PoolingShape) => ({ WIDTH: width, MEAN: pooling === 'mean' });

/** x (B, T, width) -> out (B, width): the state of [CLS], or the mean over real tokens */
export function poolingForward(recorder: Recorder, label: string, op: PoolingShape & { x: Slice; out: Slice }): void {
  record(recorder, {
    label,
    source,
    entry: 'forward',
    constants: constants(op),
    slices: [
      ['read', op.lengths],
      ['read', op.x],
      ['write', op.out],
    ],
    grid: ({ examples }) => [Math.ceil(op.width / 32), examples, 1],
  });
}

/** dOut (B, width) -> dX (B, T, width), every element written */
export function poolingBackward(
  recorder: Recorder,
  label: string,
  op: PoolingShape & { dOut: Slice; dX: Slice },
): void {
  record(recorder, {
    label,
    source,
    entry: 'backward',
    constants: constants(op),
    slices: [
      ['read', op.lengths],
      ['read', op.dOut],
      ['write', op.dX],
    ],
    grid: ({ examples, tokens }) => [Math.ceil(op.width / 32), examples, tokens],
  });
}
