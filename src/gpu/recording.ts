import type { Slice } from './buffers.ts';
import { type Kernel, type KernelSpec, kernel } from './kernel.ts';
import type { Stopwatch } from './stopwatch.ts';

/** Workgroups along x, y, z. */
export type Grid = readonly [number, number, number];

/** Description of a dispatch, besides what it binds. */
export interface DispatchNotes<Size> {
  label: string;
  /** Workgroups for a size. */
  grid: (size: Size) => Grid;
  /** Multiplications and additions of a matrix product; absent for everything else. */
  flops?: ((size: Size) => number) | undefined;
}

interface Dispatch<Size> extends DispatchNotes<Size> {
  kernel: Kernel;
  bindGroup: GPUBindGroup;
}

/**
 * A list of dispatches, written down once and replayed every step. Bind groups are made while recording; replaying makes
 * no GPU object. `Size` changes from replay to replay and sizes the grids.
 */
export class Recording<Size> {
  readonly device: GPUDevice;
  #dispatches: Dispatch<Size>[] = [];

  constructor(device: GPUDevice) {
    this.device = device;
  }

  /** Appends a dispatch: `slices` are bound in the order of the spec's bindings. */
  add(spec: KernelSpec, slices: readonly Slice[], notes: DispatchNotes<Size>): void {
    const made = kernel(this.device, spec);
    const entries = slices.map((resource, i) => ({ binding: spec.bindings[i]?.[0] ?? i, resource }));
    const bindGroup = this.device.createBindGroup({ label: notes.label, layout: made.layout, entries });
    this.#dispatches.push({ ...notes, kernel: made, bindGroup });
  }

  /** Every dispatch, in order. */
  get dispatches(): readonly DispatchNotes<Size>[] {
    return this.#dispatches;
  }

  /** Resolves when every pipeline is compiled; rejects with the compiler's message. */
  async ready(): Promise<void> {
    await Promise.all(this.#dispatches.map((dispatch) => dispatch.kernel.ready));
  }

  /** Encodes every dispatch into a pass. Call after `ready()`. */
  replay(pass: GPUComputePassEncoder, size: Size): void {
    for (const dispatch of this.#dispatches) encode(pass, dispatch, size);
  }

  /** Encodes every dispatch into a pass of its own, timed by a stopwatch. Slower than `replay`: for measuring only. */
  replayTimed(encoder: GPUCommandEncoder, size: Size, stopwatch: Stopwatch): void {
    for (const dispatch of this.#dispatches) {
      const pass = encoder.beginComputePass({ timestampWrites: stopwatch.next(dispatch.label) });
      encode(pass, dispatch, size);
      pass.end();
    }
  }
}

function encode<Size>(
  pass: GPUComputePassEncoder,
  { kernel: { pipeline }, bindGroup, grid, label }: Dispatch<Size>,
  size: Size,
): void {
  if (!pipeline) throw new Error(`${label}: replayed before its pipeline was ready`);
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, bindGroup);
  pass.dispatchWorkgroups(...grid(size));
}
