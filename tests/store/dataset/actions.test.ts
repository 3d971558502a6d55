import { beforeEach, expect, test } from 'vitest';
import { finish } from '../../../src/base/work.ts';
import { checkRows } from '../../../src/data/checks/checks.ts';
import { addRows, relabel } from '../../../src/data/rows/edit.ts';
import {
  changeRows,
  changeTestShare,
  replaceRows,
  setTestRows,
  trainOnOwn,
  undoRows,
} from '../../../src/store/dataset/actions.ts';
import { fixRows } from '../../../src/store/dataset/fix.ts';
import { datasetStore, isOwn, splitOf } from '../../../src/store/dataset/state.ts';
import { initialState, pageStore } from '../../../src/store/page/state.ts';
import { changeRun, chooseTask } from '../../../src/store/run/actions.ts';
import { isPair, taskName } from '../../../src/training/run.ts';

/** The page's verbs of a person's own rows, without a worker. */

const rows = Array.from({ length: 20 }, (_, i) => ({ text: `text ${i}`, label: i % 2 ? 'odd' : 'even', line: i + 2 }));
const current = () => {
  const { data } = datasetStore.getState();
  if (!data) throw new Error('There are no rows.');
  return data;
};
const split = () => splitOf(current(), pageStore.getState().run);

beforeEach(() => {
  pageStore.setState(initialState, true);
  replaceRows('mine.csv', rows);
});

test('imported rows become the run, whose share and seed split them', () => {
  const { run } = pageStore.getState();
  expect([isOwn(run), taskName(run)]).toEqual([true, 'mine.csv']);
  expect([split().train.length, split().test.length]).toEqual([16, 4]);
  changeTestShare(0.5);
  expect(split().test.length).toBe(10);
  const before = split().test.map(({ line }) => line);
  changeRun((changed) => ({ ...changed, training: { ...changed.training, seed: 8 } }));
  expect(split().test.map(({ line }) => line)).not.toEqual(before);
});

test('a file called like a built-in task is not taken for it', () => {
  replaceRows('sms_spam', rows);
  expect(taskName(pageStore.getState().run)).toBe('sms_spam (own)');
});

test('another task leaves the rows where they are', () => {
  chooseTask('sms_spam');
  expect(pageStore.getState().run.data).not.toHaveProperty('train');
  expect(current().rows).toEqual(rows);
});

test('changes are taken back one by one', () => {
  changeRows((data) => ({ ...data, rows: relabel(data.rows, new Set([0, 1]), 'neither') }));
  expect(current().rows.filter(({ label }) => label === 'neither')).toHaveLength(2);
  setTestRows(rows.slice(0, 3));
  expect(split().test).toHaveLength(3);
  undoRows();
  undoRows();
  expect(current()).toEqual({ name: 'mine.csv', rows, test: null });
  undoRows();
  expect(current().rows).toEqual(rows);
});

test('a fix leaves the other rows in their places, typed ones too', () => {
  replaceRows('mine.csv', [{ text: 'text 0', label: 'Even', line: 1 }, ...rows, { text: ' ', label: 'odd', line: 22 }]);
  changeRows((data) => ({ ...data, rows: addRows(data.rows, 'typed', 'odd') }));
  const before = current().rows;
  const mend = (name: string) => {
    const fix = finish(checkRows(split())).find(({ check }) => check === name)?.fix;
    if (fix) fixRows(fix);
  };
  mend('empty-text');
  expect(current().rows.map(({ text }) => text)).toEqual(
    [...before.slice(0, -2), { text: 'typed' }].map(({ text }) => text),
  );
  // What did not change is the same row still.
  expect(current().rows[3]).toBe(before[3]);
  mend('label-spelling');
  expect(current().rows[0]).toEqual({ text: 'text 0', label: 'even', line: 1 });
  expect(current().rows.at(-1)).toEqual({ text: 'typed', label: 'odd', line: 0 });
});

test('a fix removes what its check found', () => {
  replaceRows('mine.csv', [...rows, { text: ' ', label: 'odd', line: 22 }]);
  const finding = finish(checkRows(split())).find(({ check }) => check === 'empty-text');
  expect(finding?.count).toBe(1);
  if (finding?.fix) fixRows(finding.fix);
  expect(current().rows).toEqual(rows);
});

test('rows that change while a fix is made end it: another can begin', () => {
  const other = rows.slice(0, 5);
  // As long as this test waits, it is not done.
  fixRows(function* (parts) {
    while (current().rows !== other) yield;
    return parts;
  });
  expect(datasetStore.getState().mending).not.toBeNull();
  replaceRows('other.csv', other);
  expect(datasetStore.getState().mending).toBeNull();
  expect(current().rows).toEqual(other);
});

test('imported pairs make a run of pairs, and rows with one text undo that', () => {
  const pairs = rows.map((row) => ({ ...row, second: `second ${row.line}` }));
  replaceRows('mine.csv', pairs);
  expect(isPair(pageStore.getState().run)).toBe(true);
  changeRows((data) => ({ ...data, rows: relabel(data.rows, new Set([0]), 'odd') }));
  expect(isPair(pageStore.getState().run)).toBe(true);
  chooseTask('sms_spam');
  expect(isPair(pageStore.getState().run)).toBe(false);
  trainOnOwn();
  expect(isPair(pageStore.getState().run)).toBe(true);
  replaceRows('mine.csv', rows);
  expect(isPair(pageStore.getState().run)).toBe(false);
});

test('a run of an earlier version that waits for rows of two columns reads them joined', () => {
  const { run } = pageStore.getState();
  pageStore.setState({ run: { ...run, data: { train: 'theirs.csv' } }, missingRows: 'theirs.csv' });
  const pairs = rows.map((row) => ({ ...row, second: 'b' }));
  replaceRows('theirs.csv', pairs);
  expect(isPair(pageStore.getState().run)).toBe(false);
  pageStore.setState({ missingRows: null });
  changeRows((data) => ({ ...data, rows: relabel(data.rows, new Set([0]), 'odd') }));
  expect(isPair(pageStore.getState().run)).toBe(false);
});

test('rows say what they are labelled with, and the run with them', () => {
  const numbers = rows.map((row, i) => ({ ...row, label: String(i) }));
  replaceRows('mine.csv', numbers, { kind: 'regression' });
  expect(pageStore.getState().run.data).toMatchObject({ train: 'mine.csv', kind: 'regression' });
  // Numbers have no classes to keep in proportion: the share is of all rows.
  expect([split().train.length, split().test.length]).toEqual([16, 4]);
  changeTestShare(0.5);
  expect(pageStore.getState().run.data).toMatchObject({ kind: 'regression', testShare: 0.5 });
  replaceRows('mine.csv', rows);
  expect(pageStore.getState().run.data).not.toHaveProperty('kind');
});
