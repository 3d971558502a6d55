import { trainingPlan } from '../../src/model/methods.ts';
import { countParameters } from '../../src/model/parameters.ts';
import type { EpochRecord, StepRecord } from '../../src/training/records/records.ts';
import type { Run } from '../../src/training/run.ts';
import type { Report, Request } from '../../src/worker/protocol.ts';

/**
 * Stands in for the training worker in commands/bench-page/node.ts, so that no engine takes the processor from the page that is
 * measured. It answers like the worker and reports as often.
 */

/** What the bench asks for; its build writes the numbers in. */
declare const HISTORY: number;
declare const REPORTS: number;
declare const STEPS: number;

const tell = (report: Report) => postMessage(report);

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
  tell({
    type: 'progress',
    phase: 'training',
    steps,
    epochs: epochsFrom(before + 1, Math.floor(made / stepsPerEpoch) - before),
    final: null,
    baseline: made === count ? epochsFrom(1, 15) : [],
    baselines: null,
    outcome: null,
    latency: null,
    memory,
  });
  const sites = (size: number) =>
    Object.fromEntries(
      [0, 1, 2, 3].flatMap((layer) => ['attention', 'ffn'].map((site) => [`${layer}.${site}`, size * Math.random()])),
    );
  if (Math.floor(made / STEPS) % 10 === 0) tell({ type: 'sites', gradients: sites(1), effects: sites(0.1) });
}

function train(): void {
  report(HISTORY);
  let reports = 0;
  const timer = setInterval(() => {
    report(STEPS);
    if (++reports === REPORTS) clearInterval(timer);
  }, reportInterval);
}

function configure(run: Run): void {
  const counts = countParameters(config, trainingPlan(run.method, config.layers), labels.length, 0);
  tell({ type: 'configured', totalSteps, stepsPerEpoch, counts, memory, resumed: false });
}

function answer(request: Request): void {
  if (request.type === 'open')
    tell({
      type: 'device',
      available: true,
      engine: 'wasm',
      why: 'no-gpu',
      name: '',
      threads: 2,
      software: false,
      refused: 0,
      limits: { maxBufferSize: 2 ** 31, maxStorageBufferBindingSize: 2 ** 31 },
    });
  if (request.type === 'load-encoder') tell({ type: 'encoder-ready', name: request.name, config, poolerCount: 0 });
  if (request.type === 'load-task') {
    const examples = [{ text: 'A sentence.', label: 'music' }];
    tell({ type: 'task-ready', task: { name: request.name, trainRows: 16_000, testRows: 300, labels, examples } });
  }
  if (request.type === 'configure') configure(request.run);
  if (request.type === 'predict') {
    const { text } = request;
    tell({
      type: 'prediction',
      prediction: { text, tokens: text.split(' '), labels, base: null, adapted: [0.4, 0.3, 0.2, 0.1] },
    });
  }
  if (request.type === 'train') train();
}

addEventListener('message', ({ data }: MessageEvent<Request>) => answer(data));
