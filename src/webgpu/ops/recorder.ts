import { type Arena, bindingAlignment, part, type Slice } from '../../gpu/buffers.ts';
import type { Gpu } from '../../gpu/device.ts';
import type { Access, Binding, KernelSpec } from '../../gpu/kernel.ts';
import type { DispatchNotes, Grid, Recording } from '../../gpu/recording.ts';
import { isStaged, type TileChoice, type Variant } from '../products/tiles.ts';

/** Size of a batch: it changes from step to step and sizes the grids. */
export interface BatchSize {
  /** B */
  examples: number;
  /** T */
  tokens: number;
}

/** State for recording ops: the list, the step's uniforms, and what suits the device. */
export interface Recorder {
  recording: Recording<BatchSize>;
  /** The uniform `Step` of shaders/step.wgsl. */
  step: Slice;
  /** Small slices, one an output, for slots that an entry point names but does not use. */
  spare: readonly Slice[];
  /** A uniform buffer with these values, which lives as long as the recorder's other buffers. */
  uniform: (values: Uint32Array) => Slice;
  /** Shaders run on a processor, where barriers are expensive and lanes few. */
  software: boolean;
  /** Invocations of a workgroup where each has a tile of its own. */
  lanes: number;
  /** How products are cut into tiles, by their class. */
  tiles: TileChoice;
  /** Copies that the parts of deep gradients are added to; null where each gradient has one part only. */
  parts: GradientParts | null;
}

/** Copies of all gradients, for products whose depth is cut into parts: one a part, added up in order before the update. */
export interface GradientParts {
  /** All gradients: the layout of every copy. */
  of: Slice;
  /** Elements of a copy. */
  stride: number;
  /** How many copies there are. */
  count: number;
  copies: Slice;
}

interface Op extends DispatchNotes<BatchSize> {
  source: string;
  entry: string;
  constants: Record<string, number | boolean>;
}

type Bound = readonly [binding: number, access: Access, slice: Slice];

function add({ recording, step }: Recorder, { source, entry, constants, ...notes }: Op, bound: readonly Bound[]): void {
  const numbers = Object.fromEntries(Object.entries(constants).map(([name, value]) => [name, Number(value)]));
  const bindings: Binding[] = [[0, 'uniform'], ...bound.map(([binding, access]): Binding => [binding, access])];
  const spec: KernelSpec = { source, entry, bindings, constants: numbers };
  recording.add(spec, [step, ...bound.map(([, , slice]) => slice)], notes);
}

/** Records one dispatch whose slices are bound in order from 1 on; binding 0 is always the step's uniform. */
export function record(recorder: Recorder, op: Op & { slices: readonly (readonly ['read' | 'write', Slice])[] }): void {
  const { slices, ...rest } = op;
  add(
    recorder,
    rest,
    slices.map(([access, slice], i) => [i + 1, access, slice]),
  );
}

/** The first output's binding in shaders/slots-*.wgsl; inputs begin at 1. */
const firstOutput = 7;

/** The binding of shaders/adapter-uniform.wgsl. */
const placeBinding = 11;

/** A slice, undefined for a slot that the entry point names but does not use, or null for one that it does not name. */
type Slots = readonly (Slice | undefined | null)[];

/** Records one dispatch of a file that is joined with the slots. */
export function recordSlots(
  recorder: Recorder,
  op: Op & { inputs: Slots; outputs: Slots; place?: Slice | undefined },
): void {
  const { inputs, outputs, place, ...rest } = op;
  const { spare } = recorder;
  const filled = (slice: Slice | undefined, i: number): Slice => {
    const found = slice ?? spare[i];
    if (!found) throw new Error(`${op.label}: no spare slice for slot ${i}`);
    return found;
  };
  // Inputs share one spare slice; each output has one of its own, since what is written may not be bound twice.
  add(recorder, rest, [
    ...inputs.flatMap((slice, i): Bound[] => (slice === null ? [] : [[i + 1, 'read', filled(slice, slice ? i : 0)]])),
    ...outputs.flatMap((slice, i): Bound[] =>
      slice === null ? [] : [[i + firstOutput, 'write', filled(slice, i + 1)]],
    ),
    ...(place ? [[placeBinding, 'uniform', place] as const] : []),
  ]);
}

/** Spare slices for unused slots, enough for any op: one slice for inputs, four for outputs. */
export function spareSlices(arena: Arena): Slice[] {
  const stride = bindingAlignment / 4;
  const outputs = arena.create('spare-outputs', 4 * stride);
  // A buffer that is read may not be written in the same dispatch.
  return [arena.create('spare-input', 4), ...[0, 1, 2, 3].map((i) => part(outputs, i * stride, stride))];
}

/** Invocations of a workgroup where each has a tile of its own. */
const lanesOf = ({ software }: Gpu): number => (software ? 4 : 32);

interface RecorderParts {
  recording: Recording<BatchSize>;
  step: Slice;
  spare: readonly Slice[];
  /** Arena of the constants that kernels read. */
  arena: Pick<Arena, 'createUniform'>;
  tiles: TileChoice;
  parts?: GradientParts | null;
}

/** A recorder for a device. */
export const createRecorder = (gpu: Gpu, { arena, parts = null, ...rest }: RecorderParts): Recorder => ({
  ...rest,
  parts,
  uniform: (values) => arena.createUniform('place', values),
  software: gpu.software,
  lanes: lanesOf(gpu),
});

/** Most workgroups along one axis that every WebGPU device allows. */
const maxWorkgroups = 65535;

/** Enough workgroups of `groupSize` for so many invocations, folded into y where x alone does not reach. */
export function flatGrid(invocations: number, groupSize: number): Grid {
  const groups = Math.ceil(invocations / groupSize);
  const folds = Math.ceil(groups / maxWorkgroups);
  return [Math.ceil(groups / folds), folds, 1];
}

/** Enough workgroups for so many tiles, and z parts of the depth. */
export function tileGrid({ lanes }: Recorder, variant: Variant, tiles: number, parts = 1): Grid {
  const [x, y] = flatGrid(tiles, isStaged(variant) ? 1 : lanes);
  return [x, y, parts];
}
