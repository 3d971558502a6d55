import { readFileSync } from 'node:fs';
import { beforeEach, expect, test, vi } from 'vitest';
import { toEnglish, UserError } from '../../../src/base/message.ts';
import { retiredEncoder } from '../../../src/data/built-in/tasks.ts';
import type { HubRepo } from '../../../src/hub/hub.ts';
import type { EncoderConfig } from '../../../src/model/encoder-config.ts';
import { methodSchema } from '../../../src/model/methods.ts';
import { lookAtFolder, takeFolder } from '../../../src/store/encoder/folders.ts';
import { switchToLoaded } from '../../../src/store/encoder/loaded.ts';
import { applyEightBits, inEightBits, preFlightOf } from '../../../src/store/encoder/memory-forecast.ts';
import {
  encoderStore,
  initialEncoder,
  isAddress,
  requireEncoder,
  setHubAddress,
} from '../../../src/store/encoder/state.ts';
import { noteCrossOrigin, requestCount, requestsStore } from '../../../src/store/page/cross-origin-requests.ts';
import { firstRun, initialState, pageStore } from '../../../src/store/page/state.ts';
import { chooseTask, openRun } from '../../../src/store/run/actions.ts';
import { onEncoder } from '../../../src/store/run/settings.ts';
import { eventually } from '../../support/eventually.ts';
import { answer, asked, forgetAsked, refuse } from '../../support/fake-trainer.ts';
import { device } from '../../support/reports.ts';

/** Which encoder the page uses, without a worker. */

vi.mock('../../../src/workers/trainer/client.ts', async (original) => ({
  ...(await original<typeof import('../../../src/workers/trainer/client.ts')>()),
  callTrainer: (await import('../../support/fake-trainer.ts')).callTrainer,
}));

const config: EncoderConfig = {
  layers: 2,
  hidden: 768,
  heads: 12,
  intermediate: 3072,
  vocabulary: 30522,
  positions: 512,
  tokenTypes: 2,
  family: 'bert',
  layerNormEpsilon: 1e-12,
};
const repo: HubRepo = { kind: 'model', name: 'lab/tiny', commit: 'abc', files: [] };
const ready = (name: string) => answer('loadEncoder', { name, config, poolerCount: 0 });
const page = () => pageStore.getState();
const loads = () => asked.flatMap(({ verb, ask }) => (verb === 'loadEncoder' ? [(ask as { name: string }).name] : []));

beforeEach(async () => {
  pageStore.setState(initialState, true);
  encoderStore.setState(initialEncoder, true);
  forgetAsked();
  await requireEncoder(firstRun.model);
  await ready(firstRun.model);
});

test('the run moves to an encoder that a person chose, once it is there', async () => {
  takeFolder('my encoder', []);
  expect(page().run.model).toBe(firstRun.model);
  await ready('my encoder');
  expect(page().run.model).toBe('my encoder');
  expect(page().encoder?.name).toBe('my encoder');
});

test('a run on the encoder that is retired opens on it', async () => {
  openRun({ ...firstRun, model: retiredEncoder });
  await ready(retiredEncoder);
  expect(page()).toMatchObject({
    missingEncoder: null,
    encoder: { name: retiredEncoder },
    run: { model: retiredEncoder },
  });
});

test('one that cannot be used changes nothing, and the reason is told', async () => {
  takeFolder('broken', []);
  await refuse('loadEncoder', new UserError('tensor x is missing.'));
  expect(page().run.model).toBe(firstRun.model);
  expect(page().encoder?.name).toBe(firstRun.model);
  expect(encoderStore.getState().problem).toBe('tensor x is missing.');
});

test('a folder is looked at before it is loaded, and one that cannot be used says why at once', async () => {
  const folder = (json: string) => [
    { path: 'config.json', blob: new Blob([json]) },
    { path: 'model.safetensors', blob: new Blob([new Uint8Array(40)]) },
    { path: 'optimizer.pt', blob: new Blob([new Uint8Array(400)]) },
  ];
  const tiny = readFileSync('tests/golden/models/tiny/config.json', 'utf8');
  await lookAtFolder('my encoder', folder(tiny));
  const { folder: found } = encoderStore.getState();
  // What is not read does not count.
  expect(found).toMatchObject({
    name: 'my encoder',
    bytes: Buffer.byteLength(tiny) + 40,
    config: { layers: 2, hidden: 64 },
  });
  expect(loads()).toEqual([firstRun.model]);
  await lookAtFolder('decoder', folder('{ "model_type": "gpt2" }'));
  expect(encoderStore.getState().folder).toBeNull();
  expect(toEnglish(encoderStore.getState().problem ?? '')).toContain('it is a decoder');
  await lookAtFolder('torn', folder(tiny.slice(0, 20)));
  expect(encoderStore.getState().problem).toContain('config.json is not JSON');
  await lookAtFolder('my encoder', folder(tiny));
  expect(encoderStore.getState().problem).toBeNull();
  takeFolder('my encoder', found?.files ?? []);
  expect(encoderStore.getState().folder).toBeNull();
  expect(loads()).toEqual([firstRun.model, 'my encoder']);
});

