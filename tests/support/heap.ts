import type { MemoryBytes } from '../../src/engine/contract.ts';
import type { EncoderConfig } from '../../src/model/encoder-config.ts';

/** A run whose memory is measured: an encoder of any size, and batches of one shape without padding. */
export interface HeapCase {
  config: EncoderConfig;
  method: { type: string; [field: string]: unknown };
  examples: number;
  tokens: number;
  classes: number;
}

/** Bytes of onnxruntime's heap. */
export interface HeapGrowth {
  /** Before anything was loaded. */
  before: number;
  /** With the run set up. */
  ready: number;
  /** By loading the encoder and training three steps. */
  grown: number;
  /** Memory as the engine reports it. */
  memory: MemoryBytes;
}

/** Measures in a worker: a new onnxruntime, with a heap of its own. */
export function heapGrowth(of: HeapCase): Promise<HeapGrowth> {
  const worker = new Worker(new URL('./heap.worker.ts', import.meta.url), { type: 'module' });
  return new Promise<HeapGrowth>((resolve, reject) => {
    worker.addEventListener('message', ({ data }) => ('error' in data ? reject(new Error(data.error)) : resolve(data)));
    worker.addEventListener('error', ({ message }) => reject(new Error(message)));
    worker.postMessage(of);
  }).finally(() => worker.terminate());
}
