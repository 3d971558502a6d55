import { describe, test } from 'vitest';
import { activations } from '../../src/model/shapes.ts';
import { activationBackward, activationForward } from '../../src/reference/activation.ts';
import { matmulBackward, matmulForward as referenceForward } from '../../src/reference/matmul.ts';
import {
  matmulBackwardInput,
  matmulBackwardInputActivated,
  matmulBackwardWeight,
  matmulForward,
  matmulForwardActivated,
} from '../../src/webgpu/ops/matmul.ts';
import { expectClose, normals } from '../support/numbers.ts';
import { kernelTolerance, oddSizes, opBench } from '../support/op-bench.ts';

const bench = opBench();
const widths: [number, number][] = [
  [33, 9],
  [1, 1],
  [16, 40],
];
const cases = oddSizes
  .flatMap((size) => widths.map(([inputs, outputs]) => ({ ...size, inputs, outputs })))
  .map((shape, index) => ({ ...shape, index }));

describe.each(cases)('matmul %o', ({ examples, tokens, inputs, outputs, index }) => {
  const rows = examples * tokens;
  const size = { examples, tokens };
  const shape = { rows, inputs, outputs };
  const x = normals(rows * inputs, 1);
  const weight = normals(outputs * inputs, 2);
  const bias = normals(outputs, 3);
  const dOut = normals(rows * outputs, 4);

  test('forward, backward', async () => {
    const [gx, gw, gd] = [bench.tensor(x), bench.tensor(weight), bench.tensor(dOut)];
    const out = bench.unwritten(rows * outputs);
    const addend = normals(rows * inputs, 5);
    const dX = bench.unwritten(rows * inputs);
    const dWeight = bench.tensor(new Float64Array(outputs * inputs).fill(0.5));
    await bench.run(size, (recorder) => {
      matmulForward(recorder, 'forward', { inputs, outputs, x: gx, weight: gw, bias: bench.tensor(bias), out });
      matmulBackwardInput(recorder, 'input', {
        inputs,
        outputs,
        dOut: gd,
        weight: gw,
        addend: bench.tensor(addend),
        dX,
      });
      matmulBackwardWeight(recorder, 'weight', { inputs, outputs, dOut: gd, x: gx, dWeight });
    });
    const expected = matmulBackward(dOut, x, weight, shape);
    expectClose(
      await bench.read(out, rows * outputs),
      referenceForward(x, weight, bias, shape),
      kernelTolerance,
      'out',
    );
    expectClose(
      await bench.read(dX, rows * inputs),
      expected.dX.map((value, i) => value + (addend[i] as number)),
      kernelTolerance,
      'dX with an addend',
    );
    expectClose(
      await bench.read(dWeight, outputs * inputs),
      expected.dWeight.map((value) => value + 0.5),
      kernelTolerance,
      'dWeight adds',
    );
  });

  // Every activation once, on some shape: which does not matter to the others.
  test.each(activations.filter((_, i) => i === index % activations.length))('followed by %s', async (activation) => {
    const z = referenceForward(x, weight, bias, shape);
    const [out, kept] = [bench.unwritten(rows * outputs), bench.unwritten(rows * outputs)];
    // The layer's input was f(z0).
    const z0 = normals(rows * inputs, 6);
    const dZ = bench.unwritten(rows * inputs);
    const op = { inputs, outputs, activation, weight: bench.tensor(weight) };
    await bench.run(size, (recorder) => {
      matmulForwardActivated(recorder, 'f', {
        ...op,
        x: bench.tensor(x),
        bias: bench.tensor(bias),
        preactivation: kept,
        out,
      });
      matmulBackwardInputActivated(recorder, 'b', {
        ...op,
        dOut: bench.tensor(dOut),
        preactivation: bench.tensor(z0),
        dPreactivation: dZ,
      });
    });
    expectClose(await bench.read(kept, z.length), z, kernelTolerance, 'z');
    expectClose(await bench.read(out, z.length), activationForward(activation, z), kernelTolerance, 'f(z)');
    const { dX } = matmulBackward(dOut, x, weight, shape);
    expectClose(await bench.read(dZ, z0.length), activationBackward(activation, dX, z0), kernelTolerance, 'dZ');
  });
});

test('a scaled product into a part of wider rows, as LoRA needs it', async () => {
  const size = { examples: 2, tokens: 5 };
  const [rows, inputs, outputs] = [10, 4, 33];
  const wide = 3 * outputs;
  const op = { inputs, outputs, outStride: wide, outOffset: 2 * outputs, scale: 0.5 };
  const [x, weight, before] = [normals(rows * inputs, 1), normals(outputs * inputs, 2), normals(rows * wide, 3)];
  const out = bench.tensor(before);
  const dX = bench.unwritten(rows * inputs);
  const dWeight = bench.zeros(outputs * inputs);
  const dOut = bench.tensor(before);
  const [gx, gw] = [bench.tensor(x), bench.tensor(weight)];
  await bench.run(size, (recorder) => {
    matmulForward(recorder, 'forward', { ...op, x: gx, weight: gw, accumulate: true, out });
    matmulBackwardInput(recorder, 'input', { ...op, dOut, weight: gw, dX });
    matmulBackwardWeight(recorder, 'weight', { ...op, dOut, x: gx, dWeight });
  });
  const product = referenceForward(x, weight, new Float64Array(outputs), { rows, inputs, outputs });
  const expected = before.map((value, at) => {
    const column = (at % wide) - 2 * outputs;
    return column < 0 ? value : value + 0.5 * (product[Math.floor(at / wide) * outputs + column] as number);
  });
  expectClose(await bench.read(out, expected.length), expected, kernelTolerance, 'out');
  const third = Float64Array.from(
    { length: rows * outputs },
    (_, i) => 0.5 * (before[Math.floor(i / outputs) * wide + 2 * outputs + (i % outputs)] as number),
  );
  const backward = matmulBackward(third, x, weight, { rows, inputs, outputs });
  expectClose(await bench.read(dX, rows * inputs), backward.dX, kernelTolerance, 'dX');
  expectClose(await bench.read(dWeight, outputs * inputs), backward.dWeight, kernelTolerance, 'dWeight');
});
