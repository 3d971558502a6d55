import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { finish } from '../../src/base/work.ts';
import { checkRows, checkTokens, type Finding, fittingLength, majorityAccuracy } from '../../src/data/checks/checks.ts';
import { addRows, countLabels, findRows, relabel, removeRows, renameLabel, rewrite } from '../../src/data/rows/edit.ts';
import type { Row } from '../../src/data/rows/row.ts';
import { type Split, splitRows } from '../../src/data/rows/split.ts';
import { pairMark } from '../../src/data/rows/texts.ts';
import { Tokenizer } from '../../src/data/tokenizer/tokenizer.ts';

const row = (text: string, label: string): Row => ({ text, label, line: 1 });
const many = (label: string, count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => row(`${label} number ${from + i}`, label));

/** Rows that nothing is wrong with. */
const sound = (): Split => ({
  train: [...many('a', 10), ...many('b', 12)],
  test: [...many('a', 3, 100), ...many('b', 3, 100)],
});

const found = (split: Split, check: string): Finding | undefined =>
  finish(checkRows(split)).find((finding) => finding.check === check);

describe('checks of rows', () => {
  test('sound rows have no findings', () => {
    expect(finish(checkRows(sound()))).toEqual([]);
  });

  const faults: [check: string, add: (split: Split) => void, count: number, severity: string][] = [
    ['empty-text', ({ train }) => train.push(row('  ', 'a'), row(pairMark, 'b')), 2, 'warning'],
    ['duplicate', ({ train }) => train.push(row('A  Number 0 ', 'a')), 1, 'warning'],
    ['two-labels', ({ train }) => train.push(row('a number 0', 'b')), 2, 'warning'],
    ['leakage', ({ test: rows }) => rows.push(row('A number 1', 'a')), 1, 'warning'],
    ['label-spelling', ({ train }) => train.push(row('x', 'B ')), 1, 'warning'],
    ['rare-class', ({ train }) => train.push(row('x', 'c')), 1, 'warning'],
    ['test-only-class', ({ test: rows }) => rows.push(row('x', 'd')), 1, 'error'],
  ];
  test.each(faults)('%s is found, shown and mended', (check, add, count, severity) => {
    const split = sound();
    add(split);
    const finding = found(split, check);
    expect(finding).toMatchObject({ count, severity });
    expect(finding?.examples.length).toBeGreaterThan(0);
    const mended = finding?.fix && finish(finding.fix(split));
    expect(mended && found(mended, check)).toBeUndefined();
    // Mending takes nothing that is sound.
    expect(mended?.train.length).toBeGreaterThanOrEqual(sound().train.length - 1);
  });

  test('a mended leak leaves the test rows as they are', () => {
    const split = sound();
    split.test.push(row('a number 1', 'a'));
    const fix = found(split, 'leakage')?.fix;
    const mended = fix && finish(fix(split));
    expect(mended?.test).toEqual(split.test);
    expect(mended?.train).toHaveLength(split.train.length - 1);
  });

  test('imbalance tells what always answering the largest class would give', () => {
    const split = { train: [...many('a', 90), ...many('b', 10)], test: [...many('a', 9, 200), ...many('b', 1, 200)] };
    expect(found(split, 'imbalance')).toMatchObject({ share: 0.9, labels: ['a'] });
    expect(finish(majorityAccuracy(split))).toBe(0.9);
  });

  test('one class, and labels that are numbers or ids', () => {
    expect(found({ train: many('a', 20), test: [] }, 'one-class')?.severity).toBe('error');
    const ids = Array.from({ length: 60 }, (_, i) => row(`text ${i}`, String(i)));
    expect(found({ train: ids, test: [] }, 'too-many-classes')).toMatchObject({ count: 60, severity: 'warning' });
    const numbers = Array.from({ length: 1001 }, (_, i) => row(`text ${i}`, String(i)));
    expect(found({ train: numbers, test: [] }, 'too-many-classes')?.severity).toBe('error');
  });
});

const tokenizer = new Tokenizer(JSON.parse(readFileSync('tests/golden/models/tiny/tokenizer.json', 'utf8')));

