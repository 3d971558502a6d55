import { beforeEach, expect, test, vi } from 'vitest';
import { UserError } from '../../../src/base/message.ts';
import { onEvent } from '../../../src/store/events.ts';
import { onnxExportStore } from '../../../src/store/export/onnx.ts';
import { adapterImportStore, resumeFound } from '../../../src/store/import/state.ts';
import { canTrain } from '../../../src/store/page/selectors.ts';
import { firstRun, initialState, pageStore } from '../../../src/store/page/state.ts';
import { queueStore, startQueue } from '../../../src/store/queue/state.ts';
import { changeRun, chooseTask, configure, openRun, resetRun } from '../../../src/store/run/actions.ts';
import type { Bundle } from '../../../src/training/records/saved-run.ts';
import { readRun } from '../../../src/training/run.ts';
import { answer, forgetAsked, lastAsk, refuse, verbs } from '../../support/fake-trainer.ts';
import { config, device, sessionState, size, taskOf } from '../../support/reports.ts';

/** A run from a bundle on its way into the worker, while other things happen on the page. */

vi.mock('../../../src/workers/trainer/client.ts', async (original) => ({
  ...(await original<typeof import('../../../src/workers/trainer/client.ts')>()),
  callTrainer: (await import('../../support/fake-trainer.ts')).callTrainer,
}));

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
  state: sessionState,
};

const task = taskOf(firstRun);
const resumed = () => answer('resume', { task, rows: null, outcome: null, ...size });
const refused = () => refuse('resume', new UserError('other rows'));
const configured = () => answer('configure', size);
const page = () => pageStore.getState();

beforeEach(async () => {
  vi.useFakeTimers();
  const encoder = { name: firstRun.model, config, poolerCount: 0 };
  pageStore.setState({ ...initialState, device, encoder, task }, true);
  forgetAsked();
  void configure();
  await configured();
  forgetAsked();
  adapterImportStore.setState({ open: true, busy: false, refusal: null, found: { kind: 'bundle', bundle } });
});

const setSeed = (seed: number) => changeRun((before) => ({ ...before, training: { ...before.training, seed } }));

test('nothing is set up in its place, and a queue waits', async () => {
  startQueue([firstRun]);
  void resumeFound();
  vi.runAllTimers();
  await resumed();
  vi.runAllTimers();
  expect(verbs()).not.toContain('configure');
  expect(verbs()).not.toContain('train');
  expect(page()).toMatchObject({ run: { name: 'from elsewhere' }, phase: 'paused' });
  expect(canTrain(page())).toBe(true);
  expect(queueStore.getState()).toMatchObject({ running: false, pending: [firstRun] });
  setSeed(3);
  vi.runAllTimers();
  expect(verbs()).toContain('configure');
  await configured();
});

test('what waited for it is set up when it is refused', async () => {
  setSeed(3);
  void resumeFound();
  vi.runAllTimers();
  expect(verbs()).toEqual(['resume']);
  await refused();
  expect(verbs().at(-1)).toBe('configure');
  expect(lastAsk('configure')).toMatchObject({ run: { training: { seed: 3 } } });
  expect(adapterImportStore.getState()).toMatchObject({ busy: false, refusal: { message: 'other rows' } });
  await configured();
});

test('a run that stands stays when it is refused, unless it had to leave its engine', async () => {
  void resumeFound();
  await refused();
  expect(verbs()).toEqual(['resume']);
  expect(canTrain(page())).toBe(true);
  void resumeFound();
  onEvent({ ...device, engine: 'webgpu' });
  await refused();
  expect(verbs()).toEqual(['resume', 'resume', 'configure']);
  expect(canTrain(page())).toBe(false);
  await configured();
  expect(canTrain(page())).toBe(true);
});

test('it leaves nothing of the run before, and is kept itself', async () => {
  pageStore.setState({ missingEncoder: 'somebody/else' });
  onnxExportStore.setState({ problem: 'too large' });
  void resumeFound();
  await resumed();
  expect(page().missingEncoder).toBeNull();
  expect(onnxExportStore.getState().problem).toBeNull();
  expect(verbs()).toEqual(['resume', 'reportState']);
});

test('what was being set up when it came is set up again when it is refused, whatever became of it', async () => {
  setSeed(3);
  vi.runAllTimers();
  void resumeFound();
  await configured();
  expect(canTrain(page())).toBe(false);
  await refused();
  expect(verbs()).toEqual(['configure', 'resume', 'configure']);
  await configured();
  expect(canTrain(page())).toBe(true);
});

test('rows that were on their way when it came are asked for again when it is refused', async () => {
  chooseTask('sms_spam');
  void resumeFound();
  await answer('loadTask', { ...task, name: 'sms_spam' });
  expect(page().task).toBeNull();
  await refused();
  expect(verbs()).toEqual(['loadTask', 'resume', 'loadTask']);
  await answer('loadTask', { ...task, name: 'sms_spam' });
  expect(lastAsk('configure')).toMatchObject({ run: { data: { task: 'sms_spam' } } });
  await configured();
});

test('what is changed while it is on its way is set up only when it is refused', async () => {
  void resumeFound();
  setSeed(3);
  vi.runAllTimers();
  expect(verbs()).toEqual(['resume']);
  await refused();
  expect(lastAsk('configure')).toMatchObject({ run: { training: { seed: 3 } } });
  await configured();
});

test('a reopened run that had to give way to it leaves nothing to go on from', async () => {
  const kept = { labels: task.labels, trainRows: task.trainRows, testRows: task.testRows, state: bundle.state };
  openRun(firstRun, { from: { id: 'reopened', kept } });
  void resumeFound();
  await resumed();
  void resetRun();
  expect(lastAsk('configure')).toMatchObject({ run, state: undefined });
  expect(lastAsk('configure')?.runId).not.toBe('reopened');
  await configured();
});

test('a change while it is on its way does not set it up anew once it is there', async () => {
  resumeFound();
  changeRun((before) => ({ ...before, training: { ...before.training, seed: 5 } }));
  const configures = () => verbs().filter((verb) => verb === 'configure').length;
  const before = configures();
  await resumed();
  vi.runAllTimers();
  expect(configures()).toBe(before);
});
