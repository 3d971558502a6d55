import { beforeEach, expect, test, vi } from 'vitest';
import { UserError } from '../../../src/base/message.ts';
import { onEvent } from '../../../src/store/events.ts';
import { agrees, onnxExportStore, startOnnxExport } from '../../../src/store/export/onnx.ts';
import { initialState, pageStore } from '../../../src/store/page/state.ts';
import type { OnnxResult } from '../../../src/workers/trainer/api.ts';
import { answer, forgetAsked, refuse, report } from '../../support/fake-trainer.ts';
import { progress } from '../../support/reports.ts';

const result: OnnxResult = {
  name: 'run',
  precision: 'float32',
  file: new Blob(['file']),
  rows: 16,
  largestDifference: 1e-6,
  samePredictions: 1,
};

let saved: OnnxResult[] = [];
const start = (precision: OnnxResult['precision'] = 'float32') =>
  void startOnnxExport(precision, (file) => saved.push(file));
const finish = (change: Partial<OnnxResult> = {}) => answer('exportOnnx', { ...result, ...change });

vi.mock('../../../src/workers/trainer/client.ts', async (original) => ({
  ...(await original<typeof import('../../../src/workers/trainer/client.ts')>()),
  callTrainer: (await import('../../support/fake-trainer.ts')).callTrainer,
}));

beforeEach(() => {
  forgetAsked();
  pageStore.setState(initialState, true);
  onnxExportStore.setState({ progress: null, result: null, problem: null });
  saved = [];
});

test('a file in the making is shown, and saved once it is made', async () => {
  start();
  expect(onnxExportStore.getState().progress).toEqual({ stage: 'write', done: 0, of: null });
  report('exportOnnx', { stage: 'check', done: 4, of: 16 });
  expect(onnxExportStore.getState().progress).toEqual({ stage: 'check', done: 4, of: 16 });
  expect(saved).toEqual([]);
  await finish();
  expect(onnxExportStore.getState()).toEqual({ progress: null, result, problem: null });
  expect(saved).toEqual([result]);
});

test.each([
  ['float32', 1e-4, true],
  ['float32', 1.1e-4, false],
  ['float32', Number.NaN, false],
  ['float16', 5e-3, true],
  ['float16', Number.NaN, false],
] as const)('%s, logits %d off: agrees %s', async (precision, largestDifference, good) => {
  start(precision);
  await finish({ precision, largestDifference });
  expect(agrees({ ...result, precision, largestDifference })).toBe(good);
  expect(saved.length).toBe(Number(good));
  expect(onnxExportStore.getState().result?.largestDifference).toBe(largestDifference);
});

test('a failure is told where the file was asked for, and training is not called broken', async () => {
  start();
  await refuse('exportOnnx', new UserError('too large'));
  expect(onnxExportStore.getState()).toEqual({ progress: null, result: null, problem: 'too large' });
  expect(pageStore.getState().error).toBeNull();
});

test('a file is forgotten when the run goes on', async () => {
  start();
  await finish();
  pageStore.setState({ runId: 'this', plan: { totalSteps: 4, stepsPerEpoch: 4 } });
  onEvent(progress('this', 'paused'));
  expect(onnxExportStore.getState().result).toEqual(result);
  onEvent(
    progress('this', 'paused', { steps: [{ step: 0, loss: 1, learningRate: 1e-3, gradNorm: 1, milliseconds: 5 }] }),
  );
  expect(onnxExportStore.getState().result).toBeNull();
});
