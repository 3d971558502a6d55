import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { FlateErrorCode } from 'fflate';
import { describe, expect, test } from 'vitest';
import { inflateReason } from '../../src/base/inflate-error.ts';
import { msg, toEnglish, UserError } from '../../src/base/message.ts';
import { Gunzip } from '../../src/data/readers/gunzip.ts';

/** Unpacks in chunks of a size. */
function unpack(bytes: Uint8Array, size: number): string {
  const gunzip = new Gunzip();
  const given: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) given.push(...gunzip.push(bytes.subarray(at, at + size)));
  gunzip.end();
  return Buffer.concat(given).toString('utf8');
}

const words = (count: number) => Array.from({ length: count }, (_, i) => `word ${(i * 7919) % 1013}`).join(' ');

describe('gzip', () => {
  test('a chunk of any size, as a browser hands over', () => {
    const text = Array.from({ length: 60_000 }, (_, i) => (i * 2_654_435_761) % 4_294_967_291).join();
    const packed = gzipSync(text);
    expect(packed.length).toBeGreaterThan(2 ** 18);
    expect(unpack(packed, packed.length)).toBe(text);
  });

  test('members one after another and zero bytes behind or between them, in chunks of any size', () =>
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            count: fc.constantFrom(0, 1, 20, 3000),
            level: fc.constantFrom(0, 1, 9),
            zeros: fc.constantFrom(0, 0, 3, 700),
          }),
          { minLength: 1, maxLength: 4 },
        ),
        fc.constantFrom(1, 2, 7, 19, 64, 1000, 65536),
        (members, size) => {
          const packed = members.flatMap(({ count, level, zeros }) => [
            gzipSync(words(count), { level }),
            Buffer.alloc(zeros),
          ]);
          expect(unpack(Buffer.concat(packed), size)).toBe(members.map(({ count }) => words(count)).join(''));
        },
      ),
      { numRuns: 150 },
    ));

  test('a header with a name, a comment, an extra field and its own checksum', () => {
    const plain = gzipSync('some text');
    const header = Buffer.concat([
      Buffer.from([0x1f, 0x8b, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 3]),
      Buffer.from([3, 0, 1, 2, 3]),
      Buffer.from('name\0comment\0'),
      Buffer.from([9, 9]),
    ]);
    for (const size of [1, 5, 1000])
      expect(unpack(Buffer.concat([header, plain.subarray(10)]), size)).toBe('some text');
  });

  test('what is cut off, damaged or followed by something else is refused', () => {
    const whole = gzipSync(words(2000));
    for (const length of [1, 5, 11, 200, whole.length - 9, whole.length - 1])
      expect(() => unpack(whole.subarray(0, length), 50)).toThrow('unexpected EOF');
    const damaged = Buffer.from(whole);
    damaged[whole.length - 6] = (damaged[whole.length - 6] ?? 0) ^ 1;
    expect(() => unpack(damaged, 1000)).toThrow('checksum');
    expect(() => unpack(Buffer.concat([whole, Buffer.from('and text')]), 1000)).toThrow('bytes that are not gzip');
  });
});

test('what is damaged is told by its code, whatever the words', () => {
  const thrown = (code: unknown) => toEnglish(inflateReason(Object.assign(new Error('in other words'), { code })));
  expect(thrown(FlateErrorCode.InvalidDistance)).toBe('invalid distance');
  expect(thrown(FlateErrorCode.UnexpectedEOF)).toBe('unexpected EOF');
  for (const code of [FlateErrorCode.NoCallback, 'EIO', undefined]) expect(thrown(code)).toBe('in other words');
  expect(toEnglish(inflateReason(new UserError(msg`its header does not end`)))).toBe('its header does not end');
});
