import { describe, expect, test } from 'vitest';
import { makeDataset, setValidationAside } from '../../src/data/dataset.ts';
import { splitRows } from '../../src/data/rows/split.ts';

describe('data sets', () => {
  const row = (label: string, line = 1) => ({ text: label, label, line });
  const options = { name: 'task', seed: 1 };

  test('classes are sorted by code unit; the sample is seeded', () => {
    const train = ['b', 'a', 'Z', 'a', 'b'].map((label, line) => row(label, line));
    const dataset = makeDataset({ train, test: [row('a')] }, { ...options, limit: 3 });
    expect(dataset.labels).toEqual(['Z', 'a', 'b']);
    expect(dataset.train).toHaveLength(3);
    expect(makeDataset({ train, test: [row('a')] }, { ...options, limit: 3 })).toEqual(dataset);
  });

  test.each([
    [{ train: [row('a')], test: [row('a')] }, 'one label only (a)'],
    [{ train: [row('a'), row('b')], test: [row('c', 9)] }, 'label c (test rows, line 9)'],
    [{ train: [row('a'), row('b')], test: [] }, 'no test rows'],
    [{ train: Array.from({ length: 1001 }, (_, i) => row(String(i))), test: [row('1')] }, 'a number or an id'],
  ])('unusable rows are refused', (rows, reason) => {
    expect(() => makeDataset(rows, options)).toThrow(reason);
  });
});

describe('validation rows', () => {
  const train = ['a', 'b', 'c'].flatMap((label, c) =>
    Array.from({ length: [50, 30, 1][c] ?? 0 }, (_, i) => ({ text: `${label} ${i}`, label, line: i + 1 })),
  );
  const rows = { train, test: train.slice(0, 2) };
  const options = { name: 'task', seed: 1, validationShare: 0.2 };
  const texts = (list: { text: string }[]) => list.map(({ text }) => text);

  test('are a share of each class, in order; a class of one row trains', () => {
    const { train: left, validation, cutFrom } = makeDataset(rows, options);
    const counts = (list: { label: number }[]) => [0, 1, 2].map((c) => list.filter(({ label }) => label === c).length);
    expect(counts(validation)).toEqual([10, 6, 0]);
    expect(counts(left)).toEqual([40, 24, 1]);
    expect(texts(cutFrom ?? [])).toEqual(texts(train));
    expect(texts(train).filter((text) => !texts(left).includes(text))).toEqual(texts(validation));
  });

  test('follow from the seed, also from the rows as a bundle keeps them, and are other rows than a test split takes', () => {
    const dataset = makeDataset(rows, options);
    const { validation: _, cutFrom, ...rest } = dataset;
    expect(setValidationAside('single-label', { ...rest, train: cutFrom ?? [] }, 0.2, 1)).toEqual(dataset);
    expect(texts(makeDataset(rows, { ...options, seed: 2 }).validation)).not.toEqual(texts(dataset.validation));
    expect(texts(splitRows(train, { testShare: 0.2, seed: 1 }).test)).not.toEqual(texts(dataset.validation));
  });

  test('come after the sample, and none are taken without a share', () => {
    const { train: left, validation } = makeDataset(rows, { ...options, limit: 40 });
    expect([left.length, validation.length]).toEqual([32, 8]);
    const { train: every, validation: none } = makeDataset(rows, { name: 'task', seed: 1 });
    expect([every.length, none.length]).toEqual([81, 0]);
  });

  test('may have a source of their own', () => {
    const validation = [{ text: 'x', label: 'b', line: 7 }];
    const { train: every, validation: read } = makeDataset({ ...rows, validation }, { name: 'task', seed: 1 });
    expect([every.length, read]).toEqual([81, [{ text: 'x', label: 1 }]]);
    const unseen = [{ text: 'x', label: 'z', line: 7 }];
    expect(() => makeDataset({ ...rows, validation: unseen }, options)).toThrow('label z (validation rows, line 7)');
    expect(() => makeDataset({ ...rows, validation: [] }, options)).toThrow('no validation rows');
  });

  test('a share that comes to no row is refused', () => {
    const few = { ...rows, train: train.slice(48, 53) };
    expect(() => makeDataset(few, { ...options, validationShare: 0.05 })).toThrow('leaves no validation row');
  });
});
