import { test } from 'vitest';
import { notCounted } from '../../src/model/shapes.ts';
import {
  crossEntropyBackward as referenceBackward,
  crossEntropyForward as referenceForward,
} from '../../src/reference/cross-entropy.ts';
import { crossEntropyBackward, crossEntropyForward } from '../../src/webgpu/ops/cross-entropy.ts';
import { expectClose, integers, normals } from '../support/numbers.ts';
import { kernelTolerance, opBench } from '../support/op-bench.ts';

const bench = opBench();

test.each([
  { examples: 1, classes: 2, scale: 1 },
  { examples: 7, classes: 3, scale: 30 },
  { examples: 33, classes: 150, scale: 5 },
])('cross entropy %o', async ({ examples, classes, scale }) => {
  const logits = normals(examples * classes, 1).map((value) => value * scale);
  const labels = integers(examples, 0, classes, 2);
  const [losses, dLogits] = [bench.unwritten(examples), bench.unwritten(logits.length)];
  await bench.run({ examples, tokens: 1 }, (recorder) => {
    const op = { classes, labels: bench.tensor(labels), logits: bench.tensor(logits) };
    crossEntropyForward(recorder, 'forward', { ...op, out: losses });
    crossEntropyBackward(recorder, 'backward', { ...op, out: dLogits });
  });
  const expected = referenceForward(logits, labels, { examples, classes });
  expectClose(await bench.read(losses, examples), expected.losses, kernelTolerance, 'loss');
  const backward = referenceBackward(expected.probabilities, labels, { examples, classes });
  expectClose(await bench.read(dLogits, logits.length), backward, kernelTolerance, 'dLogits');
});

test('a row a token, some of them not counted', async () => {
  const [examples, tokens, classes] = [3, 7, 5];
  const logits = normals(examples * tokens * classes, 1);
  const labels = integers(examples * tokens, 0, classes, 2).map((label, at) => (at % 3 === 0 ? notCounted : label));
  const [losses, dLogits] = [bench.unwritten(labels.length), bench.unwritten(logits.length)];
  const terms = labels.filter((label) => label !== notCounted).length;
  await bench.run(
    { examples, tokens },
    (recorder) => {
      const op = { classes, perToken: true, labels: bench.tensor(labels), logits: bench.tensor(logits) };
      crossEntropyForward(recorder, 'forward', { ...op, out: losses });
      crossEntropyBackward(recorder, 'backward', { ...op, out: dLogits });
    },
    { terms },
  );
  const shape = { examples: labels.length, classes };
  const expected = referenceForward(logits, labels, shape);
  expectClose(await bench.read(losses, labels.length), expected.losses, kernelTolerance, 'loss');
  const backward = referenceBackward(expected.probabilities, labels, shape);
  expectClose(await bench.read(dLogits, logits.length), backward, kernelTolerance, 'dLogits');
});
