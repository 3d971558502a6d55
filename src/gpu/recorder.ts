import type { Slice } from './buffers.ts';
import { type Kernel, type KernelSpec, kernel } from './kernel.ts';

/** Workgroups along x, y, z. */
export type Grid = readonly [number, number, number];

interface Dispatch<Size> {
  label: string;
  kernel: Kernel;
  bindGroup: GPUBindGroup;
  grid: (size: Size) => Grid;
}

/**
 * A list of dispatches, written down once and replayed every step. Bind groups are made while recording; replaying makes
 * no GPU object. `Size` is what changes from replay to replay and sizes the grids.
 */
export class Recording<Size> {
  readonly device: GPUDevice;
  #dispatches: Dispatch<Size>[] = [];

  constructor(device: GPUDevice) {
    this.device = device;
  }

  /** Appends a dispatch: `slices` are bound in the order of the spec's bindings. */
  add(label: string, spec: KernelSpec, slices: readonly Slice[], grid: (size: Size) => Grid): void {
    const made = kernel(this.device, spec);
    const entries = slices.map((resource, binding) => ({ binding, resource }));
    const bindGroup = this.device.createBindGroup({ label, layout: made.layout, entries });
    this.#dispatches.push({ label, kernel: made, bindGroup, grid });
  }

  /** Labels of all dispatches, in order. */
  get labels(): string[] {
    return this.#dispatches.map(({ label }) => label);
  }

  /** Resolves when every pipeline is compiled; rejects with the compiler's message. */
  async ready(): Promise<void> {
    await Promise.all(this.#dispatches.map((dispatch) => dispatch.kernel.ready));
  }

  /** Encodes every dispatch into a pass. Call after `ready()`. */
  replay(pass: GPUComputePassEncoder, size: Size): void {
    for (const { kernel: made, bindGroup, grid, label } of this.#dispatches) {
      if (!made.pipeline) throw new Error(`${label}: replayed before its pipeline was ready`);
      pass.setPipeline(made.pipeline);
      pass.setBindGroup(0, bindGroup);
      pass.dispatchWorkgroups(...grid(size));
    }
  }
}
