import { expect, test } from 'vitest';
import { deviceCheckStore, startDeviceCheck } from '../../../src/store/device/check.ts';
import { modelsStore, takeBuiltIn } from '../../../src/store/encoder/state.ts';
import { hear } from '../../../src/store/events.ts';
import { onnxExportStore, startOnnxExport } from '../../../src/store/export/onnx.ts';
import { readCurrentRun } from '../../../src/store/export/read-run.ts';
import { forgettingStore, startForgetting } from '../../../src/store/forgetting/state.ts';
import { canTrain, isBusy } from '../../../src/store/page/selectors.ts';
import { initialState, pageStore } from '../../../src/store/page/state.ts';

test('nothing waits for a worker that has stopped', async () => {
  pageStore.setState({ ...initialState, plan: { totalSteps: 4, stepsPerEpoch: 4 }, phase: 'training' }, true);
  startDeviceCheck();
  startForgetting('trivia_topics', 'sms_spam', 4);
  startOnnxExport('float32', () => {});
  takeBuiltIn('encoder-small');
  const saved = [readCurrentRun(true), readCurrentRun(false)];
  const message = 'Out of memory';
  hear({ type: 'error', during: 'open', name: 'WorkerError', message });
  for (const { reason } of (await Promise.allSettled(saved)) as PromiseRejectedResult[])
    expect(reason.message).toBe(message);
  expect(deviceCheckStore.getState().running).toBe(false);
  expect(forgettingStore.getState().running).toBe(false);
  expect(onnxExportStore.getState()).toEqual({ progress: null, result: null, problem: message });
  expect(modelsStore.getState()).toMatchObject({ work: null, problem: message });
  const page = pageStore.getState();
  expect([isBusy(page), canTrain(page), page.error?.message]).toEqual([false, false, message]);
});
