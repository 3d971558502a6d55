import { expect, test } from 'vitest';
import { occludedTexts, pushOf } from '../../src/training/experiments/occlusion.ts';
import { configure, ended, opened } from '../support/plain-trainer.ts';

/** Occlusion against answers that are asked for one by one. */

const text = 'who won the football cup';
const words = [...text.matchAll(/\w+/g)].map(({ 0: word, index }) => ({ from: index, to: index + word.length }));

test('a covered word gives way to the mask, and each variant changes one word more', () => {
  expect(occludedTexts('a bc d', [at(0, 1), at(2, 4), at(5, 6)], [1], '[MASK]')).toEqual([
    'a [MASK] d',
    '[MASK] [MASK] d',
    'a bc d',
    'a [MASK] [MASK]',
  ]);
  expect(occludedTexts('床前光', [at(0, 1), at(1, 3)], [], null)).toEqual(['床前光', '前光', '床']);
});

test('a word’s push is the same whether it is read or covered now', () => {
  expect(pushOf(false, 0.9, 0.4)).toBeCloseTo(0.5);
  expect(pushOf(true, 0.4, 0.9)).toBeCloseTo(0.5);
});

test('answers are those of the same texts asked for separately, on both sides and with an adapter beside the run', async () => {
  const trainer = await opened();
  const { call } = trainer;
  await configure(trainer);
  await call('train', null);
  await ended(trainer);
  const adapter = await call('readAdapter', null);
  if (!adapter) throw new Error('nothing was trained');
  await call('loadAdapter', { id: 'kept', ...adapter });
  for (const answering of [
    { adapter: null, strength: 1 },
    { adapter: null, strength: 0.5 },
    { adapter: 'kept', strength: 1 },
  ]) {
    const occlusion = await call('occlude', { text, words, covered: [1], ...answering });
    if (!occlusion) throw new Error('nobody answers');
    expect(occlusion.mask).toBe('[MASK]');
    const answers = [occlusion.now, ...occlusion.changed];
    const texts = occludedTexts(text, words, [1], '[MASK]');
    expect(answers).toHaveLength(texts.length);
    for (const [i, variant] of texts.entries()) {
      const alone = await call('predict', { text: variant, ...answering });
      alone?.adapted.forEach((probability, label) => {
        expect(answers[i]?.adapted[label]).toBeCloseTo(probability, 6);
      });
      expect(answers[i]?.base === null).toBe(alone?.base === null);
      alone?.base?.forEach((probability, label) => {
        expect(answers[i]?.base?.[label]).toBeCloseTo(probability, 6);
      });
    }
    // The words do matter, or equal numbers would say nothing.
    expect(new Set(answers.map(({ adapted }) => adapted[0]?.toFixed(9))).size).toBeGreaterThan(1);
  }
});

test('nobody answers before a run is set up', async () => {
  const { call } = await opened();
  expect(await call('occlude', { text, words, covered: [], adapter: null, strength: 1 })).toBeNull();
});

function at(from: number, to: number) {
  return { from, to };
}
