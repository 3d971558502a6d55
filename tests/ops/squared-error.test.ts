import { test } from 'vitest';
import {
  squaredErrorBackward as referenceBackward,
  squaredErrorForward as referenceForward,
} from '../../src/reference/squared-error.ts';
import { squaredErrorBackward, squaredErrorForward } from '../../src/webgpu/ops/squared-error.ts';
import { expectClose, normals } from '../support/numbers.ts';
import { kernelTolerance, opBench } from '../support/op-bench.ts';

const bench = opBench();

test.each([
  { examples: 1, outputs: 1 },
  { examples: 33, outputs: 1 },
  { examples: 7, outputs: 3 },
])('squared error %o', async ({ examples, outputs }) => {
  const logits = normals(examples * outputs, 1);
  const targets = normals(logits.length, 2);
  const [losses, dLogits] = [bench.unwritten(examples), bench.unwritten(logits.length)];
  await bench.run(
    { examples, tokens: 1 },
    (recorder) => {
      const op = { outputs, targets: bench.tensor(targets), logits: bench.tensor(logits) };
      squaredErrorForward(recorder, 'forward', { ...op, out: losses });
      squaredErrorBackward(recorder, 'backward', { ...op, out: dLogits });
    },
    { terms: logits.length },
  );
  const expected = referenceForward(logits, targets, { examples, outputs });
  expectClose(await bench.read(losses, examples), expected, kernelTolerance, 'loss');
  const backward = referenceBackward(logits, targets);
  expectClose(await bench.read(dLogits, logits.length), backward, kernelTolerance, 'dLogits');
});
