import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { jsonFromBytes } from '../../src/base/json.ts';
import { sha256, sha256Hex } from '../../src/base/sha256.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);

test.each(['', 'abc', 'x'.repeat(1000)])('SHA-256 is that of Node: %#', async (text) => {
  const expected = createHash('sha256').update(text);
  expect(await sha256Hex(utf8(text))).toBe(expected.copy().digest('hex'));
  expect(await sha256(utf8(text))).toEqual(new Uint8Array(expected.digest()));
});

test('JSON is read from bytes; what is not UTF-8 is replaced or refused', () => {
  expect(jsonFromBytes(utf8('{"a": ["ä"]}'))).toEqual({ a: ['ä'] });
  expect(() => jsonFromBytes(utf8('{"a": '))).toThrow(SyntaxError);
  const latin1 = new Uint8Array([0x22, 0xe4, 0x22]);
  expect(jsonFromBytes(latin1)).toBe('\ufffd');
  expect(() => jsonFromBytes(latin1, { fatal: true })).toThrow(TypeError);
});
