import { test } from 'vitest';
import { gegluBackward as referenceBackward, gegluForward as referenceForward } from '../../src/reference/geglu.ts';
import { gegluBackward, gegluForward } from '../../src/webgpu/ops/geglu.ts';
import { expectClose, normals } from '../support/numbers.ts';
import { kernelTolerance, oddSizes, opBench } from '../support/op-bench.ts';

const bench = opBench();

test.each(oddSizes.flatMap((size) => [33, 64].map((width) => ({ size, width }))))(
  'geglu $size of $width',
  async ({ size, width }) => {
    const rows = size.examples * size.tokens;
    const wide = normals(rows * 2 * width, 1).map((value) => 2 * value);
    const dOut = normals(rows * width, 2);
    const gpuWide = bench.tensor(wide);
    const [out, dWide] = [bench.unwritten(dOut.length), bench.unwritten(wide.length)];
    await bench.run(size, (recorder) => {
      gegluForward(recorder, 'forward', { width, wide: gpuWide, out });
      gegluBackward(recorder, 'backward', { width, wide: gpuWide, dOut: bench.tensor(dOut), dWide });
    });
    const shape = { rows, width };
    expectClose(await bench.read(out, dOut.length), referenceForward(wide, shape), kernelTolerance, 'out');
    expectClose(await bench.read(dWide, wide.length), referenceBackward(dOut, wide, shape), kernelTolerance, 'dWide');
  },
);
