import { expect, test } from 'vitest';
import { methodFields, methodSchema } from '../../src/model/methods.ts';
import type { NumberField } from '../../src/model/number-range.ts';
import { readRun } from '../../src/training/run.ts';
import { testShareField, trainingFields } from '../../src/training/run-fields.ts';

const run = { name: 'fields', data: { train: 'rows.csv' }, method: { type: 'head-only' } };
const ofMethod = (key: string) => ({ type: key === 'rank' || key === 'alpha' ? 'lora' : 'houlsby' });

/** Every number of a run file: its field, and a file with a value of it. */
const cases: [name: string, field: NumberField, read: (value?: number) => unknown][] = [
  ...Object.entries(trainingFields).map(([key, field]): (typeof cases)[number] => [
    key,
    field,
    (value) => (readRun({ ...run, training: { [key]: value } }).training as Record<string, unknown>)[key],
  ]),
  ...Object.entries(methodFields).map(([key, field]): (typeof cases)[number] => [
    key,
    field,
    (value) => (methodSchema.parse({ ...ofMethod(key), [key]: value }) as Record<string, unknown>)[key],
  ]),
  [
    'testShare',
    testShareField,
    (value = testShareField.default) => {
      const { data } = readRun({ ...run, data: { ...run.data, testShare: value } });
      return 'testShare' in data && data.testShare;
    },
  ],
];

test.each(cases)('%s may be what the form offers, and nothing beyond', (_, field, read) => {
  const { min, max, integer, positive } = field;
  expect(read()).toBe(field.default);
  for (const value of [min, max, field.default]) expect(read(value)).toBe(value);
  const least = positive ? Number.MIN_VALUE : min;
  expect(read(least)).toBe(least);
  for (const value of [positive ? 0 : min - 1, max + 1, ...(integer ? [min + 0.5] : [])])
    expect(() => read(value)).toThrow();
});
