import { expect, test } from 'vitest';
import { rotaryTable } from '../../src/model/rotary.ts';
import { ropeBackward as referenceBackward, ropeForward as referenceForward } from '../../src/reference/rope.ts';
import { ropeBackward, ropeForward } from '../../src/webgpu/ops/rope.ts';
import { expectClose, normals } from '../support/numbers.ts';
import { kernelTolerance, oddSizes, opBench } from '../support/op-bench.ts';

const bench = opBench();

test.each(
  oddSizes.flatMap((size) => [
    { size, hidden: 30, heads: 3, theta: 10_000 },
    { size, hidden: 64, heads: 4, theta: 160_000 },
  ]),
)('rope $size of $hidden in $heads heads', async ({ size, hidden, heads, theta }) => {
  const { examples, tokens } = size;
  const qkv = normals(examples * tokens * 3 * hidden, 1);
  const dOut = normals(qkv.length, 2);
  // The table may be of more positions than there are tokens.
  const angles = bench.tensor(rotaryTable(theta, hidden / heads, tokens + 3));
  const [forward, backward] = [bench.tensor(qkv), bench.tensor(dOut)];
  await bench.run(size, (recorder) => {
    ropeForward(recorder, 'forward', { hidden, heads, angles, qkv: forward });
    ropeBackward(recorder, 'backward', { hidden, heads, angles, dQkv: backward });
  });
  const shape = { batch: examples, tokens, hidden, heads };
  const turned = await bench.read(forward, qkv.length);
  expectClose(turned, referenceForward(qkv, shape, theta), kernelTolerance, 'out');
  expectClose(await bench.read(backward, qkv.length), referenceBackward(dOut, shape, theta), kernelTolerance, 'dQkv');
  turned.forEach((value, at) => {
    if (at % (3 * hidden) >= 2 * hidden) expect(value).toBe(Math.fround(qkv[at] as number));
  });
});
