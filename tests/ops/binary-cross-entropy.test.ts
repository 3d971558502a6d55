import { test } from 'vitest';
import {
  binaryCrossEntropyBackward as referenceBackward,
  binaryCrossEntropyForward as referenceForward,
} from '../../src/reference/binary-cross-entropy.ts';
import { binaryCrossEntropyBackward, binaryCrossEntropyForward } from '../../src/webgpu/ops/binary-cross-entropy.ts';
import { expectClose, integers, normals } from '../support/numbers.ts';
import { kernelTolerance, opBench } from '../support/op-bench.ts';

const bench = opBench();

test.each([
  { examples: 1, classes: 2, scale: 1 },
  { examples: 7, classes: 3, scale: 40 },
  { examples: 33, classes: 150, scale: 5 },
])('binary cross entropy %o', async ({ examples, classes, scale }) => {
  const logits = normals(examples * classes, 1).map((value) => value * scale);
  const targets = Float64Array.from(integers(logits.length, 0, 2, 2));
  const [losses, dLogits] = [bench.unwritten(examples), bench.unwritten(logits.length)];
  const terms = logits.length;
  await bench.run(
    { examples, tokens: 1 },
    (recorder) => {
      const op = { classes, targets: bench.tensor(targets), logits: bench.tensor(logits) };
      binaryCrossEntropyForward(recorder, 'forward', { ...op, out: losses });
      binaryCrossEntropyBackward(recorder, 'backward', { ...op, out: dLogits });
    },
    { terms },
  );
  const expected = referenceForward(logits, targets, { examples, classes });
  expectClose(await bench.read(losses, examples), expected, kernelTolerance, 'loss');
  const backward = referenceBackward(logits, targets);
  expectClose(await bench.read(dLogits, logits.length), backward, kernelTolerance, 'dLogits');
});
