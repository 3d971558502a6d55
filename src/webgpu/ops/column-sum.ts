import columnSumSource from '../../../shaders/column-sum.wgsl?raw';
import step from '../../../shaders/step.wgsl?raw';
import type { Slice } from '../../gpu/buffers.ts';
import { flatGrid, type Recorder, record } from './recorder.ts';

interface ColumnSum {
  width: number;
  /** True: one row an example. Otherwise one row a token. */
  perExample?: boolean;
  /** (rows, width) */
  dOut: Slice;
  /** Added to. (width) */
  dBias: Slice;
}

/** dBias += Σ over rows of dOut */
export function columnSum(recorder: Recorder, label: string, op: ColumnSum): void {
  record(recorder, {
    label,
    source: step + columnSumSource,
    entry: 'column_sum',
    constants: { WIDTH: op.width, PER_EXAMPLE: op.perExample ?? false, SLICES: recorder.software ? 1 : 8 },
    slices: [
      ['read', op.dOut],
      ['write', op.dBias],
    ],
    grid: () => flatGrid(op.width, 32),
  });
}
