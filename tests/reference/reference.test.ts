import { describe, expect, test } from 'vitest';
import { activations, notCounted } from '../../src/model/shapes.ts';
import { activationBackward, activationForward, erf } from '../../src/reference/activation.ts';
import { adamwStep, gradientNorm } from '../../src/reference/adamw.ts';
import { adapterBackward, adapterForward } from '../../src/reference/adapter.ts';
import { attentionBackward, attentionForward } from '../../src/reference/attention.ts';
import { binaryCrossEntropyBackward, binaryCrossEntropyForward } from '../../src/reference/binary-cross-entropy.ts';
import { columnSum } from '../../src/reference/column-sum.ts';
import { crossEntropyBackward, crossEntropyForward } from '../../src/reference/cross-entropy.ts';
import { dropoutFactor, dropoutKey } from '../../src/reference/dropout.ts';
import { embeddingBackward, embeddingForward } from '../../src/reference/embedding.ts';
import { gegluBackward, gegluForward } from '../../src/reference/geglu.ts';
import { layerNormBackward, layerNormForward } from '../../src/reference/layer-norm.ts';
import { matmulBackward, matmulForward } from '../../src/reference/matmul.ts';
import { poolingBackward, poolingForward } from '../../src/reference/pooling.ts';
import { ropeBackward, ropeForward } from '../../src/reference/rope.ts';
import { squaredErrorBackward, squaredErrorForward } from '../../src/reference/squared-error.ts';
import { dot, expectClose, integers, normals, numericalGradient } from '../support/numbers.ts';

/** Finite differences judge every backward of the float64 reference, entry by entry. */

const tolerance = { atol: 1e-8, rtol: 1e-6 };

/** Compares gradients with finite differences of `loss`, which reads the tensors as they are. */
function expectGradients(loss: () => number, tensors: Record<string, [Float64Array, Float64Array]>): void {
  for (const [name, [tensor, gradient]] of Object.entries(tensors))
    expectClose(gradient, numericalGradient(loss, tensor), tolerance, name);
}

test.each([
  [1, 33, 7],
  [7, 5, 33],
  [3, 1, 1],
])('matmul of %i rows, %i inputs, %i outputs', (rows, inputs, outputs) => {
  const shape = { rows, inputs, outputs };
  const [x, weight, bias, dOut] = [rows * inputs, outputs * inputs, outputs, rows * outputs].map(normals) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const { dX, dWeight, dBias } = matmulBackward(dOut, x, weight, shape);
  const loss = () => dot(matmulForward(x, weight, bias, shape), dOut);
  expectGradients(loss, { dX: [x, dX], dWeight: [weight, dWeight], dBias: [bias, dBias] });
  expectClose(columnSum(dOut, { rows, width: outputs }), dBias, tolerance);
});

describe('activation', () => {
  test('erf agrees with published values', () => {
    // Abramowitz & Stegun, table 7.1
    const table = [
      0, 0, 0.5, 0.5204998778130465, 1, 0.8427007929497149, 2, 0.9953222650189527, 3.5, 0.9999992569016276,
    ];
    for (let i = 0; i < table.length; i += 2) {
      expect(erf(table[i] as number)).toBeCloseTo(table[i + 1] as number, 14);
      expect(erf(-(table[i] as number))).toBeCloseTo(-(table[i + 1] as number), 14);
    }
  });

  test.each(activations)('%s', (kind) => {
    // Away from 0, where relu has no derivative.
    const z = normals(200, 3).map((value) => value * 3 + Math.sign(value) * 0.01);
    const dOut = normals(200, 4);
    const loss = () => dot(activationForward(kind, z), dOut);
    expectGradients(loss, { dZ: [z, activationBackward(kind, dOut, z)] });
  });

  test('values at 1 as PyTorch gives them', () => {
    const at1 = (kind: (typeof activations)[number]) => activationForward(kind, Float64Array.of(1))[0];
    expect(at1('gelu')).toBeCloseTo(0.8413447460685429, 12);
    expect(at1('gelu_new')).toBeCloseTo(0.8411919906082768, 12);
    expect(at1('swish')).toBeCloseTo(0.7310585786300049, 12);
    expect(at1('relu')).toBe(1);
  });
});

