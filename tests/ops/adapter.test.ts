import { describe, expect, test } from 'vitest';
import {
  adapterBackward as referenceBackward,
  adapterForward as referenceForward,
} from '../../src/reference/adapter.ts';
import { dropoutKey } from '../../src/reference/dropout.ts';
import { type AdapterShape, adapterBackward, adapterForward } from '../../src/webgpu/ops/adapter.ts';
import { expectClose, normals } from '../support/numbers.ts';
import { kernelTolerance, oddSizes, opBench } from '../support/op-bench.ts';

const bench = opBench();

const kinds: Omit<AdapterShape, 'site'>[] = [
  { hidden: 33, bottleneck: 7, activation: 'gelu', scaling: 1, dropout: 0 },
  { hidden: 33, bottleneck: 1, activation: 'relu', scaling: 4, dropout: 0.1 },
  { hidden: 24, bottleneck: 24, activation: 'swish', scaling: 0.5, dropout: 0.5 },
  { hidden: 16, bottleneck: 9, activation: 'gelu_new', scaling: 1, dropout: 0.2 },
];
const cases = oddSizes.flatMap((size) => kinds.map((kind) => ({ size, kind })));
const step = { seed: 11, update: 5, training: true };
const site = 3;

function makeAdapter({ hidden, bottleneck }: { hidden: number; bottleneck: number }, rows: number) {
  const weights = {
    downWeight: normals(bottleneck * hidden, 2),
    downBias: normals(bottleneck, 3),
    upWeight: normals(hidden * bottleneck, 4),
    upBias: normals(hidden, 5),
  };
  const x = normals(rows * hidden, 1);
  const slices = {
    input: bench.tensor(x),
    downWeight: bench.tensor(weights.downWeight),
    downBias: bench.tensor(weights.downBias),
    upWeight: bench.tensor(weights.upWeight),
    upBias: bench.tensor(weights.upBias),
    preactivation: bench.unwritten(rows * bottleneck),
    active: bench.unwritten(rows * bottleneck),
  };
  return { weights, x, slices };
}

describe.each(cases)('adapter $kind on $size', ({ size, kind }) => {
  test('forward, then backward', async () => {
    const rows = size.examples * size.tokens;
    const { hidden, bottleneck } = kind;
    const { weights, x, slices } = makeAdapter(kind, rows);
    const [y, dOut, addend] = [normals(rows * hidden, 6), normals(rows * hidden, 7), normals(rows * hidden, 8)];
    const out = bench.unwritten(rows * hidden);
    const dInput = bench.unwritten(rows * hidden);
    const gradients = {
      dDownWeight: bench.zeros(bottleneck * hidden),
      dDownBias: bench.zeros(bottleneck),
      dUpWeight: bench.zeros(hidden * bottleneck),
      dUpBias: bench.zeros(hidden),
    };
    const op = { ...kind, site, ...slices };
    await bench.run(
      size,
      (recorder) => {
        adapterForward(recorder, 'adapter', { ...op, y: bench.tensor(y), out });
        adapterBackward(recorder, 'adapter', {
          ...op,
          ...gradients,
          dOut: bench.tensor(dOut),
          dPreactivation: bench.unwritten(rows * bottleneck),
          dInput,
          addend: bench.tensor(addend),
        });
      },
      step,
    );
    const shape = { rows, hidden, bottleneck };
    const settings = { ...kind, key: dropoutKey(step.seed, step.update, site) };
    const saved = referenceForward(x, weights, shape, settings);
    const expected = referenceBackward(dOut, x, saved, weights, shape, settings);
    const sums = { atol: 1e-4, rtol: 5e-5 };
    expectClose(
      await bench.read(out, y.length),
      y.map((value, i) => value + (saved.out[i] as number)),
      sums,
      'out',
    );
    expectClose(
      await bench.read(dInput, y.length),
      expected.dX.map((value, i) => value + (addend[i] as number)),
      sums,
      'dInput',
    );
    for (const name of ['dDownWeight', 'dDownBias', 'dUpWeight', 'dUpBias'] as const)
      expectClose(await bench.read(gradients[name], expected[name].length), expected[name], sums, name);
  });
});

test('outside training nothing is dropped', async () => {
  const kind = { hidden: 33, bottleneck: 5, activation: 'gelu', scaling: 2, dropout: 0.5 } as const;
  const rows = 7;
  const { weights, x, slices } = makeAdapter(kind, rows);
  const out = bench.unwritten(rows * kind.hidden);
  await bench.run(
    { examples: 1, tokens: rows },
    (recorder) =>
      adapterForward(recorder, 'adapter', { ...kind, site, ...slices, y: bench.zeros(rows * kind.hidden), out }),
    { ...step, training: false },
  );
  const expected = referenceForward(x, weights, { rows, ...kind }, { ...kind, dropout: 0, key: 0 });
  expectClose(await bench.read(out, rows * kind.hidden), expected.out, kernelTolerance);
});

test('a zero up-projection leaves y bit for bit', async () => {
  const kind = { hidden: 33, bottleneck: 5, activation: 'gelu', scaling: 2, dropout: 0.1 } as const;
  const rows = 7;
  const { slices } = makeAdapter(kind, rows);
  const y = Float32Array.from(normals(rows * kind.hidden, 6));
  const out = bench.unwritten(y.length);
  const zero = { upWeight: bench.zeros(kind.hidden * kind.bottleneck), upBias: bench.zeros(kind.hidden) };
  await bench.run(
    { examples: 1, tokens: rows },
    (recorder) => adapterForward(recorder, 'adapter', { ...kind, site, ...slices, ...zero, y: bench.tensor(y), out }),
    step,
  );
  expect(await bench.read(out, y.length)).toEqual(y);
});
