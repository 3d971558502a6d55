import { expect, test, vi } from 'vitest';
import { deviceCheckStore, startDeviceCheck } from '../../../src/store/device/check.ts';
import { encoderStore, takeBuiltIn } from '../../../src/store/encoder/state.ts';
import { onStopped } from '../../../src/store/events.ts';
import { onnxExportStore, startOnnxExport } from '../../../src/store/export/onnx.ts';
import { exportStore, openExport, pack } from '../../../src/store/export/state.ts';
import { forgettingStore, startForgetting } from '../../../src/store/forgetting/state.ts';
import { canTrain, isBusy } from '../../../src/store/page/selectors.ts';
import { initialState, pageStore } from '../../../src/store/page/state.ts';
import { queueStore, startQueue } from '../../../src/store/queue/state.ts';
import { TrainerStopped } from '../../../src/workers/trainer/client.ts';
import { stopAll, verbs } from '../../support/fake-trainer.ts';

vi.mock('../../../src/workers/trainer/client.ts', async (original) => ({
  ...(await original<typeof import('../../../src/workers/trainer/client.ts')>()),
  callTrainer: (await import('../../support/fake-trainer.ts')).callTrainer,
}));
vi.mock('../../../src/workers/archive/client.ts', () => ({ describeRun: () => new Promise(() => {}) }));

test('nothing waits for a worker that has stopped', async () => {
  const running = { plan: { totalSteps: 4, stepsPerEpoch: 4 }, runId: 'this', phase: 'training' as const };
  const config = { layers: 1 } as NonNullable<typeof initialState.encoder>['config'];
  pageStore.setState({ ...initialState, ...running, encoder: { name: 'here', config, poolerCount: 0 } }, true);
  startQueue([pageStore.getState().run]);
  pageStore.setState(running);
  void startDeviceCheck();
  void startForgetting('trivia_topics', 'sms_spam', 4);
  void startOnnxExport('float32', () => {});
  takeBuiltIn('encoder-small');
  openExport(null);
  const packed = [pack('bundle'), pack('plain')];
  expect(verbs()).toContain('readRun');
  const message = 'Out of memory';
  const error = new TrainerStopped(message);
  onStopped(error);
  await stopAll(error);
  expect(await Promise.all(packed)).toEqual([null, null]);
  expect(exportStore.getState()).toMatchObject({ packing: null, problem: message });
  expect(deviceCheckStore.getState().running).toBe(false);
  expect(forgettingStore.getState().running).toBe(false);
  expect(queueStore.getState().running).toBe(false);
  expect(onnxExportStore.getState()).toEqual({ progress: null, result: null, problem: message });
  expect(encoderStore.getState()).toMatchObject({ work: null, problem: message });
  const page = pageStore.getState();
  expect([isBusy(page), canTrain(page), page.error?.message, page.error?.during]).toEqual([
    false,
    false,
    message,
    'open',
  ]);
});