test.each([
  [1, 33],
  [7, 8],
])('layer norm of %i rows of %i', (rows, width) => {
  const shape = { rows, width };
  const x = normals(rows * width, 1).map((value) => 2 * value + 3);
  const [weight, bias, dOut] = [normals(width, 2), normals(width, 3), normals(rows * width, 4)];
  const { norm, rstd } = layerNormForward(x, weight, bias, shape, 1e-12);
  const first = norm.subarray(0, width);
  expect(first.reduce((sum, value) => sum + value, 0) / width).toBeCloseTo(0, 12);
  expect(first.reduce((sum, value) => sum + value * value, 0) / width).toBeCloseTo(1, 10);
  const { dX, dWeight, dBias } = layerNormBackward(dOut, norm, rstd, weight, shape);
  const loss = () => dot(layerNormForward(x, weight, bias, shape, 1e-12).out, dOut);
  expectGradients(loss, { dX: [x, dX], dWeight: [weight, dWeight], dBias: [bias, dBias] });
  const unbiased = () => dot(layerNormForward(x, weight, null, shape, 1e-12).out, dOut);
  expectGradients(unbiased, { dX: [x, dX], dWeight: [weight, dWeight] });
});

test.each([
  { batch: 2, tokens: 7, hidden: 12, heads: 3, theta: 10_000 },
  { batch: 1, tokens: 5, hidden: 2, heads: 1, theta: 160_000 },
])('rope %o', ({ theta, ...shape }) => {
  const { batch, tokens, hidden } = shape;
  const qkv = normals(batch * tokens * 3 * hidden, 1);
  const dOut = normals(qkv.length, 2);
  const dQkv = ropeBackward(dOut, shape, theta);
  expectGradients(() => dot(ropeForward(qkv, shape, theta), dOut), { dQkv: [qkv, dQkv] });
  // Complex numbers x1 + i x2, multiplied by e^(i t θ^(-2j/d)); the first position stays.
  const out = ropeForward(qkv, shape, theta);
  expect([...out.subarray(0, 3 * hidden)]).toEqual([...qkv.subarray(0, 3 * hidden)]);
  const half = hidden / (shape.heads * 2);
  const [before, after] = [3 * hidden, 3 * hidden + half].map((at) => [qkv[at] as number, out[at] as number]) as [
    [number, number],
    [number, number],
  ];
  expect(Math.hypot(before[1], after[1])).toBeCloseTo(Math.hypot(before[0], after[0]), 12);
  const angle = Math.atan2(after[1], before[1]) - Math.atan2(after[0], before[0]);
  expect(Math.cos(angle)).toBeCloseTo(Math.cos(1), 12);
  expect(Math.sin(angle)).toBeCloseTo(Math.sin(1), 12);
});

test('geglu', () => {
  const shape = { rows: 5, width: 7 };
  const [wide, dOut] = [normals(70, 1), normals(35, 2)];
  const dWide = gegluBackward(dOut, wide, shape);
  expectGradients(() => dot(gegluForward(wide, shape), dOut), { dWide: [wide, dWide] });
  // gelu(1) = 0.8413, of the first half; the second is the gate.
  expect(gegluForward(Float64Array.of(1, 3), { rows: 1, width: 1 })[0]).toBeCloseTo(3 * 0.8413447460685429, 12);
});

test('attention within a window', () => {
  const shape = { batch: 2, tokens: 9, hidden: 12, heads: 3, reach: 2 };
  const lengths = Uint32Array.of(9, 3);
  const qkv = normals(2 * 9 * 36, 1);
  const dContext = normals(2 * 9 * 12, 2);
  const { probabilities, context } = attentionForward(qkv, lengths, shape);
  probabilities.forEach((p, at) => {
    const [example, query, key] = [Math.floor(at / 243), Math.floor(at / 9) % 9, at % 9];
    expect(p > 0, `${example} ${query} ${key}`).toBe(key < (lengths[example] ?? 0) && Math.abs(query - key) <= 2);
  });
  // A padded query too far from every real key.
  expect([...context.subarray(context.length - 12)].every((value) => value === 0)).toBe(true);
  const dQkv = attentionBackward(dContext, qkv, probabilities, shape);
  expectGradients(() => dot(attentionForward(qkv, lengths, shape).context, dContext), { dQkv: [qkv, dQkv] });
});

