import type { onnx as Onnx } from 'onnx-proto';
import type { InferenceSession } from 'onnxruntime-web/wasm';
import { msg, partOf, UserError } from '../base/message.ts';
import { createSerialQueue } from '../base/serial.ts';
import type { NamedTensors } from '../engine/contract.ts';
import { loadProto } from './proto.ts';
import type { BuiltGraph } from './training-graph.ts';

export type Ort = typeof import('onnxruntime-web/wasm');

/** onnxruntime could not be started. */
export class RuntimeError extends UserError {
  override name = 'RuntimeError';
}

/** The files of onnxruntime-web that the page serves itself. */
export interface RuntimeFiles {
  /** Address of ort-wasm-simd-threaded.mjs, which threads start from. */
  moduleUrl: string;
  /** Content of ort-wasm-simd-threaded.wasm. */
  wasm: Uint8Array<ArrayBuffer>;
}

export interface Runtime {
  ort: Ort;
  proto: typeof Onnx;
  threads: number;
  /** Bytes of the heap that all sessions share: it grows and never shrinks. */
  heapBytes(): number;
}

/** Most threads: more would share too little work. */
const maxThreads = 8;

let runtime: Promise<Runtime> | null = null;

/**
 * Runs the library's calls one at a time. It gathers the arguments of a call on WebAssembly's one stack, with awaits in
 * between: of two calls that overlap, even on different sessions, one overwrites the other's.
 */
const alone = createSerialQueue();

/** With more processors than this, one is left to the page; with two, it would cost half the speed. */
const fewProcessors = 2;

/** Threads need shared memory, and that needs a cross-origin isolated page. */
function threadCount(): number {
  if (!globalThis.crossOriginIsolated) return 1;
  const processors = navigator.hardwareConcurrency;
  return Math.max(1, Math.min(maxThreads, processors > fewProcessors ? processors - 1 : processors));
}

/** Captures the memory that onnxruntime makes for itself: the library has no function that returns its size. */
async function watchMemory<T>(work: () => Promise<T>): Promise<{ result: T; memories: WebAssembly.Memory[] }> {
  const { Memory } = WebAssembly;
  const memories: WebAssembly.Memory[] = [];
  WebAssembly.Memory = class extends Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      super(descriptor);
      memories.push(this);
    }
  };
  try {
    return { result: await work(), memories };
  } finally {
    WebAssembly.Memory = Memory;
  }
}

async function start(readFiles: () => Promise<RuntimeFiles>): Promise<Runtime> {
  const [ort, proto, { moduleUrl, wasm }] = await Promise.all([
    import('onnxruntime-web/wasm'),
    loadProto(),
    readFiles(),
  ]);
  const threads = threadCount();
  Object.assign(ort.env.wasm, { numThreads: threads, wasmPaths: { mjs: moduleUrl }, wasmBinary: wasm });
  ort.env.logLevel = 'error';
  // The library starts with its first session.
  const { Graph } = await import('./graph.ts');
  const g = new Graph(proto);
  g.output('out', g.constant(0), 'float', []);
  const { memories } = await watchMemory(async () => {
    const first = await ort.InferenceSession.create(g.toModel('first'));
    await first.release();
  }).catch((error: unknown) => {
    throw new RuntimeError(msg`onnxruntime could not start: ${partOf(error)}`);
  });
  return {
    ort,
    proto,
    threads,
    heapBytes: () => memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0),
  };
}

/**
 * Starts onnxruntime once; later calls return the same runtime.
 * @throws RuntimeError
 */
export function openRuntime(readFiles: () => Promise<RuntimeFiles>): Promise<Runtime> {
  runtime ??= start(readFiles).catch((error: unknown) => {
    runtime = null;
    throw error;
  });
  return runtime;
}

/** Runs a session, after all earlier calls have ended. */
export const runSession = (
  session: InferenceSession,
  feeds: InferenceSession.FeedsType,
  outputs: readonly string[] = session.outputNames,
): Promise<InferenceSession.OnnxValueMapType> => alone(() => session.run(feeds, outputs));

export const releaseSession = (session: InferenceSession): Promise<void> => alone(() => session.release());

/** A session for a file that holds all its weights. */
export const openSession = ({ ort }: Pick<Runtime, 'ort'>, file: Uint8Array): Promise<InferenceSession> =>
  alone(() => ort.InferenceSession.create(file, { executionProviders: ['wasm'] }));

/** A session for a graph, with the frozen weights that it needs. */
export function createSession(
  { ort }: Runtime,
  { model, frozen }: BuiltGraph,
  weights: NamedTensors,
): Promise<InferenceSession> {
  const externalData = frozen.map((name) => {
    const data = weights.get(name)?.data;
    if (!data) throw new RuntimeError(msg`${name} is missing among the encoder's weights`);
    return { path: name, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
  });
  const options = { executionProviders: ['wasm'], graphOptimizationLevel: 'all', externalData } as const;
  return alone(() => ort.InferenceSession.create(model, options));
}
