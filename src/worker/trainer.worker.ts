import { builtInTasks, readBuiltInTask } from '../data/built-in-tasks.ts';
import { makeDataset } from '../data/dataset.ts';
import type { Row } from '../data/rows.ts';
import type { Tokenizer } from '../data/tokenizer.ts';
import { download } from '../files/download.ts';
import { readEncoderFiles } from '../files/encoder-files.ts';
import { recall, remember } from '../files/remembered.ts';
import { type Gpu, openGpu } from '../gpu/device.ts';
import { seedOf, shuffled } from '../model/random.ts';
import type { LoadedEncoder } from '../training/engine.ts';
import type { EpochRecord, Phase, StepRecord } from '../training/records.ts';
import { readRun } from '../training/run.ts';
import { Session, type SessionEvent } from '../training/session.ts';
import { tuningFor } from '../webgpu/calibrate.ts';
import { loadEncoder } from '../webgpu/engine.ts';
import type { Report, Request } from './protocol.ts';

/** Where messages meet the engine. No arithmetic here: requests become verbs of the session, its events become reports. */

const tell = (report: Report) => postMessage(report);

/** Progress is told at most this often, in milliseconds. */
const reportInterval = 100;
/** How many example sentences a task is introduced with. */
const exampleCount = 24;

let base = '';
let gpu: Gpu | null = null;
/** `loaded` is null without a GPU: the page still shows shapes and counts. */
let encoder: { loaded: LoadedEncoder | null; tokenizer: Tokenizer; name: string } | null = null;
let task: { name: string; train: Row[]; test: Row[] } | null = null;
let session: Session | null = null;
let events: AsyncGenerator<SessionEvent> | null = null;
let running = false;
/** Resolves when the loop has stopped pulling events. */
let loop: Promise<void> = Promise.resolve();

const news = {
  phase: 'ready' as Phase,
  steps: [] as StepRecord[],
  epochs: [] as EpochRecord[],
  baseline: [] as EpochRecord[],
};
let toldAt = 0;

function tellProgress(phase: Phase): void {
  if (!session) return;
  const { steps, epochs, baseline } = news;
  tell({ type: 'progress', phase, steps, epochs, baseline, memory: session.engine.memory() });
  Object.assign(news, { steps: [], epochs: [], baseline: [] });
  toldAt = performance.now();
}

function note(event: SessionEvent): void {
  if (event.type === 'phase') news.phase = event.phase;
  if (event.type === 'step') news.steps.push(event.record);
  if (event.type === 'epoch') news.epochs.push(event.record);
  if (event.type === 'baseline') news.baseline.push(event.record);
  if (performance.now() - toldAt >= reportInterval) tellProgress(news.phase);
}

/** Lets waiting messages in. A channel, since timers are slowed in a hidden tab. */
const breathe = () =>
  new Promise<void>((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });

/** Pulls events until the run ends, `running` is cleared, or `until` says so. */
async function pull(until: (event: SessionEvent) => boolean): Promise<void> {
  while ((running || session?.busy) && events) {
    const { value, done } = await events.next();
    if (done) break;
    note(value);
    if (until(value)) break;
    await breathe();
  }
  running = false;
  tellProgress(news.phase === 'done' ? 'done' : 'paused');
}

function go(during: 'train' | 'step'): void {
  if (running || !events) return;
  running = true;
  // A single step is to show the weights right after it.
  if (session) session.ahead = during === 'train' ? 1 : 0;
  loop = pull((event) => during === 'step' && event.type === 'step').catch((error: unknown) => {
    running = false;
    events = null;
    tellError(during, error);
    tellProgress('failed');
  });
}

/** Asks the loop to end: no further step is handed over, those under way are waited for. */
function halt(): void {
  running = false;
  if (session) session.ahead = 0;
}

async function stop(): Promise<void> {
  halt();
  await loop;
}

