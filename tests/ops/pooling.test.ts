import { test } from 'vitest';
import {
  poolingBackward as referenceBackward,
  poolingForward as referenceForward,
} from '../../src/reference/pooling.ts';
import { poolingBackward, poolingForward } from '../../src/webgpu/ops/pooling.ts';
import { expectClose, integers, normals } from '../support/numbers.ts';
import { kernelTolerance, oddSizes, opBench } from '../support/op-bench.ts';

const bench = opBench();

test.each(oddSizes.flatMap((size) => (['cls', 'mean'] as const).map((pooling) => ({ size, pooling }))))(
  'pooling $pooling of $size',
  async ({ size, pooling }) => {
    const width = 33;
    const { examples, tokens } = size;
    const lengths = integers(examples, 1, tokens + 1, 1);
    const x = normals(examples * tokens * width, 2);
    const dOut = normals(examples * width, 3);
    const [out, dX] = [bench.unwritten(examples * width), bench.unwritten(x.length)];
    await bench.run(size, (recorder) => {
      const op = { width, pooling, lengths: bench.tensor(lengths) };
      poolingForward(recorder, 'forward', { ...op, x: bench.tensor(x), out });
      poolingBackward(recorder, 'backward', { ...op, dOut: bench.tensor(dOut), dX });
    });
    const shape = { batch: examples, tokens, hidden: width };
    expectClose(
      await bench.read(out, dOut.length),
      referenceForward(pooling, x, lengths, shape),
      kernelTolerance,
      'pooled',
    );
    expectClose(
      await bench.read(dX, x.length),
      referenceBackward(pooling, dOut, lengths, shape),
      kernelTolerance,
      'dX',
    );
  },
);
