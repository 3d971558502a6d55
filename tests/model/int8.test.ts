import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readEncoderFiles } from '../../src/files/encoder-files.ts';
import { roundFrozen } from '../../src/model/frozen-bits.ts';
import { dequantise, packInt8, quantiseRows, unpackInt8 } from '../../src/model/int8.ts';

const json = (path: string) => JSON.parse(readFileSync(`tests/golden/${path}`, 'utf8'));
const sha256 = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
  createHash('sha256')
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest('hex');

interface Case {
  name: string;
  row: number[];
  scale: number;
  q: number[];
  dequantised: number[];
}

test.each(json('quantise-cases.json').rows as Case[])('$name, as PyTorch has it', ({ row, scale, q, dequantised }) => {
  const matrix = quantiseRows(Float32Array.from(row), 1);
  expect(matrix).toEqual({ numbers: Int8Array.from(q), scales: Float32Array.of(scale) });
  // 0 and -0 are one weight.
  expect(Array.from(dequantise(matrix), (value) => value + 0)).toEqual(dequantised.map((value) => value + 0));
});

test('every matrix of an encoder has the numbers and scales that PyTorch recorded; nothing else is rounded', async () => {
  const files = await readEncoderFiles(async (name) => readFileSync(`tests/golden/models/tiny/${name}`));
  const { quantised } = json('runs/frozen-8bit-houlsby/expected.json');
  const { weights } = roundFrozen(files, 8);
  const matrices = [...weights].filter(([, { shape }]) => shape.length === 2);
  for (const [name, { int8 }] of matrices)
    expect({ q_sha256: int8 && sha256(int8.numbers), scale_sha256: int8 && sha256(int8.scales) }, name).toEqual(
      quantised[name],
    );
  expect(matrices.length).toBe(15);
  for (const [name, tensor] of weights) if (tensor.shape.length < 2) expect(tensor).toBe(files.weights.get(name));
});

test('lies on a device as it is read back', () => {
  const matrix = quantiseRows(Float32Array.of(1, -2, 3, 0.5, 7, -127, 0, 4), 2);
  const packed = packInt8(matrix);
  expect(packed.length).toBe(2 + 2);
  expect(unpackInt8(packed, 2, 4)).toEqual(matrix);
});

test.each([
  [16, 1e6, 'a weight that no half holds'],
  [8, Number.NaN, 'a weight that is no number'],
  [8, Number.POSITIVE_INFINITY, 'an infinite weight'],
] as const)('%i bits refuse %d: %s', (bits, value, _what) => {
  const weights = new Map([['encoder.dense.weight', { shape: [1, 4], data: Float32Array.of(0, value, 1, 2) }]]);
  expect(() => roundFrozen({ weights }, bits)).toThrow('encoder.dense.weight holds');
});
