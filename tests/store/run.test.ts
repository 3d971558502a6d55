import { beforeEach, expect, test, vi } from 'vitest';
import type { EncoderConfig } from '../../src/model/encoder-config.ts';
import { initialState, pageStore } from '../../src/store/page.ts';
import { changeRun, startTraining, stepOnce } from '../../src/store/run.ts';
import type { DeviceLimits } from '../../src/training/pre-flight.ts';
import { taskName } from '../../src/training/run.ts';
import type { Request } from '../../src/worker/protocol.ts';

const sent: Request[] = [];
vi.mock('../../src/store/wire.ts', () => ({ send: (request: Request) => sent.push(request) }));

const limits: DeviceLimits = { maxBufferSize: 2 ** 28, maxStorageBufferBindingSize: 2 ** 27 };

beforeEach(() => {
  sent.length = 0;
  vi.useFakeTimers();
  pageStore.setState({
    ...initialState,
    device: {
      type: 'device',
      available: true,
      engine: 'wasm',
      why: 'asked-for',
      name: '',
      threads: null,
      software: false,
      limits,
    },
    encoder: { name: initialState.run.model, config: {} as EncoderConfig, poolerCount: 0 },
    task: { name: taskName(initialState.run), trainRows: 1, testRows: 1, labels: ['a', 'b'], examples: [] },
  });
});

const setSeed = (seed: number) => changeRun((run) => ({ ...run, training: { ...run.training, seed } }));

test.each([
  ['train', startTraining],
  ['step', stepOnce],
])('a change that still waits goes out before %s', (type, start) => {
  setSeed(7);
  start();
  expect(sent.map((request) => request.type)).toEqual(['configure', type]);
  expect(sent[0]).toMatchObject({ run: { training: { seed: 7 } } });
  vi.runAllTimers();
  expect(sent).toHaveLength(2);
});

test('many changes in a moment set the run up once', () => {
  setSeed(7);
  setSeed(8);
  vi.runAllTimers();
  expect(sent).toMatchObject([{ type: 'configure', run: { training: { seed: 8 } } }]);
});
