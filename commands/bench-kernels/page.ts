import { seedOf } from '../../src/base/random.ts';
import { openGpu } from '../../src/gpu/device.ts';
import type { KernelSpec } from '../../src/gpu/kernel.ts';
import { type DispatchNotes, Recording } from '../../src/gpu/recording.ts';
import { loadEncoder } from '../../src/webgpu/engine.ts';
import type { BatchSize } from '../../src/webgpu/ops/recorder.ts';
import { type Bench, batchOf, benchSchema, learningRate, randomEncoder, settingsOf } from '../bench/page.ts';
import { tuningFrom } from '../support/page/tuning.ts';

/**
 * `npm run bench-kernels`: every kernel and dispatch of a training step as a graphics card would get them, written to the
 * console. Dawn, asked for `dump_shaders`, writes each kernel's SPIR-V there right after the line that names it.
 */

/** A kernel's line, which identifies the kernel. */
export interface ListedKernel {
  /** Hash of its WGSL: variants share names. */
  source: number;
  entry: string;
  constants: Record<string, number>;
}

/** A dispatch's line. */
export interface ListedDispatch extends ListedKernel {
  label: string;
  /** Workgroups along x, y, z. */
  grid: [number, number, number];
  /** Multiplications and additions of a matrix product; 0 for everything else. */
  flops: number;
}

const kernelMark = '@@KERNEL ';
const dispatchMark = '@@DISPATCH ';

/** Lists a step's kernels, then its dispatches. Nothing is computed, and the device's own class is hidden from the engine. */
export async function listKernels(asked: Bench): Promise<void> {
  const options = benchSchema.parse(asked);
  const { tile } = options;
  const gpu = await openGpu();
  gpu.software = false;
  const sources = new WeakMap<GPUShaderModule, number>();
  const { createShaderModule } = GPUDevice.prototype;
  GPUDevice.prototype.createShaderModule = function (descriptor) {
    const made = createShaderModule.call(this, descriptor);
    sources.set(made, seedOf(descriptor.code));
    return made;
  };
  GPUDevice.prototype.createComputePipelineAsync = async function (descriptor) {
    const { module, entryPoint: entry, constants } = descriptor.compute;
    console.log(`${kernelMark}${JSON.stringify({ source: sources.get(module), entry, constants })}`);
    // At once, so that two kernels' texts do not mix.
    return this.createComputePipeline(descriptor);
  };
  GPUQueue.prototype.submit = () => undefined;
  const added: { spec: KernelSpec; notes: DispatchNotes<BatchSize> }[] = [];
  const { add } = Recording.prototype;
  Recording.prototype.add = function (spec, slices, notes) {
    added.push({ spec, notes: notes as DispatchNotes<BatchSize> });
    add.call(this, spec, slices, notes);
  };
  const encoder = loadEncoder(gpu, randomEncoder(options), tile ? tuningFrom(gpu, tile) : undefined);
  const engine = await encoder.createEngine(settingsOf(options));
  await engine.step(batchOf(options), learningRate);
  const size = { examples: options.examples, tokens: options.tokens };
  for (const { spec, notes } of added) {
    const { source, entry, constants = {} } = spec;
    const [x, y, z] = notes.grid(size);
    const flops = notes.flops?.(size) ?? 0;
    const kernel = { source: seedOf(source), entry, constants };
    const line: ListedDispatch = { ...kernel, label: notes.label, grid: [x, y, z], flops };
    console.log(`${dispatchMark}${JSON.stringify(line)}`);
  }
}
