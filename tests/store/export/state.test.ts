import { beforeEach, expect, test, vi } from 'vitest';
import minilm from '../../../public/models/minilm-l3/config.json' with { type: 'json' };
import { toEnglish } from '../../../src/base/message.ts';
import { readEncoderConfig } from '../../../src/model/encoder-config.ts';
import { exportStore, openExport, pack } from '../../../src/store/export/state.ts';
import { firstRun, initialState, pageStore } from '../../../src/store/page/state.ts';
import { answer, forgetAsked, verbs } from '../../support/fake-trainer.ts';
import { taskOf } from '../../support/reports.ts';

/** What is asked of the worker for a file that leaves the page. */

vi.mock('../../../src/workers/trainer/client.ts', async (original) => ({
  ...(await original<typeof import('../../../src/workers/trainer/client.ts')>()),
  callTrainer: (await import('../../support/fake-trainer.ts')).callTrainer,
}));
const packed: unknown[] = [];
vi.mock('../../../src/workers/archive/client.ts', () => ({
  describeRun: () => new Promise(() => {}),
  packExport: async (trained: unknown) => {
    packed.push(trained);
    return new Uint8Array(3);
  },
  packBundle: async (bundle: unknown) => {
    packed.push(bundle);
    return new Uint8Array(4);
  },
}));

beforeEach(() => {
  forgetAsked();
  packed.length = 0;
  const encoder = { name: firstRun.model, config: readEncoderConfig(minilm), poolerCount: 0 };
  pageStore.setState({ ...initialState, encoder, task: taskOf(firstRun) }, true);
  openExport(null);
});

const tensors = new Map([['heads.x', { shape: [1], data: new Float32Array(1) }]]);

test('the run’s adapter: its tensors, and nothing else', async () => {
  const packing = pack('plain');
  expect(verbs()).toEqual(['readAdapter']);
  await answer('readAdapter', { run: firstRun, labels: ['a', 'b'], tensors });
  expect(await packing).toMatchObject({ bytes: new Uint8Array(3) });
  expect(packed).toMatchObject([{ run: firstRun, tensors }]);
  expect(verbs()).toEqual(['readAdapter']);
});

test('no run: that is said', async () => {
  const packing = pack('plain');
  await answer('readAdapter', null);
  expect(await packing).toBeNull();
  expect(toEnglish(exportStore.getState().problem ?? '')).toBe('No run is set up.');
});

test('a bundle: the whole run, with the curves as they were when it was asked for', async () => {
  const step = { step: 0, loss: 1, learningRate: 1, gradNorm: 1, milliseconds: 1 };
  pageStore.setState({ steps: [step] });
  const packing = pack('bundle');
  expect(verbs()).toEqual(['readRun']);
  pageStore.setState({ steps: [] });
  const fact = { rows: 1, sha256: '' };
  const optimizer = { updates: 0, firstMoments: new Map(), secondMoments: new Map() };
  const rest = { step: 1, epochs: 0, lossSum: 1, finished: false, best: null, logits: [], baseline: null };
  await answer('readRun', {
    run: firstRun,
    labels: ['a', 'b'],
    encoder: { config: readEncoderConfig(minilm), sha256: '' },
    data: { train: fact, test: fact },
    state: { ...rest, trainable: tensors, optimizer },
  });
  expect(await packing).toMatchObject({ bytes: new Uint8Array(4) });
  expect(packed).toMatchObject([{ history: { steps: [step] }, state: { trainable: tensors } }]);
});