async function open(address: string): Promise<void> {
  base = address;
  try {
    gpu = await openGpu();
  } catch (error) {
    tell({ type: 'device', available: false, reason: error instanceof Error ? error.message : String(error) });
    return;
  }
  gpu.lost.then((reason) => {
    running = false;
    tell({ type: 'device', available: false, reason });
  });
  tell({ type: 'device', available: true, name: gpu.name, software: gpu.software });
}

const urlOf = (path: string) => new URL(path, base).href;

async function openEncoder(name: string): Promise<void> {
  await dropSession();
  encoder?.loaded?.destroy();
  encoder = null;
  const files = await readEncoderFiles((file) =>
    download(urlOf(`models/${name}/${file}`), {
      onProgress: (received, total) => {
        if (file.endsWith('.safetensors')) tell({ type: 'encoder-progress', received, total });
      },
    }),
  );
  const loaded = gpu && loadEncoder(gpu, files, await tuningFor(gpu, { recall, remember }));
  encoder = { loaded, tokenizer: files.tokenizer, name };
  tell({ type: 'encoder-ready', name, config: files.config, poolerCount: files.poolerCount });
}

async function openTask(name: string): Promise<void> {
  if (!builtInTasks.some((known) => known.name === name)) throw new Error(`There is no built-in task ${name}.`);
  const { train, test } = await readBuiltInTask(name, (file) => download(urlOf(`datasets/${name}/${file}`)));
  task = { name, train, test };
  const { labels } = makeDataset(task, { name, seed: 0 });
  const examples = shuffled(test, seedOf('examples', name))
    .slice(0, exampleCount)
    .map(({ text, label }) => ({ text, label }));
  tell({ type: 'task-ready', task: { name, trainRows: train.length, testRows: test.length, labels, examples } });
}

async function dropSession(): Promise<void> {
  await stop();
  session?.destroy();
  session = null;
  events = null;
  Object.assign(news, { phase: 'ready', steps: [], epochs: [], baseline: [] });
}

async function configure(json: unknown): Promise<void> {
  const run = readRun(json);
  if (!encoder?.loaded) throw new Error('No encoder is loaded on a GPU.');
  if (!('task' in run.data)) throw new Error('The page trains on built-in tasks.');
  if (run.data.task !== task?.name) throw new Error(`Task ${run.data.task} is not loaded.`);
  await dropSession();
  const { limit, testLimit } = run.data;
  const dataset = makeDataset(task, { name: task.name, limit, testLimit, seed: run.training.seed });
  const { loaded, tokenizer } = encoder;
  session = await Session.create({ encoder: loaded, tokenizer, dataset, run, now: () => performance.now() });
  events = session.events();
  const { totalSteps, stepsPerEpoch, counts } = session;
  tell({ type: 'configured', totalSteps, stepsPerEpoch, counts, memory: session.engine.memory() });
}

async function predict(text: string): Promise<void> {
  if (!session) return;
  tell({ type: 'prediction', prediction: await session.predict(text) });
}

async function carryOut(request: Request): Promise<void> {
  switch (request.type) {
    case 'open':
      return open(request.base);
    case 'load-encoder':
      return openEncoder(request.name);
    case 'load-task':
      return openTask(request.name);
    case 'configure':
      return configure(request.run);
    case 'train':
    case 'step':
      go(request.type);
      return;
    case 'pause':
      return stop();
    case 'predict':
      return predict(request.text);
  }
}

function tellError(during: Request['type'], error: unknown): void {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  tell({ type: 'error', during, name, message });
}

/** Requests are carried out one after another, so that none meets another's half-made state. */
let queue: Promise<void> = Promise.resolve();

self.addEventListener('message', ({ data }: MessageEvent<Request>) => {
  // Heard at once, not after what is queued before it.
  if (data.type === 'pause') halt();
  queue = queue.then(() => carryOut(data)).catch((error: unknown) => tellError(data.type, error));
});
