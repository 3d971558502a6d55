import { test } from 'vitest';
import { columnSum as reference } from '../../src/reference/column-sum.ts';
import { columnSum } from '../../src/webgpu/ops/column-sum.ts';
import { expectClose, normals } from '../support/numbers.ts';
import { kernelTolerance, oddSizes, opBench } from '../support/op-bench.ts';

const bench = opBench();

test.each(
  oddSizes.flatMap((size) => [
    { ...size, card: false },
    { ...size, card: true },
  ]),
)('column sums of %o add', async ({ card, ...size }) => {
  const width = 33;
  const rows = size.examples * size.tokens;
  const dOut = normals(rows * width, 1);
  const [perToken, perExample] = [bench.tensor(new Float64Array(width).fill(2)), bench.zeros(width)];
  await bench.run(
    size,
    (recorder) => {
      columnSum(recorder, 'tokens', { width, dOut: bench.tensor(dOut), dBias: perToken });
      columnSum(recorder, 'examples', { width, perExample: true, dOut: bench.tensor(dOut), dBias: perExample });
    },
    { card },
  );
  const all = reference(dOut, { rows, width });
  expectClose(
    await bench.read(perToken, width),
    all.map((value) => value + 2),
    kernelTolerance,
  );
  expectClose(await bench.read(perExample, width), reference(dOut, { rows: size.examples, width }), kernelTolerance);
});