test.each([
  { batch: 2, tokens: 7, hidden: 12, heads: 3, lengths: [7, 4] },
  { batch: 1, tokens: 1, hidden: 33, heads: 3, lengths: [1] },
  { batch: 2, tokens: 5, hidden: 33, heads: 1, lengths: [1, 5] },
])('attention %o', ({ lengths: real, ...shape }) => {
  const { batch, tokens, hidden, heads } = shape;
  const lengths = Uint32Array.from(real);
  const qkv = normals(batch * tokens * 3 * hidden, 1);
  const dContext = normals(batch * tokens * hidden, 2);
  const { probabilities } = attentionForward(qkv, lengths, shape);
  for (let row = 0; row < batch * heads * tokens; row++) {
    const keys = probabilities.subarray(row * tokens, (row + 1) * tokens);
    expect(keys.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
    expect([...keys.subarray(real[Math.floor(row / heads / tokens)])].every((p) => p === 0)).toBe(true);
  }
  const dQkv = attentionBackward(dContext, qkv, probabilities, shape);
  expectGradients(() => dot(attentionForward(qkv, lengths, shape).context, dContext), { dQkv: [qkv, dQkv] });
});

describe('adapter', () => {
  const shape = { rows: 5, hidden: 33, bottleneck: 7 };
  const { rows, hidden, bottleneck } = shape;
  const x = normals(rows * hidden, 1);
  const weights = {
    downWeight: normals(bottleneck * hidden, 2),
    downBias: normals(bottleneck, 3),
    upWeight: normals(hidden * bottleneck, 4),
    upBias: normals(hidden, 5),
  };
  const dOut = normals(rows * hidden, 6);

  test.each([
    { activation: 'gelu', scaling: 1, dropout: 0 },
    { activation: 'swish', scaling: 2.5, dropout: 0.3 },
    { activation: 'gelu_new', scaling: 0.5, dropout: 0.1 },
  ] as const)('gradients with %o', (options) => {
    const settings = { ...options, key: dropoutKey(7, 3, 1) };
    const saved = adapterForward(x, weights, shape, settings);
    const gradients = adapterBackward(dOut, x, saved, weights, shape, settings);
    expectGradients(() => dot(adapterForward(x, weights, shape, settings).out, dOut), {
      dX: [x, gradients.dX],
      dDownWeight: [weights.downWeight, gradients.dDownWeight],
      dDownBias: [weights.downBias, gradients.dDownBias],
      dUpWeight: [weights.upWeight, gradients.dUpWeight],
      dUpBias: [weights.upBias, gradients.dUpBias],
    });
  });

  test('is exactly 0 with a zero up-projection', () => {
    const zero = { ...weights, upWeight: new Float64Array(hidden * bottleneck), upBias: new Float64Array(hidden) };
    const { out } = adapterForward(x, zero, shape, { activation: 'gelu', scaling: 1, dropout: 0, key: 0 });
    expect(out.every((value) => value === 0)).toBe(true);
  });
});

describe('dropout', () => {
  test('drops the asked-for share and scales the rest', () => {
    const key = dropoutKey(1, 2, 3);
    const factors = Array.from({ length: 100_000 }, (_, i) => dropoutFactor(key, i, 0.1));
    const dropped = factors.filter((factor) => factor === 0).length / factors.length;
    // Five standard deviations.
    expect(Math.abs(dropped - 0.1)).toBeLessThan(5 * Math.sqrt((0.1 * 0.9) / factors.length));
    expect(new Set(factors)).toEqual(new Set([0, 1 / 0.9]));
  });

  test.each([
    ['seed', dropoutKey(2, 2, 3)],
    ['step', dropoutKey(1, 3, 3)],
    ['site', dropoutKey(1, 2, 4)],
  ])('another %s draws another mask', (_, other) => {
    const key = dropoutKey(1, 2, 3);
    const same = Array.from(
      { length: 10_000 },
      (_unused, i) => dropoutFactor(key, i, 0.5) === dropoutFactor(other, i, 0.5),
    );
    expect(Math.abs(same.filter(Boolean).length / 10_000 - 0.5)).toBeLessThan(0.03);
  });
});

test.each(['cls', 'mean'] as const)('pooling %s', (pooling) => {
  const shape = { batch: 3, tokens: 7, hidden: 5 };
  const lengths = Uint32Array.of(1, 7, 4);
  const x = normals(3 * 7 * 5, 1);
  const dOut = normals(3 * 5, 2);
  const dX = poolingBackward(pooling, dOut, lengths, shape);
  expectGradients(() => dot(poolingForward(pooling, x, lengths, shape), dOut), { dX: [x, dX] });
});

test('embedding', () => {
  const shape = { batch: 2, tokens: 5, hidden: 3 };
  const ids = integers(10, 0, 4, 1);
  const types = integers(10, 0, 2, 6);
  const tables = { word: normals(6 * 3, 2), position: normals(8 * 3, 3), tokenType: normals(2 * 3, 4) };
  const dOut = normals(2 * 5 * 3, 5);
  const { dWord, dPosition, dTokenType } = embeddingBackward(dOut, ids, types, tables, shape);
  expectGradients(() => dot(embeddingForward(ids, types, tables, shape), dOut), {
    dWord: [tables.word, dWord],
    dPosition: [tables.position, dPosition],
    dTokenType: [tables.tokenType, dTokenType],
  });
});

describe('cross entropy', () => {
  test('gradients', () => {
    const shape = { examples: 3, classes: 5 };
    const logits = normals(15, 1);
    const labels = Uint32Array.of(4, 0, 2);
    const { probabilities } = crossEntropyForward(logits, labels, shape);
    const loss = () => crossEntropyForward(logits, labels, shape).losses.reduce((sum, value) => sum + value, 0) / 3;
    expectGradients(loss, { dLogits: [logits, crossEntropyBackward(probabilities, labels, shape)] });
  });

  test('gradients where a row is not counted', () => {
    const shape = { examples: 3, classes: 5 };
    const logits = normals(15, 1);
    const labels = Uint32Array.of(4, notCounted, 2);
    const { probabilities } = crossEntropyForward(logits, labels, shape);
    const loss = () => crossEntropyForward(logits, labels, shape).losses.reduce((sum, value) => sum + value, 0) / 2;
    expectGradients(loss, { dLogits: [logits, crossEntropyBackward(probabilities, labels, shape)] });
  });

  test('uniform logits cost ln C; huge ones do not overflow', () => {
    const shape = { examples: 1, classes: 4 };
    expect(crossEntropyForward(new Float64Array(4), Uint32Array.of(2), shape).losses[0]).toBeCloseTo(Math.log(4), 14);
    const huge = crossEntropyForward(Float64Array.of(1e4, -1e4, 0, 0), Uint32Array.of(1), shape);
    expect(huge.losses[0]).toBeCloseTo(2e4, 8);
  });
});

describe('binary cross entropy', () => {
  const shape = { examples: 3, classes: 2 };
  const targets = Float64Array.of(0, 1, 1, 1, 0, 0);

  test('gradients', () => {
    const logits = normals(6, 1);
    const loss = () => binaryCrossEntropyForward(logits, targets, shape).reduce((sum, value) => sum + value, 0) / 6;
    expectGradients(loss, { dLogits: [logits, binaryCrossEntropyBackward(logits, targets)] });
  });

  test('a logit of 0 costs ln 2; huge ones do not overflow', () => {
    expect(binaryCrossEntropyForward(new Float64Array(2), targets, shape)[0]).toBeCloseTo(2 * Math.log(2), 14);
    expect(binaryCrossEntropyForward(Float64Array.of(1e4, -1e4), targets, shape)[0]).toBeCloseTo(2e4, 8);
  });
});

test('squared error', () => {
  const shape = { examples: 5, outputs: 1 };
  const logits = normals(5, 1);
  const targets = normals(5, 2);
  const loss = () => squaredErrorForward(logits, targets, shape).reduce((sum, value) => sum + value, 0) / 5;
  expectGradients(loss, { dLogits: [logits, squaredErrorBackward(logits, targets)] });
});

describe('AdamW', () => {
  const settings = {
    learningRate: 0.01,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    weightDecay: 0.1,
    clip: null,
    update: 1,
  };
  const start = {
    parameters: Float64Array.of(1, 1),
    firstMoments: new Float64Array(2),
    secondMoments: new Float64Array(2),
  };

  test('the first update moves by the learning rate, against the sign; decay only in front', () => {
    const { parameters } = adamwStep(start, Float64Array.of(0.3, -2), 1, settings);
    expect(parameters[0]).toBeCloseTo(1 - 0.01 * 0.1 - 0.01, 9);
    expect(parameters[1]).toBeCloseTo(1 + 0.01, 9);
  });

  test('clips to the global norm', () => {
    const gradients = Float64Array.of(3, 4);
    expect(gradientNorm(gradients)).toBe(5);
    const { firstMoments } = adamwStep(start, gradients, 0, { ...settings, clip: 1 });
    expectClose(firstMoments, [0.06, 0.08], { atol: 1e-7, rtol: 0 });
  });
});
