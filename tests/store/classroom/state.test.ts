import { beforeEach, describe, expect, test, vi } from 'vitest';
import { utf8 } from '../../../src/base/file-set.ts';
import { toEnglish } from '../../../src/base/message.ts';
import { type HandedIn, type HandIn, handInLink, writeHandIn } from '../../../src/store/classroom/hand-in.ts';
import { followClass } from '../../../src/store/classroom/measure.ts';
import {
  averageId,
  classStore,
  initialClass,
  mostEntries,
  removeEntry,
  takeFiles,
  takeLinks,
} from '../../../src/store/classroom/state.ts';
import { initialState, pageStore } from '../../../src/store/page/state.ts';
import { answer, asked, forgetAsked, lastAsk, settled, verbs } from '../../support/fake-trainer.ts';
import { encoder, handIn } from '../../support/fuzz/samples.ts';

vi.mock('../../../src/workers/trainer/client.ts', async (original) => ({
  ...(await original<typeof import('../../../src/workers/trainer/client.ts')>()),
  callTrainer: (await import('../../support/fake-trainer.ts')).callTrainer,
}));

const { getState, setState } = classStore;
const page = 'https://example.org/';
const trained = handIn.trained as HandedIn;
/** Another learner, whose weights are all `value`. */
const learner = (name: string, value: number, changed: Partial<HandedIn> = {}): HandIn => ({
  ...handIn,
  name,
  trained: {
    ...trained,
    run: { ...trained.run, data: { task: 'sms_spam', limit: 20 } },
    tensors: new Map(
      [...(trained.tensors ?? [])].map(([key, { shape, data }]) => [key, { shape, data: data.map(() => value) }]),
    ),
    ...changed,
  },
});
const file = (path: string, bytes: Uint8Array) => ({ path, blob: new Blob([new Uint8Array(bytes)]) });
const fileOf = (one: HandIn) => file(`${one.name}.json`, utf8(writeHandIn(one)));
const refusals = () => getState().refused.map(({ source, why }) => `${source}: ${toEnglish(why)}`);

beforeEach(() => {
  forgetAsked();
  setState(initialClass, true);
  pageStore.setState({
    ...initialState,
    encoder: { name: trained.run.model, config: encoder, poolerCount: 0 },
  });
});

describe('what is handed in', () => {
  test('is taken one by one, and what cannot be read is named', async () => {
    await takeFiles([
      fileOf(learner('Ada', 1)),
      file('class/notes.txt', utf8('hello')),
      fileOf(learner('Kofi', 2)),
      fileOf(learner('Ada', 1)),
      file('film.json', new Uint8Array(6_000_001)),
    ]);
    expect(getState().entries.map(({ name, number }) => [name, number])).toEqual([
      ['Ada', 1],
      ['Kofi', 2],
    ]);
    expect(refusals()).toEqual([
      'class/notes.txt: This is no hand-in of this page, or it is cut off.',
      'Ada.json: The same hand-in is here already.',
      'film.json: It has 6000001 bytes; 6000000 are the most for a hand-in.',
    ]);
    expect(getState().reading).toBe(false);
  });

  test('comes in links, too, and keeps its number while others go', async () => {
    const links = [1, 2, 3].map((value) => handInLink(learner(`learner ${value}`, value), page));
    takeLinks(`${links[0]}\n${links[1]}  https://example.org/?run=abc\n${links[2]?.slice(0, -30)}`);
    expect(getState().entries.map(({ name }) => name)).toEqual(['learner 1', 'learner 2']);
    expect(refusals()).toEqual([
      'https://example.org/?run=abc: This is no link that hands something in.',
      expect.stringMatching(/^https:\/\/example\.org\/#\/class.{30,60}: The link is damaged/),
    ]);
    removeEntry(getState().entries[0]?.id ?? '');
    takeLinks(links[2] ?? '');
    expect(getState().entries.map(({ number }) => number)).toEqual([2, 3]);
  });

  test('is no more than a class', async () => {
    await takeFiles(
      Array.from({ length: mostEntries + 1 }, (_, i) => fileOf({ ...handIn, name: `${i}`, trained: null })),
    );
    expect(getState().entries.length).toBe(mostEntries);
    expect(refusals()).toEqual(['200.json: There are 200 hand-ins already, the most for a class.']);
  });
});

describe('measuring a class', () => {
  /** Answers for the adapter that is measured now. */
  async function measured(accuracy: number): Promise<void> {
    await settled();
    await answer('loadAdapter', undefined);
    await answer('scoreAdapter', { scores: { accuracy, loss: 1, macroF1: accuracy }, rows: 300 });
    await answer('releaseAdapter', undefined);
    await settled();
  }

  test('scores each on the same rows, then the mean of those that agree', async () => {
    await takeFiles([fileOf(learner('Ada', 1)), fileOf(learner('Kofi', 3))]);
    const stop = followClass();
    await measured(0.5);
    expect(lastAsk('loadAdapter')?.run.data).toEqual({ task: 'sms_spam', testLimit: 300 });
    await measured(0.75);
    await measured(0.6);
    const [mean] = lastAsk('loadAdapter')?.tensors.values() ?? [];
    expect([...(mean?.data ?? [])].every((value) => value === 2)).toBe(true);
    const { entries, scores } = getState();
    expect(entries.map(({ id }) => scores[id])).toEqual([
      { accuracy: 0.5, rows: 300 },
      { accuracy: 0.75, rows: 300 },
    ]);
    expect(scores[averageId]).toEqual({ accuracy: 0.6, rows: 300 });

    // One more: only that, and the mean once more.
    forgetAsked();
    await takeFiles([fileOf(learner('Noor', 5))]);
    await measured(0.1);
    await measured(0.2);
    expect(verbs().filter((verb) => verb === 'loadAdapter').length).toBe(2);
    expect(getState().scores[averageId]).toEqual({ accuracy: 0.2, rows: 300 });
    expect(getState().measuring).toBe(false);
    stop();
  });

  test('says why an adapter cannot be measured', async () => {
    const rows = (labels: string[]) => ({
      name: 'mine.csv',
      rows: labels.map((label) => ({ text: 'x', label, line: 1 })),
    });
    await takeFiles([
      fileOf(learner('Ada', 1, { run: { ...trained.run, model: 'verse-small' } })),
      fileOf(learner('Kofi', 2, { encoder: { ...encoder, positions: 9 } })),
      fileOf(learner('Noor', 3, { run: { ...trained.run, data: { train: 'own.csv' } } })),
    ]);
    const stop = followClass();
    await settled();
    await settled();
    const why = () =>
      getState().entries.map(({ id }) => {
        const score = getState().scores[id];
        return score && 'why' in score ? toEnglish(score.why) : null;
      });
    expect(why()).toEqual([
      'This adapter belongs to the encoder verse-small.',
      `Its encoder is built otherwise than ${trained.run.model} is here.`,
      'It was trained on rows of one’s own (own.csv): choose a file of rows to measure it on.',
    ]);
    expect(asked).toEqual([]);
    setState({ rows: rows(['a', 'c']), scores: {} });
    await settled();
    await settled();
    expect(why()[2]).toBe('It does not know the class c of the rows.');
    setState({ rows: rows(['a', 'b']), scores: {} });
    await measured(0.5);
    expect(lastAsk('scoreAdapter')?.rows).toEqual(rows(['a', 'b']).rows);
    stop();
  });
});