describe('checks of tokens', () => {
  test('rows that are cut off, and words that the vocabulary lacks', () => {
    const split = { train: [...many('a', 18), row('the '.repeat(40), 'a'), row('漢 '.repeat(400), 'b')], test: [] };
    const findings = checkTokens(split, tokenizer, 32);
    expect(findings.find(({ check }) => check === 'cut-off')).toMatchObject({ count: 2, share: 0.1 });
    expect(findings.find(({ check }) => check === 'unknown-tokens')?.share).toBeGreaterThan(0.5);
    expect(checkTokens({ train: many('a', 9), test: [] }, tokenizer, 32)).toEqual([]);
  });

  test('the length that fits most rows', () => {
    const rows = [...Array.from({ length: 99 }, () => row('the '.repeat(17), 'a')), row('the '.repeat(60), 'b')];
    expect(fittingLength(rows, tokenizer, 64)).toBe(24);
    expect(fittingLength(rows, tokenizer, 16)).toBe(16);
  });
});

describe('tokens of pairs', () => {
  const [cls, sep] = [2, 3];
  const ids = (text: string) => tokenizer.encode(text, 512).slice(1, -1);

  test('stand in one row with a separator between them', () => {
    const pair = `the first${pairMark}and the second`;
    expect(tokenizer.encode(pair, 64)).toEqual([cls, ...ids('the first'), sep, ...ids('and the second'), sep]);
  });

  test('are cut where they are longest', () => {
    const [long, short] = ['the '.repeat(20).trim(), 'and the'];
    const cut = tokenizer.encode(`${long}${pairMark}${short}`, 12);
    expect(cut).toEqual([cls, ...ids(long).slice(0, 7), sep, ...ids(short), sep]);
    expect(tokenizer.encode(`${long}${pairMark}${long}`, 12)).toHaveLength(12);
    expect(tokenizer.encode(`the${pairMark}`.repeat(30), 9)).toHaveLength(9);
  });

  test('the view marks what is cut off, and unknown', () => {
    const view = tokenizer.view({ text: 'the the 漢 the' }, 5);
    expect(view.map(({ special }) => special)).toEqual([true, false, false, false, false, true]);
    expect(view.map(({ cutOff }) => cutOff)).toEqual([false, false, false, false, true, false]);
    expect(view.findIndex(({ unknown }) => unknown)).toBe(3);
    expect(view.filter(({ cutOff }) => !cutOff).map(({ id }) => id)).toEqual(tokenizer.encode('the the 漢 the', 5));
    expect(view[1]?.piece).toBe('the');
  });
});

describe('splits', () => {
  const rows = [...many('a', 70), ...many('b', 23), ...many('c', 6), ...many('d', 1)];

  test('are stratified, of the size asked for, and lose no row', () => {
    const { train, test: held } = splitRows(rows, { testShare: 0.2, seed: 1 });
    expect(held).toHaveLength(20);
    expect([...train, ...held].map(({ text }) => text).toSorted()).toEqual(rows.map(({ text }) => text).toSorted());
    expect(countLabels(held)).toEqual([
      ['a', 14],
      ['b', 5],
      ['c', 1],
    ]);
  });

  test('follow from the seed', () => {
    const cut = (seed: number) => splitRows(rows, { testShare: 0.2, seed }).test;
    expect(cut(1)).toEqual(cut(1));
    expect(cut(1)).not.toEqual(cut(2));
  });

  test.each([0.01, 0.5, 0.99])('leave a training row of every class at a share of %d', (testShare) => {
    const { train } = splitRows(rows, { testShare, seed: 3 });
    expect(countLabels(train).length).toBe(4);
  });
});

describe('editing', () => {
  const rows = [row('one', 'a'), row('two', 'b'), row('Three', 'a')];

  test('gives new lists and leaves the old one', () => {
    const before = structuredClone(rows);
    expect(relabel(rows, new Set([0, 1]), ' c ').map(({ label }) => label)).toEqual(['c', 'c', 'a']);
    expect(rewrite(rows, 1, 'zwei')[1]).toEqual(row('zwei', 'b'));
    expect(renameLabel(rows, 'a', 'b').map(({ label }) => label)).toEqual(['b', 'b', 'b']);
    expect(removeRows(rows, new Set([1])).map(({ text }) => text)).toEqual(['one', 'Three']);
    expect(addRows(rows, 'four\n\n five ', 'b').slice(3)).toEqual([
      { text: 'four', label: 'b', line: 0 },
      { text: 'five', label: 'b', line: 0 },
    ]);
    expect(rows).toEqual(before);
  });

  test('finds by words and class', () => {
    expect(finish(findRows(rows, { words: 'THREE' }))).toEqual([2]);
    expect(finish(findRows(rows, { label: 'a' }))).toEqual([0, 2]);
    expect(finish(findRows(rows, { words: 'o', label: 'b' }))).toEqual([1]);
    expect(finish(findRows(rows, {}))).toEqual([0, 1, 2]);
  });
});
