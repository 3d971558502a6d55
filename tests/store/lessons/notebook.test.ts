import { expect, test } from 'vitest';
import { explain, maxExplanation, notebookStore, predict, takeNotebook } from '../../../src/store/lessons/notebook.ts';

const pages = () => notebookStore.getState().pages;

test('a page holds a prediction and an explanation, which has an end', () => {
  predict('freeze', 60);
  explain('freeze', 'a'.repeat(2 * maxExplanation));
  expect(pages().freeze).toEqual({ prediction: 60, explanation: 'a'.repeat(maxExplanation) });
});

test('pages of another browser stand beside one’s own; what does not fit is refused whole', () => {
  predict('cost', 40);
  expect(takeNotebook({ cost: { prediction: 1 }, quality: { prediction: 3 } })).toBe(true);
  expect(pages()).toMatchObject({ cost: { prediction: 40 }, quality: { prediction: 3 } });
  const before = pages();
  for (const bad of [null, 7, { cost: { prediction: 101 } }, { other: {} }, { cost: { explanation: 'a'.repeat(501) } }])
    expect(takeNotebook(bad)).toBe(false);
  expect(pages()).toEqual(before);
});
