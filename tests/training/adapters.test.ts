import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { NamedTensors } from '../../src/engine/contract.ts';
import { headWeight } from '../../src/model/tensor-names.ts';
import { AdapterShapeError, atStrength, averageOf } from '../../src/training/adapters.ts';
import { evaluationOf } from '../../src/training/records/evaluation.ts';

const down = 'bert.encoder.layer.0.output.adapters.golden.adapter_down.0.weight';
const up = 'bert.encoder.layer.0.output.adapters.golden.adapter_up.weight';
const query = 'bert.encoder.layer.0.attention.self.query.weight';
const tensors = (values: Record<string, number[]>): NamedTensors =>
  new Map(
    Object.entries(values).map(([name, data]) => [name, { shape: [data.length], data: Float32Array.from(data) }]),
  );
const valuesOf = (list: NamedTensors, name: string) => [...(list.get(name)?.data ?? [])];

test('strength scales the way up, moves the encoder’s own tensors from their start, and leaves the rest', () => {
  const trained = tensors({ [down]: [1, 2], [up]: [4, -8], [query]: [3, 5], [headWeight]: [7, 9] });
  const start = tensors({ [down]: [1, 1], [up]: [0, 0], [query]: [1, 1], [headWeight]: [0, 0] });
  const half = atStrength(trained, start, 0.5);
  expect(valuesOf(half, down)).toEqual([1, 2]);
  expect(valuesOf(half, up)).toEqual([2, -4]);
  expect(valuesOf(half, query)).toEqual([2, 3]);
  expect(valuesOf(half, headWeight)).toEqual([7, 9]);
  expect(valuesOf(atStrength(trained, start, 1), up)).toEqual([4, -8]);
});

test('an average lies in the middle, whichever comes first', () => {
  const list = fc.array(fc.float({ noNaN: true, min: -100, max: 100 }), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(list, list, (a, b) => {
      const [one, other] = [tensors({ [up]: a }), tensors({ [up]: b })];
      const mean = valuesOf(averageOf(one, other), up);
      expect(mean).toEqual(valuesOf(averageOf(other, one), up));
      for (const [i, value] of mean.entries()) expect(value).toBeCloseTo(((a[i] ?? 0) + (b[i] ?? 0)) / 2, 3);
    }),
  );
});

test('adapters of different shapes are not averaged, and the message says which tensor', () => {
  const [two, three] = [tensors({ [up]: [1, 2] }), tensors({ [up]: [1, 2, 3] })];
  expect(() => averageOf(two, three)).toThrow(AdapterShapeError);
  expect(() => averageOf(two, three)).toThrow(`${up} (2)`);
});

test('a row that only one side gets right is fixed or broken', () => {
  const rows = ['a', 'b', 'c', 'd'].map((text, i) => ({ text, label: i % 2 }));
  const [zero, one] = [
    [5, 0],
    [0, 5],
  ];
  const adapted = [zero, one, one, zero] as number[][];
  const base = [one, one, zero, zero] as number[][];
  const outcome = evaluationOf(rows, ['no', 'yes'], adapted, base);
  expect(outcome).toMatchObject({ fixed: 1, broken: 1, rows: 4 });
  expect(outcome.flipped.map(({ text }) => text)).toEqual(['a', 'c']);
  expect(outcome.confusion).toEqual([
    [1, 1],
    [1, 1],
  ]);
  expect(evaluationOf(rows, ['no', 'yes'], adapted, null)).toMatchObject({
    fixed: 0,
    baseConfusion: null,
    flipped: [],
  });
});