test('a run on an encoder that is not here asks, and can take the one that is', async () => {
  openRun({ ...firstRun, model: 'lab/tiny' });
  await eventually(() => expect(page().missingEncoder).toBe('lab/tiny'));
  expect(loads()).toEqual([firstRun.model]);
  switchToLoaded();
  expect(page().missingEncoder).toBeNull();
  expect(page().run.model).toBe(firstRun.model);
});

test('an encoder that arrives after another was asked for is not adopted', async () => {
  takeFolder('slow', []);
  takeFolder('quick', []);
  await ready('slow');
  expect(page().run.model).toBe(firstRun.model);
  // Though it is the one that the worker has.
  expect(page().encoder?.name).toBe('slow');
  await ready('quick');
  expect(page().run.model).toBe('quick');
});

test('one that cannot be used after another was asked for says nothing of it', async () => {
  takeFolder('slow', []);
  takeFolder('quick', []);
  await refuse('loadEncoder', new UserError('tensor x is missing.'));
  expect(encoderStore.getState()).toMatchObject({ problem: null, work: { name: 'quick' } });
  await ready('quick');
  expect(page().run.model).toBe('quick');
  expect(encoderStore.getState().work).toBeNull();
});

test('a folder cannot pass for a built-in encoder or a name on the Hub', () => {
  takeFolder(firstRun.model, []);
  takeFolder('owner/name', []);
  expect(loads().slice(-2)).toEqual([`${firstRun.model} (own)`, 'owner-name']);
});

test('what is found at one address of the Hub is not fetched from another', () => {
  encoderStore.setState({ found: { repo, revision: 'main', config, bytes: 1 } });
  setHubAddress('https://mirror.example');
  expect(encoderStore.getState().found).toBeNull();
  expect(isAddress('ftp://mirror.example')).toBe(false);
});

test('layers and sites that another encoder has not are left out', () => {
  const method = methodSchema.parse({
    type: 'houlsby',
    layers: [1, 3],
    without: ['0.ffn', '3.attention'],
    bottlenecks: { '1.ffn': 4, '3.ffn': 8 },
  });
  const fitted = onEncoder({ ...firstRun, method }, 'other', config);
  expect(fitted.model).toBe('other');
  expect(fitted.method).toMatchObject({ layers: [1], without: ['0.ffn'], bottlenecks: { '1.ffn': 4 } });
  const above = onEncoder({ ...firstRun, method: methodSchema.parse({ type: 'lora', layers: [5] }) }, 'other', config);
  expect(above.method).toMatchObject({ layers: 'all' });
});

test('a task in another language brings an encoder of that language, which the run is fitted to', async () => {
  const deep = methodSchema.parse({ type: 'houlsby', layers: [1, 5] });
  openRun({ ...firstRun, model: 'all-MiniLM-L6-v2', method: deep });
  await ready('all-MiniLM-L6-v2');
  chooseTask('verse_forms');
  expect(loads().at(-1)).toBe('verse-small');
  expect(page().run).toMatchObject({ model: 'verse-small', data: { task: 'verse_forms' }, method: { layers: [1] } });
  await ready('verse-small');
  chooseTask('verse_tunes');
  expect(loads().at(-1)).toBe('verse-small');
  chooseTask('trivia_topics');
  expect(page().run.model).toBe(firstRun.model);
  // What others have made may read any language.
  openRun({ ...firstRun, model: 'owner/name' });
  chooseTask('verse_forms');
  expect(page().run.model).toBe('owner/name');
});

test('the pre-flight sees the device’s limits', () => {
  const run = { ...firstRun, training: { ...firstRun.training, batchSize: 512, maxLength: 512 } };
  const check = preFlightOf({ device: { ...device, engine: 'webgpu' }, task: null, run }, config);
  expect(check?.problem?.kind).toBe('buffer');
  expect(check?.instead.length).toBeGreaterThan(0);
  expect(preFlightOf({ device: null, task: null, run }, config)).toBeNull();
});

test('8 bits take about a quarter, where the device stores them', () => {
  const on = (engine: 'webgpu' | 'wasm') => ({ device: { ...device, engine }, task: null, run: firstRun });
  const saved = inEightBits(on('webgpu'), config);
  expect(saved && saved.less / saved.now).toBeCloseTo(0.27, 1);
  expect(inEightBits(on('wasm'), config)).toBeNull();
  applyEightBits();
  expect(page().run.frozenBits).toBe(8);
  expect(inEightBits({ ...on('webgpu'), run: page().run }, config)).toBeNull();
});

test('requests to other servers are counted by host', () => {
  noteCrossOrigin(['https://hub.example/a', 'https://hub.example/b', 'https://files.example:8443/c']);
  expect(requestsStore.getState().hosts).toEqual({ 'hub.example': 2, 'files.example:8443': 1 });
  expect(requestCount(requestsStore.getState())).toBe(3);
});

test('one that is refused when another is wanted lets go of the dialog', async () => {
  takeFolder('large', []);
  openRun({ ...firstRun, model: 'lab/elsewhere' });
  await eventually(() => expect(page().missingEncoder).toBe('lab/elsewhere'));
  await refuse('loadEncoder', new UserError('too large'));
  expect(encoderStore.getState().work).toBeNull();
  expect(encoderStore.getState().problem).toBeNull();
});
