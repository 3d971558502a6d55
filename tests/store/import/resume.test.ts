import { beforeEach, expect, test, vi } from 'vitest';
import type { EncoderConfig } from '../../../src/model/encoder-config.ts';
import { hear } from '../../../src/store/events.ts';
import { onnxExportStore } from '../../../src/store/export/onnx.ts';
import { bringInStore, resumeFound } from '../../../src/store/import/state.ts';
import { canTrain, costOf } from '../../../src/store/page/selectors.ts';
import { firstRun, initialState, pageStore } from '../../../src/store/page/state.ts';
import { queueStore, startQueue } from '../../../src/store/queue/state.ts';
import { changeRun, configure } from '../../../src/store/run/actions.ts';
import type { Bundle } from '../../../src/training/records/saved-run.ts';
import { readRun } from '../../../src/training/run.ts';
import type { Request } from '../../../src/worker/protocol.ts';
import { device, memory, taskOf } from '../../support/reports.ts';

/** A run from a bundle on its way into the worker, while other things happen on the page. */

const sent: Request[] = [];
vi.mock('../../../src/store/trainer.ts', () => ({ send: (request: Request) => sent.push(request) }));
const types = () => sent.map(({ type }) => type);

const sizes = { layers: 1, hidden: 4, heads: 1, intermediate: 4, vocabulary: 9, positions: 64 };
const config: EncoderConfig = { ...sizes, family: 'bert', tokenTypes: 2, layerNormEpsilon: 1e-12 };
const fact = { rows: 1, sha256: '0'.repeat(64) };
const run = readRun({ ...firstRun, name: 'from elsewhere', training: { ...firstRun.training, seed: 99 } });
const bundle: Bundle = {
  run,
  labels: ['a', 'b'],
  encoder: { config, sha256: fact.sha256 },
  data: { train: fact, test: fact },
  history: {
    steps: [{ step: 0, loss: 1, learningRate: 1e-3, gradNorm: 1, milliseconds: 5 }],
    epochs: [],
    final: null,
    baseline: [],
    baselines: null,
  },
  state: {
    step: 1,
    epochs: 0,
    lossSum: 1,
    trainable: new Map(),
    optimizer: { updates: 1, firstMoments: new Map(), secondMoments: new Map() },
    finished: false,
    best: null,
    logits: [],
    baseline: null,
  },
};

const task = taskOf(firstRun);
const counts = () =>
  costOf({ encoder: pageStore.getState().encoder, task }, run.method) as NonNullable<ReturnType<typeof costOf>>;
const plan = () => ({ totalSteps: 9, stepsPerEpoch: 3, counts: counts(), memory });
const resumed = () => hear({ type: 'resumed', task, rows: null, outcome: null, ...plan() });
const refused = () => hear({ type: 'error', during: 'resume', name: 'BundleError', message: 'other rows' });
const page = () => pageStore.getState();

beforeEach(() => {
  vi.useFakeTimers();
  const encoder = { name: firstRun.model, config, poolerCount: 0 };
  pageStore.setState({ ...initialState, device, encoder, task }, true);
  configure();
  hear({ type: 'configured', resumed: false, ...plan() });
  sent.length = 0;
  bringInStore.setState({ open: true, busy: false, refusal: null, found: { kind: 'bundle', bundle } });
});

const setSeed = (seed: number) => changeRun((before) => ({ ...before, training: { ...before.training, seed } }));

test('nothing is set up in its place, and a queue waits', () => {
  startQueue([firstRun]);
  resumeFound();
  vi.runAllTimers();
  resumed();
  vi.runAllTimers();
  expect(types()).not.toContain('configure');
  expect(types()).not.toContain('train');
  expect(page()).toMatchObject({ run: { name: 'from elsewhere' }, phase: 'paused' });
  expect(canTrain(page())).toBe(true);
  expect(queueStore.getState()).toMatchObject({ running: false, pending: [firstRun] });
  setSeed(3);
  vi.runAllTimers();
  expect(types()).toContain('configure');
  hear({ type: 'configured', resumed: false, ...plan() });
});

test('what waited for it is set up when it is refused', () => {
  setSeed(3);
  resumeFound();
  vi.runAllTimers();
  expect(types()).toEqual(['resume']);
  refused();
  expect(sent.at(-1)).toMatchObject({ type: 'configure', run: { training: { seed: 3 } } });
  expect(bringInStore.getState()).toMatchObject({ busy: false, refusal: { message: 'other rows' } });
  hear({ type: 'configured', resumed: false, ...plan() });
});

test('a run that stands stays when it is refused, unless it had to leave its engine', () => {
  resumeFound();
  refused();
  expect(types()).toEqual(['resume']);
  expect(canTrain(page())).toBe(true);
  resumeFound();
  hear({ ...device, engine: 'webgpu' });
  refused();
  expect(types()).toEqual(['resume', 'resume', 'configure']);
  expect(canTrain(page())).toBe(false);
  hear({ type: 'configured', resumed: false, ...plan() });
  expect(canTrain(page())).toBe(true);
});

test('it leaves nothing of the run before, and is kept itself', () => {
  pageStore.setState({ missingEncoder: 'somebody/else' });
  onnxExportStore.setState({ problem: 'too large' });
  resumeFound();
  resumed();
  expect(page().missingEncoder).toBeNull();
  expect(onnxExportStore.getState().problem).toBeNull();
  expect(types()).toEqual(['resume', 'read-state']);
});
