import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, expect, test, vi } from 'vitest';

/** What a learner says in the lessons outlives a visit, and nothing that is read is trusted. */

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

/** The page, opened anew. */
async function visit() {
  vi.resetModules();
  const lessons = await import('../../../src/store/lessons/state.ts');
  const storage = await import('../../../src/store/storage.ts');
  await lessons.loadLessons();
  return { ...lessons, ...storage, state: lessons.lessonsStore.getState };
}

const strengths = { steps: 20, before: 0, after: 0.3 };
const forgotten = {
  steps: 40,
  adapters: { before: 0.6, after: 0.6 },
  full: { before: 0.5, after: 0.2 },
  untouched: true,
};

test('predictions, sentences, answers and measurements are there at the next visit', async () => {
  const first = await visit();
  first.predict('freeze', 62);
  first.predict('places', 'b');
  first.predict('bottleneck', [30, 50, 60, 70]);
  first.predict('cost', 40);
  first.predict('cost', null);
  first.explain('freeze', 'x'.repeat(700));
  first.answerLesson('freeze', 'b');
  first.keepStrengths(strengths);
  first.keepStrengths({ ...strengths, after: 0.4 });
  first.keepForgotten(forgotten);
  first.answerQuiz('before', { chosen: { frozen: 'a' } });
  first.answerQuiz('before', { chosen: { adapter: 'c' }, open: 'weights' });
  await first.put('notes', 'other', null);

  const { state } = await visit();
  expect(state()).toMatchObject({
    open: 'bottleneck',
    predicted: { freeze: 62, places: 'b', bottleneck: [30, 50, 60, 70] },
    given: { freeze: 'b' },
    identity: [{ ...strengths, after: 0.4 }],
    forgetting: [forgotten],
    quiz: { before: { chosen: { frozen: 'a', adapter: 'c' }, open: 'weights' } },
  });
  expect(state().predicted.cost).toBeUndefined();
  expect(state().explained.freeze).toHaveLength(600);
});

test('the answers of earlier versions, which were kept alone, are read', async () => {
  const first = await visit();
  await first.put('notes', 'lessons', { freeze: 'b', places: 'a' });
  expect((await visit()).state()).toMatchObject({
    given: { freeze: 'b', places: 'a' },
    predicted: {},
    open: 'bottleneck',
  });
});

test.each([
  ['a prediction beyond all bounds', { predicted: { freeze: 1e9 } }],
  ['a curve beyond its axis', { predicted: { bottleneck: [10, 101, 20, 30] } }],
  ['a curve of no length', { predicted: { bottleneck: [10] } }],
  ['a curve without end', { predicted: { bottleneck: Array(13).fill(10) } }],
  ['a curve of words', { predicted: { bottleneck: [10, 'x', 20, 30] } }],
  ['a measured course beyond its axis', { forgetting: [{ ...forgotten, course: [10, 101] }] }],
  ['a prediction of no lesson', { predicted: { other: 1 } }],
  ['an explanation without end', { explained: { freeze: 'x'.repeat(601) } }],
  ['a measurement that none can be', { identity: [{ steps: 20, before: 0, after: 3 }] }],
  ['measurements without end', { identity: Array(13).fill(strengths) }],
  ['a field of another kind', { script: 'x' }],
])('%s is refused, and set aside', async (_, changed) => {
  const page = await visit();
  const kept = { given: {}, predicted: {}, explained: {}, identity: [], forgetting: [], quiz: {} };
  expect(page.takeAnswers(kept)).toBe(true);
  const before = page.state();
  expect(page.takeAnswers({ ...kept, ...changed })).toBe(false);
  expect(page.state()).toEqual(before);
  await page.put('notes', 'lessons', { ...kept, ...changed });
  const next = await visit();
  expect(next.state().predicted).toEqual({});
  expect(next.storageStore.getState().damaged).toEqual(['notes/lessons']);
});

test('of another browser’s file comes what is not here', async () => {
  const page = await visit();
  page.predict('freeze', 50);
  page.takeAnswers({
    given: { cost: 'c' },
    predicted: { freeze: 90, cost: 30 },
    explained: {},
    identity: [strengths],
    forgetting: [],
    quiz: {},
  });
  expect(page.state()).toMatchObject({
    predicted: { freeze: 50, cost: 30 },
    given: { cost: 'c' },
    identity: [strengths],
  });
});
