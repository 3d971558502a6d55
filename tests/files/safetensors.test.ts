import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSafetensors, SafetensorsError, toFloat32, writeSafetensors } from '../../src/files/formats/safetensors.ts';

const file = (header: unknown, data = new Uint8Array(), length?: bigint): Uint8Array => {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(data, 8 + json.length);
  return bytes;
};

const tensor = (shape: unknown, offsets: unknown, dtype = 'F32') => ({ dtype, shape, data_offsets: offsets });
const eight = new Uint8Array(8);

test.each([
  ['an empty file', new Uint8Array(), 'too few'],
  ['a header longer than the file', file({}, eight, 1000n), 'claims 1000'],
  ['a huge header length', file({}, eight, 2n ** 63n), 'claims'],
  ['a header that is not JSON', file('{"a":'), 'not JSON'],
  ['a header that is a list', file([]), 'not a JSON object'],
  ['data cut off', file({ a: tensor([4], [0, 16]) }, eight), 'cut off'],
  ['ends before it begins', file({ a: tensor([2], [8, 0]) }, eight), 'bytes 8 to 0'],
  ['a negative offset', file({ a: tensor([2], [-8, 0]) }, eight), 'data_offsets'],
  ['a shape that needs more', file({ a: tensor([3], [0, 8]) }, eight), 'needs 12 bytes'],
  ['a shape that overflows', file({ a: tensor([2 ** 40, 2 ** 40], [0, 8]) }, eight), 'needs'],
  ['a fractional shape', file({ a: tensor([1.5], [0, 8]) }, eight), 'shape'],
  ['an unknown type', file({ a: tensor([2], [0, 8], 'X9') }, eight), 'dtype'],
  ['overlapping tensors', file({ a: tensor([2], [0, 8]), b: tensor([2], [0, 8]) }, eight), 'was expected'],
  ['bytes of no tensor', file({ a: tensor([1], [0, 4]) }, eight), 'belong to no tensor'],
  ['an entry that is no object', file({ a: 3 }, eight), 'tensor a'],
])('%s is refused', (_, bytes, reason) => {
  expect(() => readSafetensors(bytes, 'model.safetensors')).toThrow(SafetensorsError);
  expect(() => readSafetensors(bytes, 'model.safetensors')).toThrow(reason);
});

test('random and damaged files either read or are refused, never anything else', () => {
  const sound = writeSafetensors(new Map([['x', { shape: [2, 3], data: new Float32Array([1, 2, 3, 4, 5, 6]) }]]));
  const damaged = fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { maxLength: 8 }).map((changes) => {
    const copy = sound.slice();
    for (const [at, byte] of changes) copy[at] = byte;
    return copy;
  });
  const cut = fc.nat(sound.length).map((length) => sound.slice(0, length));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), damaged, cut), (bytes) => {
      try {
        readSafetensors(bytes, 'fuzz');
      } catch (error) {
        expect(error).toBeInstanceOf(SafetensorsError);
      }
    }),
    { numRuns: 2000 },
  );
});

describe('widening', () => {
  const widen = (dtype: 'F16' | 'BF16' | 'F64' | 'I64', bytes: Uint8Array, count: number) =>
    toFloat32({ dtype, shape: [count], bytes }, 'x');

  test('F16 is exact: ones, subnormals, the largest, infinities', () => {
    const bits = Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x03ff, 0x7bff, 0x7c00, 0xfc00, 0x8000);
    const expected = [1, -2, 2 ** -24, 1023 * 2 ** -24, 65504, Infinity, -Infinity, -0];
    expect([...widen('F16', new Uint8Array(bits.buffer), 8)]).toEqual(expected);
    expect(widen('F16', new Uint8Array(Uint16Array.of(0x7e00).buffer), 1)[0]).toBeNaN();
  });

  test('BF16 and F64', () => {
    expect([...widen('BF16', new Uint8Array(Uint16Array.of(0x3f80, 0xc040).buffer), 2)]).toEqual([1, -3]);
    expect([...widen('F64', new Uint8Array(Float64Array.of(0.5, -7).buffer), 2)]).toEqual([0.5, -7]);
  });

  test('integers are refused as weights', () => {
    expect(() => widen('I64', new Uint8Array(8), 1)).toThrow('I64');
  });
});

test('what is written reads back, at any alignment', () => {
  const data = Float32Array.of(1.5, -2, 3e-30);
  const bytes = writeSafetensors(new Map([['a.b', { shape: [3, 1], data }]]), { note: 'é' });
  const shifted = new Uint8Array(bytes.length + 1);
  shifted.set(bytes, 1);
  const raw = readSafetensors(shifted.subarray(1), 'x').get('a.b');
  expect(raw?.shape).toEqual([3, 1]);
  expect(raw && toFloat32(raw, 'a.b')).toEqual(data);
});

test('reads what PyTorch wrote', () => {
  const bytes = readFileSync('tests/golden/runs/head-only/initial.safetensors');
  expect([...readSafetensors(bytes, 'initial').keys()].sort()).toEqual([
    'heads.golden.1.bias',
    'heads.golden.1.weight',
  ]);
});
