import { builtInTasks, readBuiltInTask } from '../data/built-in-tasks.ts';
import { type Dataset, makeDataset } from '../data/dataset.ts';
import type { Row } from '../data/rows.ts';
import type { Tokenizer } from '../data/tokenizer.ts';
import { type Device, type EngineChoice, openDevice } from '../engines/device.ts';
import { download } from '../files/download.ts';
import { readEncoderFiles } from '../files/encoder-files.ts';
import { gradientNorms, inspectSentence } from '../inspect/inspection.ts';
import { histogramOf, principalPlane, type Snapshot } from '../inspect/snapshot.ts';
import { seedOf, shuffled } from '../model/random.ts';
import type { LoadedEncoder, NamedTensors } from '../training/engine.ts';
import { demonstrateForgetting } from '../training/forgetting.ts';
import type { EpochRecord, Outcome, Phase, StepRecord } from '../training/records.ts';
import { type Run, readRun, taskName } from '../training/run.ts';
import { Session, type SessionEvent } from '../training/session.ts';
import { checkDevice } from './device-check.ts';
import type { DeviceCheck, Report, Request } from './protocol.ts';
import { Shelf, type TrainedAdapter } from './shelf.ts';

/** Where messages meet the engine. No arithmetic here: requests become verbs of the session, its events become reports. */

const tell = (report: Report) => postMessage(report);

/** Progress is told at most this often, in milliseconds. */
const reportInterval = 200;
/** Test sentences on the map. */
const mostMapped = 64;
/** Larger encoders are not kept a second time. */
const mostInspectedBytes = 200e6;
/** How many example sentences a task is introduced with. */
const exampleCount = 24;

let base = '';
/** What trains now, and what `auto` means here. */
let device: Device | null = null;
let automatic: Device['engine'] | null = null;
/** `loaded` is null without a device: the page still shows shapes and counts. */
let encoder: {
  loaded: LoadedEncoder | null;
  tokenizer: Tokenizer;
  name: string;
  /** Kept to look inside; null where the encoder is too large to keep twice. */
  weights: NamedTensors | null;
} | null = null;
/** Trained adapters on the encoder; null without a GPU. */
let shelf: Shelf | null = null;
let task: TaskRows | null = null;
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
  outcome: null as Outcome | null,
};
const noNews = () => ({ steps: [], epochs: [], baseline: [], outcome: null });
let toldAt = 0;

function tellProgress(phase: Phase): void {
  if (!session) return;
  const { steps, epochs, baseline, outcome } = news;
  tell({ type: 'progress', phase, steps, epochs, baseline, outcome, memory: session.engine.memory() });
  Object.assign(news, noNews());
  toldAt = performance.now();
}

