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
import { recoveryStore } from '../../../src/store/recovery/state.ts';
import { TrainerStopped } from '../../../src/workers/trainer/client.ts';
import { asked as everAsked, stopAll, verbs } from '../../support/fake-trainer.ts';

vi.mock('../../../src/workers/trainer/client.ts', async (original) => ({
  ...(await original<typeof import('../../../src/workers/trainer/client.ts')>()),
  callTrainer: (await import('../../support/fake-trainer.ts')).callTrainer,
}));
vi.mock('../../../src/workers/archive/client.ts', () => ({ describeRun: () => new Promise(() => {}) }));

test('nothing waits for a worker that has stopped; another one goes on, unless too many have stopped', async () => {
  const running = { plan: { totalSteps: 4, stepsPerEpoch: 4 }, runId: 'this', phase: 'training' as const };
  const config = { layers: 1 } as NonNullable<typeof initialState.encoder>['config'];
  pageStore.setState({ ...initialState, ...running, encoder: { name: 'here', config, poolerCount: 0 } }, true);
  startQueue([pageStore.getState().run]);
  pageStore.setState(running);
  void startDeviceCheck();
  void startForgetting('trivia_topics', 'sms_spam', 4);
  void startOnnxExport('float32', () => {});
  takeBuiltIn('minilm-l3');
  openExport(null);
  const packed = [pack('bundle'), pack('plain')];
  expect(verbs()).toContain('readRun');
  const message = 'Out of memory';
  const error = new TrainerStopped(message);
  const waiting = [...everAsked];
  onStopped(error);
  await stopAll(error, waiting);
  expect(await Promise.all(packed)).toEqual([null, null]);
  expect(exportStore.getState()).toMatchObject({ packing: null, problem: message });
  expect(deviceCheckStore.getState().running).toBe(false);
  expect(forgettingStore.getState().running).toBe(false);
  expect(onnxExportStore.getState()).toEqual({ progress: null, result: null, problem: message });
  // Another worker is asked for all that the one before had, and the queue goes on in it.
  const asked = ['open', 'loadEncoder', 'loadTask'];
  const askedAnew = () => verbs().filter((verb) => asked.includes(verb));
  expect(askedAnew().slice(-3)).toEqual(asked);
  expect(queueStore.getState().running).toBe(true);
  expect(encoderStore.getState().work).toMatchObject({ doing: 'load', name: 'minilm-l3' });
  const incident = () => recoveryStore.getState().incident;
  expect(incident()).toMatchObject({ cause: 'worker-stopped', reason: message, trains: true, stage: 'under-way' });

  for (let i = 0; i < 3; i++) onStopped(error);
  expect(incident()?.stage).toBe('under-way');
  const before = askedAnew().length;
  onStopped(error);
  await stopAll(error);
  expect(askedAnew()).toHaveLength(before);
  expect(incident()).toMatchObject({ stage: 'failed', trains: true });
  expect(queueStore.getState().running).toBe(false);
  expect(encoderStore.getState()).toMatchObject({ work: null, problem: message });
  const page = pageStore.getState();
  expect([isBusy(page), canTrain(page)]).toEqual([false, false]);
});
