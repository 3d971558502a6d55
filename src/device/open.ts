import { getJson, putJson } from '../base/browser-storage.ts';
import { download } from '../base/download.ts';
import { type ErrorCode, msg, UserError } from '../base/message.ts';
import type { EncoderWeights, Engine, LoadedEncoder } from '../engine/contract.ts';
import type { DeviceLimits } from '../engine/memory-forecast.ts';
import { type Gpu, openGpu } from '../gpu/device.ts';
import type { Runtime } from '../onnx/runtime.ts';
import type { EngineReason } from '../training/records/records.ts';
import type { Tuning } from '../webgpu/products/tiles.ts';

/** The choice of the engine that trains, and its reason. The one file that knows both engines. */

/** `auto`: WebGPU on a real GPU, onnxruntime's WASM where there is none or only a software one. */
export type EngineChoice = 'auto' | Engine['name'];

export interface Device {
  engine: Engine['name'];
  reason: EngineReason;
  /** The reason why WebGPU is not available, in the browser's words; empty where it is. */
  detail: string;
  /** Name of the device. */
  name: string;
  /** Threads of onnxruntime; null on a GPU. */
  threads: number | null;
  /** WebGPU on a processor. */
  software: boolean;
  /** Number of ways of computing that gave wrong results on this device, and are not used. */
  refused: number;
  /** The device's limits. */
  limits: DeviceLimits;
  /** Resolves with the reason when the device is gone; a processor never is. */
  lost: Promise<string>;
  /** Why what it computes is not to be trusted any more; null: it is. */
  failure(): ErrorCode | null;
  loadEncoder(files: EncoderWeights): Promise<LoadedEncoder>;
  destroy(): void;
}

export interface OpenOptions {
  /** Called as onnxruntime's WASM arrives. */
  onProgress?: (received: number, total: number | null) => void;
  /** A GPU has failed again and again: none is opened, whatever is asked for. */
  afterFailures?: boolean;
  /** Fetches onnxruntime's WASM; absent: from the server, whatever comes. */
  fetchFile?: typeof download;
  /** How a GPU computes; absent: measured, or cached from an earlier visit. */
  tuning?: (gpu: Gpu) => Tuning;
}

/** Bytes that a 32-bit WebAssembly memory can have. */
const addressSpace = 2 ** 32;

async function webGpuDevice(gpu: Gpu, reason: EngineReason, options: OpenOptions): Promise<Device> {
  try {
    return await tunedDevice(gpu, reason, options);
  } catch (error) {
    gpu.destroy();
    throw error;
  }
}

async function tunedDevice(gpu: Gpu, reason: EngineReason, options: OpenOptions): Promise<Device> {
  // Fetched only where it trains, like onnxruntime: the page starts without either.
  const [{ tuningFor }, { loadEncoder: loadOnWebGpu }, { deepTile }] = await Promise.all([
    import('../webgpu/products/calibrate.ts'),
    import('../webgpu/engine.ts'),
    import('../webgpu/products/tiles.ts'),
  ]);
  const tuning = options.tuning?.(gpu) ?? (await tuningFor(gpu, { recall: getJson, remember: putJson }));
  const { maxBufferSize, maxStorageBufferBindingSize } = gpu.device.limits;
  return {
    engine: 'webgpu',
    reason,
    detail: '',
    name: gpu.name,
    threads: null,
    software: gpu.software,
    refused: tuning.refused.length,
    limits: { maxBufferSize, maxStorageBufferBindingSize, deepTile: deepTile(tuning.tiles) },
    lost: gpu.lost,
    failure: () => gpu.failure()?.code ?? null,
    loadEncoder: async (files) => loadOnWebGpu(gpu, files, tuning),
    destroy: () => gpu.destroy(),
  };
}

/**
 * Starts onnxruntime from the page's own files.
 * @throws RuntimeError, DownloadError
 */
export async function openOnnxRuntime({ onProgress, fetchFile = download }: OpenOptions = {}): Promise<Runtime> {
  const [{ openRuntime }, files] = await Promise.all([import('../onnx/runtime.ts'), import('./onnxruntime-files.ts')]);
  return openRuntime(async () => {
    const wasm = await fetchFile(new URL(files.wasmUrl, import.meta.url).href, onProgress ? { onProgress } : {});
    if (!wasm) throw new UserError(msg`${files.wasmUrl} is missing on the server.`);
    return { moduleUrl: new URL(files.moduleUrl, import.meta.url).href, wasm: new Uint8Array(wasm) };
  });
}

async function openWasm(reason: EngineReason, detail: string, options: OpenOptions): Promise<Device> {
  const [runtime, { loadEncoder }] = await Promise.all([openOnnxRuntime(options), import('../onnx/engine.ts')]);
  return {
    engine: 'wasm',
    reason,
    detail,
    name: `${runtime.threads} ${runtime.threads === 1 ? 'thread' : 'threads'}`,
    threads: runtime.threads,
    software: false,
    refused: 0,
    limits: { maxBufferSize: addressSpace, maxStorageBufferBindingSize: addressSpace, memory: addressSpace },
    lost: new Promise(() => {}),
    failure: () => null,
    loadEncoder: async (parts) => loadEncoder(runtime, parts),
    destroy: () => {},
  };
}

/**
 * Opens the device that trains.
 * @throws GpuError if WebGPU is asked for and there is none; RuntimeError, DownloadError if onnxruntime cannot start
 */
export async function openDevice(choice: EngineChoice, options: OpenOptions = {}): Promise<Device> {
  if (choice === 'wasm') return openWasm('asked-for', '', options);
  if (options.afterFailures) return openWasm('gpu-failed', '', options);
  if (choice === 'webgpu') return webGpuDevice(await openGpu(), 'asked-for', options);
  const found = await openGpu().catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
  if (typeof found === 'string') return openWasm('no-gpu', found, options);
  if (!found.software) return webGpuDevice(found, 'gpu', options);
  const { name } = found;
  found.destroy();
  return openWasm('software-gpu', name, options);
}

const engineNames = { webgpu: 'WebGPU', wasm: 'onnxruntime-web' } as const;
const reasons: Record<EngineReason, string> = {
  'asked-for': 'asked for',
  gpu: 'a GPU is there',
  'no-gpu': 'no GPU',
  'software-gpu': 'the only GPU runs on the processor',
  'gpu-failed': 'the GPU failed',
};

/** A device in one line, for the console. */
export const describeDevice = ({ engine, name, software, reason, detail }: Device): string =>
  `${engineNames[engine]} on ${name}${software ? ' (software)' : ''}: ${reasons[reason]}${detail ? ` (${detail})` : ''}`;