function note(event: SessionEvent): void {
  if (event.type === 'phase') {
    // A phase ends with an evaluation of one side or the other.
    news.outcome = session?.outcome() ?? null;
    news.phase = event.phase;
  }
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

/** Gradients are looked at this often, in milliseconds. */
const lookInterval = 2000;
let lookedAt = 0;
/** The map last told; null before the first of a run. */
let plane: Snapshot['map'] | null = null;
/** Whether someone looks inside: maps and histograms cost an evaluation each. */
let watching = false;
let epochsDone = 0;

/** Looks at gradients now and then, and at weights and test sentences before training and after each epoch. */
async function look(event: SessionEvent): Promise<void> {
  if (!session) return;
  const { adapters } = session.settings.plan;
  if (event.type === 'step' && adapters.length > 0 && performance.now() - lookedAt >= lookInterval) {
    tell({ type: 'gradients', norms: gradientNorms(await session.engine.readGradients(), adapters) });
    lookedAt = performance.now();
  }
  if (event.type === 'epoch') epochsDone = event.record.epoch;
  const begins = event.type === 'phase' && event.phase === 'training' && plane === null;
  if (watching && (begins || event.type === 'epoch')) await tellSnapshot();
}

async function tellSnapshot(): Promise<void> {
  if (!session) return;
  const { states, labels } = await session.testStates(mostMapped);
  const points = principalPlane(states, plane);
  plane = points.map((point, i) => ({ ...point, label: labels[i] ?? 0 }));
  const histogram = histogramOf(await session.engine.readTrainable());
  tell({ type: 'snapshot', snapshot: { epoch: epochsDone, histogram, map: plane } });
}

async function watch(on: boolean): Promise<void> {
  const begins = on && !watching;
  watching = on;
  if (begins) await tellSnapshot();
}

async function inspect({ text, ...at }: Extract<Request, { type: 'inspect' }>): Promise<void> {
  if (!session || !encoder?.loaded) return;
  if (!encoder.weights) throw new Error('This encoder is too large to look inside here.');
  const { plan, pooling } = session.settings;
  const trained = await session.engine.readTrainable();
  const gradients = lookedAt > 0 ? await session.engine.readGradients() : null;
  const model = { config: encoder.loaded.config, plan, pooling, frozen: encoder.weights, trained };
  const inspection = inspectSentence(model, { text, ...session.tokenise(text) }, gradients, at);
  tell({ type: 'inspection', inspection });
}

/** Pulls events until the run ends, `running` is cleared, or `until` says so. */
async function pull(until: (event: SessionEvent) => boolean): Promise<void> {
  while ((running || session?.busy) && events) {
    const { value, done } = await events.next();
    if (done) break;
    note(value);
    await look(value);
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

/** Opens an engine's device and tells of it. Whatever was open before is left to the caller. */
async function openEngine(choice: EngineChoice): Promise<Device> {
  const onProgress = (received: number, total: number | null) => tell({ type: 'engine-progress', received, total });
  const opened = await openDevice(choice, { onProgress });
  opened.lost.then((reason) => {
    if (opened !== device) return;
    running = false;
    tell({ type: 'device', available: false, reason });
  });
  return opened;
}

function take(opened: Device): void {
  device = opened;
  const { engine, reason: why, name, software } = opened;
  tell({ type: 'device', available: true, engine, why, name, software });
}

async function open(address: string): Promise<void> {
  base = address;
  try {
    take(await openEngine('auto'));
    automatic = device?.engine ?? null;
  } catch (error) {
    tell({ type: 'device', available: false, reason: error instanceof Error ? error.message : String(error) });
  }
}

/** Moves the encoder to the engine that a run asks for, if it is not there already. */
async function moveToEngine(choice: EngineChoice): Promise<void> {
  if (device && device.engine === (choice === 'auto' ? automatic : choice)) return;
  const opened = await openEngine(choice);
  await dropSession();
  shelf?.destroy();
  encoder?.loaded?.destroy();
  device?.destroy();
  take(opened);
  if (!encoder) return;
  const loaded = await opened.loadEncoder(await readFiles(encoder.name));
  encoder = { ...encoder, loaded };
  shelf = new Shelf(loaded, encoder.tokenizer);
}

const urlOf = (path: string) => new URL(path, base).href;

const readFiles = (name: string) =>
  readEncoderFiles((file) =>
    download(urlOf(`models/${name}/${file}`), {
      onProgress: (received, total) => {
        if (file.endsWith('.safetensors')) tell({ type: 'encoder-progress', received, total });
      },
    }),
  );

async function openEncoder(name: string): Promise<void> {
  await dropSession();
  shelf?.destroy();
  encoder?.loaded?.destroy();
  encoder = null;
  const files = await readFiles(name);
  const loaded = device && (await device.loadEncoder(files));
  const bytes = [...files.weights.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
  const weights = bytes <= mostInspectedBytes ? files.weights : null;
  encoder = { loaded, tokenizer: files.tokenizer, name, weights };
  shelf = loaded && new Shelf(loaded, files.tokenizer);
  tell({ type: 'encoder-ready', name, config: files.config, poolerCount: files.poolerCount });
}

interface TaskRows {
  name: string;
  train: Row[];
  test: Row[];
}

async function rowsOfTask(name: string): Promise<TaskRows> {
  if (task?.name === name) return task;
  if (!builtInTasks.some((known) => known.name === name))
    throw new Error(`The rows of ${name} are not here. Import the file again.`);
  const { train, test } = await readBuiltInTask(name, (file) => download(urlOf(`datasets/${name}/${file}`)));
  return { name, train, test };
}

function openTask(rows: TaskRows): void {
  const { name, train, test } = rows;
  const { labels } = makeDataset(rows, { name, seed: 0 });
  task = rows;
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
  Object.assign(news, { phase: 'ready', ...noNews() });
  plane = null;
  lookedAt = 0;
  epochsDone = 0;
}

async function datasetOf({ data, training }: Run): Promise<Dataset> {
  const { limit, testLimit } = data;
  const name = taskName({ data });
  return makeDataset(await rowsOfTask(name), { name, limit, testLimit, seed: training.seed });
}

async function configure(json: unknown): Promise<void> {
  const run = readRun(json);
  await moveToEngine(run.engine);
  if (!encoder?.loaded) throw new Error('No encoder is loaded.');
  const name = taskName(run);
  if (name !== task?.name) throw new Error(`Task ${name} is not loaded.`);
  await dropSession();
  const dataset = await datasetOf(run);
  const { loaded, tokenizer } = encoder;
  session = await Session.create({ encoder: loaded, tokenizer, dataset, run, now: () => performance.now() });
  events = session.events();
  const { totalSteps, stepsPerEpoch, counts } = session;
  tell({ type: 'configured', totalSteps, stepsPerEpoch, counts, memory: session.engine.memory() });
}

/** The shelf's name for a copy of the run being trained, so that its strength can be changed apart from it. */
const liveCopy = 'live';

async function readAdapter(): Promise<TrainedAdapter | null> {
  return session && { run: session.run, labels: [...session.labels], tensors: await session.engine.readTrainable() };
}

async function predict({ text, adapter, strength }: Extract<Request, { type: 'predict' }>): Promise<void> {
  if (adapter !== null && shelf)
    return tell({ type: 'prediction', prediction: await shelf.predict(adapter, text, strength) });
  if (!session) return;
  const prediction = await session.predict(text);
  const live = strength === 1 ? null : await readAdapter();
  if (live && shelf) {
    await shelf.hold(liveCopy, live);
    prediction.adapted = (await shelf.predict(liveCopy, text, strength)).adapted;
  }
  tell({ type: 'prediction', prediction });
}

async function hold({ id, run, labels, tensors }: Extract<Request, { type: 'hold' }>): Promise<void> {
  if (!shelf) throw new Error('No encoder is loaded on a GPU.');
  if (run.model !== encoder?.name) throw new Error(`This adapter belongs to the encoder ${run.model}.`);
  await shelf.hold(id, { run: readRun(run), labels, tensors });
  tell({ type: 'held', id });
}

async function scoreAdapter(id: string, strength: number): Promise<void> {
  const run = shelf?.runOf(id);
  if (!shelf || !run) throw new Error('This adapter is no longer loaded. Choose it again.');
  tell({ type: 'scored', id, strength, scores: await shelf.score(id, await datasetOf(run), strength) });
}

let demonstrating = false;

async function forgetting({ first, second, full, steps }: Extract<Request, { type: 'forgetting' }>): Promise<void> {
  if (!encoder?.loaded) throw new Error('No encoder is loaded on a GPU.');
  await stop();
  const { loaded, tokenizer } = encoder;
  const [firstRows, secondRows] = await Promise.all([datasetOf(readRun(first)), datasetOf(readRun(second))]);
  const runs = { adapters: readRun(first), full: readRun(full) };
  demonstrating = true;
  const points = demonstrateForgetting({
    encoder: loaded,
    tokenizer,
    first: firstRows,
    second: secondRows,
    runs,
    steps,
  });
  try {
    for await (const point of points) {
      if (point) tell({ type: 'forgetting', point });
      await breathe();
      if (!demonstrating) break;
    }
  } finally {
    demonstrating = false;
    tell({ type: 'forgetting', point: null });
  }
}

async function compareEngines(json: unknown): Promise<void> {
  const run = readRun(json);
  if (!encoder) throw new Error('No encoder is loaded.');
  await stop();
  const { name, tokenizer } = encoder;
  const parts = { run, dataset: await datasetOf(run), tokenizer };
  const report = (check: DeviceCheck) => tell({ type: 'device-check', check });
  await checkDevice({ open: openDevice, files: await readFiles(name), parts, tell: report });
}

async function carryOut(request: Request): Promise<void> {
  switch (request.type) {
    case 'open':
      return open(request.base);
    case 'load-encoder':
      return openEncoder(request.name);
    case 'load-task':
      return openTask(await rowsOfTask(request.name));
    case 'load-rows':
      return openTask(request);
    case 'configure':
      return configure(request.run);
    case 'train':
    case 'step':
      go(request.type);
      return;
    case 'pause':
      return stop();
    case 'predict':
      return predict(request);
    case 'read-adapter': {
      const adapter = await readAdapter();
      if (adapter) tell({ type: 'adapter', ...adapter });
      return;
    }
    case 'hold':
      return hold(request);
    case 'release':
      shelf?.release(request.id);
      return;
    case 'watch':
      return watch(request.on);
    case 'inspect':
      return inspect(request);
    case 'forgetting':
      return forgetting(request);
    case 'stop-forgetting':
      return;
    case 'check-device':
      return compareEngines(request.run);
    case 'score':
      return scoreAdapter(request.id, request.strength);
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
  if (data.type === 'stop-forgetting') demonstrating = false;
  queue = queue.then(() => carryOut(data)).catch((error: unknown) => tellError(data.type, error));
});
