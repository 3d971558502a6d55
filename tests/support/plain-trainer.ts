import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { packRows } from '../../src/data/rows/packed-rows.ts';
import type { Device, EngineChoice } from '../../src/device/open.ts';
import type { Engine, LoadedEncoder } from '../../src/engine/contract.ts';
import { headWeight } from '../../src/model/tensor-names.ts';
import { type Run, readRun } from '../../src/training/run.ts';
import type { CallOptions } from '../../src/workers/rpc.ts';
import type { RunSize, TrainerApi, TrainerEvent } from '../../src/workers/trainer/api.ts';
import type { HostTools } from '../../src/workers/trainer/host.ts';
import { Trainer } from '../../src/workers/trainer/trainer.ts';
import { eventually } from './eventually.ts';
import { plainEncoder } from './plain-engine.ts';

/** The training worker's trainer without a page: on engines of plain arithmetic, with the tiny encoder's files. */

/** Which engine's device was opened, what was loaded on it, and whether it is closed. */
export interface PlainDevice extends Device {
  encoders: LoadedEncoder[];
  closed: boolean;
  lose(reason: string): void;
}

type Change = (engine: Engine) => Partial<Engine>;

/** @param change how its engines differ from plain ones */
function plainDevice(engine: Engine['name'], asked: EngineChoice, change: Change): PlainDevice {
  let lose = (_: string) => {};
  const lost = new Promise<string>((resolve) => {
    lose = resolve;
  });
  let failure: ReturnType<Device['failure']> = null;
  const device: PlainDevice = {
    engine,
    reason: asked === 'auto' ? 'no-gpu' : 'asked-for',
    detail: '',
    name: engine,
    threads: 1,
    software: false,
    refused: 0,
    limits: { maxBufferSize: 2 ** 28, maxStorageBufferBindingSize: 2 ** 28 },
    lost,
    failure: () => failure,
    lose: (reason) => {
      failure = 'device-failed';
      lose(reason);
    },
    encoders: [],
    closed: false,
    loadEncoder: async () => {
      const { encoder } = plainEncoder();
      const changed = { ...encoder };
      changed.createEngine = async (settings) => {
        const made = await encoder.createEngine(settings);
        return Object.assign(made, change(made));
      };
      device.encoders.push(changed);
      return changed;
    },
    destroy: () => {
      device.closed = true;
    },
  };
  return device;
}

interface Options {
  /** Engines that cannot be opened. */
  without?: Engine['name'][];
  change?: Change;
  fetchFile?: HostTools['fetchFile'];
  /** Milliseconds that pass from one reading of the clock to the next: with 1000, progress is reported with every step. */
  clock?: number;
}

type AnswerOf<V> = V extends { answer: infer A } ? A : undefined;
type ProgressOf<V> = V extends { progress: infer P } ? P : never;

export interface PlainTrainer {
  /** Asks as the page does. */
  call<K extends keyof TrainerApi>(
    verb: K,
    ask: TrainerApi[K]['ask'],
    options?: CallOptions<ProgressOf<TrainerApi[K]>>,
  ): Promise<AnswerOf<TrainerApi[K]>>;
  events: TrainerEvent[];
  of<T extends TrainerEvent['type']>(type: T): Extract<TrainerEvent, { type: T }>[];
  devices: PlainDevice[];
  fetched: string[];
}

export const page = 'https://page.example/folder/';
const tiny = 'tests/golden/models/tiny/';

/** A file beside the page; the built-in encoder is the tests' tiny one. */
export async function fetchTiny(url: string): Promise<Uint8Array | null> {
  const path = url.slice(page.length);
  const name = /^models\/minilm-l3\/(.*)$/.exec(path)?.[1];
  if (!url.startsWith(page) || (!name && !path.startsWith('datasets/'))) return null;
  return readFile(name ? `${tiny}${name}` : `public/${path}`).catch(() => null);
}

export function plainTrainer({
  without = [],
  change = () => ({}),
  fetchFile = fetchTiny,
  clock = 1000,
}: Options = {}): PlainTrainer {
  const events: TrainerEvent[] = [];
  const devices: PlainDevice[] = [];
  const fetched: string[] = [];
  let time = 0;
  const trainer = new Trainer({
    emit: (event) => events.push(structuredClone(event)),
    fetchFile: (url, options) => {
      fetched.push(url);
      return fetchFile(url, options);
    },
    openDevice: async (choice, { afterFailures = false } = {}) => {
      const engine = choice === 'auto' || afterFailures ? 'wasm' : choice;
      if (without.includes(engine)) throw new Error(`no ${engine}`);
      const device = plainDevice(engine, choice, change);
      if (afterFailures) device.reason = 'gpu-failed';
      devices.push(device);
      return device;
    },
    now: () => {
      time += clock;
      return time;
    },
  });
  return {
    call: (verb, ask, { signal = new AbortController().signal, onProgress = () => {} } = {}) => {
      const handler = trainer[verb] as (ask: unknown, call: unknown) => Promise<never>;
      return handler.call(trainer, structuredClone(ask), { signal, progress: onProgress });
    },
    events,
    of: <T extends TrainerEvent['type']>(type: T) =>
      events.filter((event): event is Extract<TrainerEvent, { type: T }> => event.type === type),
    devices,
    fetched,
  };
}

/** Sentences of two classes, told apart by their letters. */
export const rows = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => ({
    text: i % 2 ? `a b c ${'a '.repeat(i % 3)}` : `x y z ${'z '.repeat(i % 3)}`,
    label: i % 2 ? 'first' : 'last',
    line: from + i + 1,
  }));

export const runOn = (change: { training?: object; run?: object } = {}): Run =>
  readRun({
    name: 'plain',
    data: { train: 'mine.csv' },
    method: { type: 'head-only' },
    engine: 'auto',
    ...change.run,
    training: { epochs: 2, batchSize: 4, learningRate: 0.05, maxLength: 16, ...change.training },
  });

/** Opens device, encoder and rows, as the page does when it starts. */
export async function open({ call }: PlainTrainer, count = 16): Promise<void> {
  await Promise.all([
    call('open', { base: page }),
    call('loadEncoder', { name: 'minilm-l3', files: null, frozenBits: 32 }),
    call('addRows', { key: 1, part: 'rows', rows: packRows(rows(count)) }),
    call('addRows', { key: 1, part: 'test', rows: packRows(rows(8, count)) }),
    call('loadRows', { name: 'mine.csv', key: 1, split: null }),
  ]);
}

/** Asks for a run to be set up. */
export const configure = (
  trainer: PlainTrainer,
  runId = 'run',
  change: Parameters<typeof runOn>[0] = {},
): Promise<RunSize> => trainer.call('configure', { runId, run: runOn(change), start: null });

/** Waits for a phase to be reported. */
export const ended = ({ of }: PlainTrainer, phase = 'done') =>
  eventually(() => expect(of('progress').at(-1)?.phase).toBe(phase));

/** A trainer whose device, encoder and rows are there. */
export async function opened(...options: Parameters<typeof plainTrainer>): Promise<PlainTrainer> {
  const trainer = plainTrainer(...options);
  await open(trainer);
  return trainer;
}

/** The weights of the head that the run has trained so far. */
export const headOf = async ({ call }: PlainTrainer) => [
  ...((await call('readAdapter', null))?.tensors.get(headWeight)?.data ?? []),
];
