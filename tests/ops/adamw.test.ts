import { describe, test } from 'vitest';
import { type AdamWState, gradientNorm, adamwStep as reference } from '../../src/reference/adamw.ts';
import { adamwStep, normPartials } from '../../src/webgpu/ops/adamw.ts';
import type { GradientParts } from '../../src/webgpu/ops/recorder.ts';
import { expectClose, normals } from '../support/numbers.ts';
import { opBench } from '../support/op-bench.ts';

const bench = opBench();

/** Two copies of gradients, a quarter in each. */
function inCopies(gradients: Float64Array): GradientParts {
  const { length } = gradients;
  const copies = bench.tensor(Float64Array.from({ length: 2 * length }, (_, i) => (gradients[i % length] ?? 0) / 4));
  return { of: copies, stride: length, count: 2, copies };
}
const settings = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, learningRate: 0.003 };
const tight = { atol: 1e-7, rtol: 1e-6 };

describe.each([
  { count: 1, decayed: 1, weightDecay: 0.1, clip: null },
  { count: 33, decayed: 7, weightDecay: 0.01, clip: 1 },
  { count: 70_001, decayed: 4096, weightDecay: 0.01, clip: 1000 },
])('AdamW %o', ({ count, decayed, weightDecay, clip }) => {
  test('two updates', async () => {
    let state: AdamWState = {
      parameters: Float64Array.from(Float32Array.from(normals(count, 1))),
      firstMoments: new Float64Array(count),
      secondMoments: new Float64Array(count),
    };
    const slices = {
      parameters: bench.tensor(state.parameters),
      firstMoments: bench.zeros(count),
      secondMoments: bench.zeros(count),
      norm: bench.unwritten(1),
      partials: bench.unwritten(normPartials),
    };
    for (const update of [1, 2]) {
      const gradients = normals(count, 10 + update);
      const corrections: [number, number] = [1 - settings.beta1 ** update, 1 - settings.beta2 ** update];
      await bench.run(
        { examples: 1, tokens: 1 },
        (recorder) =>
          adamwStep(recorder, 'adamw', {
            ...settings,
            weightDecay,
            clip,
            count,
            decayed,
            ...slices,
            // At the second update half of each gradient lies in copies.
            gradients: bench.tensor(update === 1 ? gradients : gradients.map((g) => g / 2)),
            parts: update === 1 ? null : inCopies(gradients),
          }),
        { learningRate: settings.learningRate, corrections },
      );
      state = reference(state, gradients, decayed, { ...settings, weightDecay, clip, update });
      expectClose(await bench.read(slices.norm, 1), [gradientNorm(gradients)], tight, 'norm');
      expectClose(
        await bench.read(slices.parameters, count),
        state.parameters,
        { atol: 1e-6, rtol: 1e-6 },
        'parameters',
      );
      expectClose(await bench.read(slices.firstMoments, count), state.firstMoments, tight, 'first moments');
      expectClose(await bench.read(slices.secondMoments, count), state.secondMoments, tight, 'second moments');
    }
  });
});
