import type { CDPSession, Page, Worker } from 'playwright';

/** What a page and its training worker hold, asked of the browser after it has collected garbage. */

/** Bytes of one thread. */
interface Held {
  /** Live JavaScript objects. */
  heap: number;
  /** Array buffers. */
  buffers: number;
}

/** What an engine holds outside JavaScript. */
interface OfEngine {
  /** Bytes of WebAssembly's memories. */
  wasm: number;
  /** GPU buffers alive, and their bytes. */
  gpuBuffers: number;
  gpuBytes: number;
  /** Bind groups, pipelines, shaders and query sets made so far. */
  gpuObjects: number;
}

export interface Footprint {
  /** `heap` with V8's compiled code and what it notes for it, of which `objects` is free. */
  page: Held & { objects: number };
  worker: Held;
  engine: OfEngine;
  storage: {
    /** Entries of the page's database, and bytes of their contents. */
    entries: number;
    contents: number;
    /** What the browser counts, its own files and logs included. */
    counted: number;
  };
}

/** In the worker, before its own script: notes what its engine makes. */
function noteEngine(): void {
  const memories: WebAssembly.Memory[] = [];
  const buffers = new Set<GPUBuffer>();
  let gpuObjects = 0;
  WebAssembly.Memory = class extends WebAssembly.Memory {
    constructor(of: WebAssembly.MemoryDescriptor) {
      super(of);
      memories.push(this);
    }
  };
  if (typeof GPUDevice !== 'undefined') {
    const device = GPUDevice.prototype as unknown as Record<string, (...args: unknown[]) => unknown>;
    const after = (name: string, note: (made: unknown) => void) => {
      const make = device[name];
      device[name] = function (this: GPUDevice, ...args) {
        const made = make?.apply(this, args);
        note(made);
        return made;
      };
    };
    after('createBuffer', (made) => buffers.add(made as GPUBuffer));
    const others = ['BindGroup', 'ComputePipeline', 'ComputePipelineAsync', 'ShaderModule', 'QuerySet'];
    for (const name of others)
      after(`create${name}`, () => {
        gpuObjects++;
      });
    const { destroy } = GPUBuffer.prototype;
    GPUBuffer.prototype.destroy = function () {
      buffers.delete(this);
      return destroy.call(this);
    };
  }
  const sum = (numbers: number[]) => numbers.reduce((all, one) => all + one, 0);
  const engine = (): OfEngine => ({
    wasm: sum(memories.map(({ buffer }) => buffer.byteLength)),
    gpuBuffers: buffers.size,
    gpuBytes: sum([...buffers].map(({ size }) => size)),
    gpuObjects,
  });
  Object.assign(globalThis, { ofEngine: engine });
}

/** Before the page is opened: lets its training worker note what its engine makes. */
export async function watchEngine(page: Page): Promise<void> {
  await page.route('**/trainer.worker*', async (route) => {
    const response = await route.fetch();
    // esbuild names functions with a helper that the worker lacks.
    const first = `{ const __name = (named) => named; (${noteEngine.toString()})(); }\n`;
    await route.fulfill({ response, body: first + (await response.text()) });
  });
}

type Send = <T>(method: string) => Promise<T>;

/** Sends to the training worker by way of the page's session. */
async function attach(cdp: CDPSession): Promise<Send> {
  const attached = new Promise<string>((resolve) => {
    cdp.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
      if (/trainer/.test(targetInfo.url)) resolve(sessionId);
    });
  });
  await cdp.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  const sessionId = await attached;
  const waiting = new Map<number, (value: never) => void>();
  cdp.on('Target.receivedMessageFromTarget', ({ sessionId: from, message }) => {
    if (from !== sessionId) return;
    const { id, result } = JSON.parse(message) as { id: number; result: never };
    waiting.get(id)?.(result);
    waiting.delete(id);
  });
  let last = 0;
  return (method) =>
    new Promise((resolve, reject) => {
      const id = ++last;
      waiting.set(id, resolve);
      cdp.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method }) }).catch(reject);
    });
}

async function heldBy(send: Send): Promise<Held> {
  // Twice: what a first collection finalises, a second frees.
  await send('HeapProfiler.collectGarbage');
  await send('HeapProfiler.collectGarbage');
  const usage = await send<{ usedSize: number; backingStorageSize: number }>('Runtime.getHeapUsage');
  return { heap: usage.usedSize, buffers: usage.backingStorageSize };
}

interface HeapSnapshot {
  snapshot: { meta: { node_fields: string[]; node_types: [string[], ...unknown[]] } };
  nodes: number[];
  strings: string[];
}

/** Bytes of a page's objects, functions, texts, numbers and lists. */
async function objectBytes(cdp: CDPSession): Promise<number> {
  const chunks: string[] = [];
  const add = ({ chunk }: { chunk: string }) => chunks.push(chunk);
  cdp.on('HeapProfiler.addHeapSnapshotChunk', add);
  await cdp.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  cdp.off('HeapProfiler.addHeapSnapshotChunk', add);
  const { snapshot, nodes, strings } = JSON.parse(chunks.join('')) as HeapSnapshot;
  const { node_fields: fields, node_types: types } = snapshot.meta;
  const [type, name, size] = ['type', 'name', 'self_size'].map((field) => fields.indexOf(field)) as [
    number,
    number,
    number,
  ];
  const counted = /^(object|closure|number|regexp|bigint|.*string)$/;
  let bytes = 0;
  for (let at = 0; at < nodes.length; at += fields.length) {
    const what = types[0][nodes[at + type] ?? 0] ?? '';
    const isList = what === 'array' && strings[nodes[at + name] ?? 0] === '(object elements)';
    if (isList || counted.test(what)) bytes += nodes[at + size] ?? 0;
  }
  return bytes;
}

const stored = (page: Page): Promise<Footprint['storage']> =>
  page.evaluate(async () => {
    const done = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const bytesIn = (value: unknown): number => {
      if (typeof value === 'string') return 2 * value.length;
      if (ArrayBuffer.isView(value)) return value.byteLength;
      if (typeof value !== 'object' || value === null) return 8;
      const parts: unknown[] = value instanceof Map ? [...value].flat() : Object.values(value);
      return parts.reduce<number>((sum, part) => sum + bytesIn(part), 0);
    };
    const db = await done(indexedDB.open('bottleneck'));
    let [entries, contents] = [0, 0];
    for (const store of db.objectStoreNames) {
      const all = await done(db.transaction(store).objectStore(store).getAll());
      entries += all.length;
      contents += bytesIn(all);
    }
    db.close();
    return { entries, contents, counted: (await navigator.storage.estimate()).usage ?? 0 };
  });

/** Gives the footprint of a page that `watchEngine` was called for, each time it is called. */
export async function footprints(page: Page): Promise<() => Promise<Footprint>> {
  const cdp = await page.context().newCDPSession(page);
  const toWorker = await attach(cdp);
  const trainer = page.workers().findLast((worker) => /trainer/.test(worker.url())) as Worker;
  return async () => ({
    storage: await stored(page),
    page: { ...(await heldBy((method) => cdp.send(method as never) as never)), objects: await objectBytes(cdp) },
    worker: await heldBy(toWorker),
    engine: await trainer.evaluate(() => (globalThis as unknown as { ofEngine: () => OfEngine }).ofEngine()),
  });
}
