import type { EpochRecord, StepRecord } from '../../src/training/records/records.ts';
import { type Handlers, postEvent, serve } from '../../src/workers/rpc.ts';
import type { TrainerApi, TrainerEvent } from '../../src/workers/trainer/api.ts';

/**
 * Stands in for the training worker in commands/bench-page/node.ts, so that no engine takes the processor from the page that is
 * measured. It answers like the worker and reports as often.
 */

/** Settings of the bench; its build inserts the numbers. */
declare const HISTORY: number;
declare const REPORTS: number;
declare const STEPS: number;

const emit = (event: TrainerEvent) => postEvent(self, event);
/** Id of the run that is set up. */
let runId = '';

const config = {
  layers: 4,
  hidden: 256,
  heads: 4,
  intermediate: 1024,
  vocabulary: 8192,
  positions: 128,
  tokenTypes: 2,
  family: 'bert' as const,
  layerNormEpsilon: 1e-12,
};
const labels = ['history', 'music', 'television', 'geography'];
const memory = { frozen: 21e6, trainable: 6e5, optimizer: 6e5, activations: 2e7, scratch: 1e6, cache: 0 };
const stepsPerEpoch = 1000;
/** Milliseconds between two reports, as in the worker. */
const reportInterval = 200;
const totalSteps = 2 * (HISTORY + REPORTS * STEPS);

let made = 0;
/** A loss that falls, with noise that follows from the step. */
function record(): StepRecord {
  const step = made++;
  const noise = Math.sin(step * 12.9898) * 43758.5453;
  const loss = 0.3 + 1.1 * Math.exp(-step / 3000) + 0.2 * (noise - Math.floor(noise));
  return { step, loss, learningRate: 0.002 * (1 - step / totalSteps), gradNorm: 1, milliseconds: 10 };
}

const epochRecord = (epoch: number): EpochRecord => ({
  epoch,
  trainLoss: 1 / epoch,
  test: { loss: 0.5 + 0.5 / epoch, accuracy: 1 - 0.5 / epoch, macroF1: 1 - 0.5 / epoch },
});
const epochsFrom = (first: number, count: number) => Array.from({ length: count }, (_, i) => epochRecord(first + i));

function report(count: number): void {
  const before = Math.floor(made / stepsPerEpoch);
  const steps = Array.from({ length: count }, record);
  emit({
    type: 'progress',
    runId,
    phase: 'training',
    steps,
    epochs: epochsFrom(before + 1, Math.floor(made / stepsPerEpoch) - before),
    final: null,
    baseline: made === count ? epochsFrom(1, 15) : [],
    baselines: null,
    outcome: null,
    latency: null,
    memory,
    sharedHeap: null,
    failure: null,
  });
  const sites = (size: number) =>
    Object.fromEntries(
      [0, 1, 2, 3].flatMap((layer) => ['attention', 'ffn'].map((site) => [`${layer}.${site}`, size * Math.random()])),
    );
  if (Math.floor(made / STEPS) % 10 === 0) emit({ type: 'sites', runId, gradients: sites(1), effects: sites(0.1) });
}

function train(): void {
  report(HISTORY);
  let reports = 0;
  const timer = setInterval(() => {
    report(STEPS);
    if (++reports === REPORTS) clearInterval(timer);
  }, reportInterval);
}

const handlers: Partial<Handlers<TrainerApi>> = {
  open: async () =>
    emit({
      type: 'device',
      available: true,
      engine: 'wasm',
      why: 'no-gpu',
      name: '',
      threads: 2,
      software: false,
      refused: 0,
      limits: { maxBufferSize: 2 ** 31, maxStorageBufferBindingSize: 2 ** 31 },
    }),
  loadEncoder: ({ name }) => ({ name, config, poolerCount: 0 }),
  loadTask: ({ name }) => {
    const examples = [{ text: 'A sentence.', label: 'music' }];
    return { name, trainRows: 16_000, testRows: 300, labels, examples };
  },
  configure: ({ runId: id }) => {
    runId = id;
    return { totalSteps, stepsPerEpoch, memory, sharedHeap: null };
  },
  predict: ({ text }) => ({ text, tokens: text.split(' '), labels, base: null, adapted: [0.4, 0.3, 0.2, 0.1] }),
  train: async () => train(),
};

/** Any other request of the page is never answered. */
const silent = () => new Promise<never>(() => {});
serve<Partial<TrainerApi>>(self, new Proxy(handlers, { get: (own, verb) => Reflect.get(own, verb) ?? silent }));
