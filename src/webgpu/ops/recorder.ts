import type { Slice } from '../../gpu/buffers.ts';
import type { Access, KernelSpec } from '../../gpu/kernel.ts';
import type { Grid, Recording } from '../../gpu/recorder.ts';

/** What changes from step to step and sizes the grids. */
export interface BatchSize {
  /** B */
  examples: number;
  /** T */
  tokens: number;
}

/** Where ops are written down: the list, the step's uniforms, and what the device likes. */
export interface Recorder {
  recording: Recording<BatchSize>;
  /** The uniform `Step` of shaders/step.wgsl. */
  step: Slice;
  /** Invocations that share a row where barriers are needed: 32 on a GPU, few on a CPU rasteriser. */
  lanes: number;
}

interface Op {
  label: string;
  source: string;
  entry: string;
  constants: Record<string, number | boolean>;
  /** Slices after the step's uniform, in binding order, each with its access. */
  slices: readonly (readonly [Exclude<Access, 'uniform'>, Slice])[];
  grid: (size: BatchSize) => Grid;
  /** Multiplications and additions of a matrix product. */
  flops?: (size: BatchSize) => number;
}

/** Records one dispatch; binding 0 is always the step's uniform. */
export function record({ recording, step }: Recorder, { source, entry, constants, slices, ...notes }: Op): void {
  const numbers = Object.fromEntries(Object.entries(constants).map(([name, value]) => [name, Number(value)]));
  const bindings: KernelSpec['bindings'] = ['uniform', ...slices.map(([access]) => access)];
  const spec: KernelSpec = { source, entry, bindings, constants: numbers };
  recording.add(spec, [step, ...slices.map(([, slice]) => slice)], notes);
}

/** Most workgroups along one axis that every WebGPU device allows. */
const mostWorkgroups = 65535;

/** Enough workgroups of `groupSize` for so many invocations, folded into y where x alone does not reach. */
export function flatGrid(invocations: number, groupSize: number): Grid {
  const groups = Math.ceil(invocations / groupSize);
  const folds = Math.ceil(groups / mostWorkgroups);
  return [Math.ceil(groups / folds), folds, 1];
}

/** Edge of the register tile of shaders/tile.wgsl. */
const tile = 8;

/** How many tiles cover (rows, columns). */
export const tileCount = (rows: number, columns: number): number => Math.ceil(rows / tile) * Math.ceil(columns / tile);
