import { expect, test } from 'vitest';
import { usualEncoders } from '../../../src/data/built-in/tasks.ts';
import { cardsOf, maxCards, obstacleOf, rowsOf, runFor, sameRows, titleOf } from '../../../src/store/cards/cards.ts';
import { exampleCards } from '../../../src/store/cards/examples.ts';
import { firstRun } from '../../../src/store/page/state.ts';
import { readRun } from '../../../src/training/run.ts';

const { cards } = exampleCards.en;
const lines = (count: number, of: string) => Array.from({ length: count }, (_, i) => `${of} ${i}`).join('\n');

test('lines are rows and rows are lines again; blank ones are none', () => {
  const rows = rowsOf([
    { name: ' one ', text: 'a\n\n  b  \n' },
    { name: 'two', text: 'c' },
  ]);
  expect(rows.map(({ text, label }) => [text, label])).toEqual([
    ['a', 'one'],
    ['b', 'one'],
    ['c', 'two'],
  ]);
  const back = cardsOf(rows);
  expect(back).toEqual([
    { name: 'one', text: 'a\nb' },
    { name: 'two', text: 'c' },
  ]);
  expect(sameRows(rowsOf(back ?? []), rows)).toBe(true);
});

test('rows that are no cards stay rows: one class, too many, a name that is too long', () => {
  const row = (label: string) => ({ text: 'a', label, line: 0 });
  expect(cardsOf([row('one'), row('one')])).toBeNull();
  expect(cardsOf(Array.from({ length: maxCards + 1 }, (_, i) => row(String(i))))).toBeNull();
  expect(cardsOf([row('one'), row('x'.repeat(100))])).toBeNull();
});

test('what keeps cards from being trained on is named, with its card', () => {
  const card = (name: string, count = 3) => ({ name, text: lines(count, name) });
  expect(obstacleOf([card('one')])).toEqual({ why: 'cards' });
  expect(obstacleOf([card('one'), card(' ')])).toEqual({ why: 'name', at: 1 });
  expect(obstacleOf([card('one'), card('two'), card(' one ')])).toEqual({ why: 'twice', at: 2 });
  expect(obstacleOf([card('one', 2), card('two')])).toEqual({ why: 'lines', at: 0 });
  for (const language of ['en', 'zh'] as const) expect(obstacleOf(exampleCards[language].cards)).toBeNull();
});

test('a run of seconds: few lines are seen more often, and read by an encoder of their language', () => {
  const before = readRun(firstRun);
  const few = runFor(rowsOf(cards), titleOf(cards), before, false);
  const many = rowsOf([
    { name: 'one', text: lines(200, 'one') },
    { name: 'two', text: lines(200, 'two') },
  ]);
  expect(few.data).toEqual({ train: titleOf(cards) });
  expect(few.training.epochs).toBeGreaterThan(runFor(many, 'many', before, false).training.epochs);
  expect(few.model).toBe(usualEncoders.en.name);
  const chinese = exampleCards.zh.cards;
  expect(runFor(rowsOf(chinese), titleOf(chinese), before, false).model).toBe(usualEncoders.zh.name);
  // An encoder that is no built-in one is a person's choice.
  expect(runFor(rowsOf(chinese), 'cards', { ...before, model: 'lab/encoder' }, false).model).toBe('lab/encoder');
});

test('the method is kept where a run of the cards goes before', () => {
  const before = readRun({ ...firstRun, method: { type: 'lora', rank: 4 } });
  expect(runFor(rowsOf(cards), 'cards', before, true).method).toEqual(before.method);
  expect(runFor(rowsOf(cards), 'cards', before, false).method.type).toBe('houlsby');
});
