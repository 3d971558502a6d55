import { z } from 'zod';
import { msg, UserError } from '../../base/message.ts';

/** Values as the browser stores them, as JSON and the bytes of their arrays: numbers come back bit by bit. */

/** JSON that stands for no value of a page's storage. The message says why. */
export class PlainValueError extends UserError {
  override name = 'PlainValueError';
}

export interface EncodedValue {
  json: unknown;
  /** Arrays one after another, each at a multiple of eight. */
  bytes: Uint8Array<ArrayBuffer>;
}

const arrays = {
  Float32Array,
  Float64Array,
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
} as const;
type ArrayName = keyof typeof arrays;
const isArrayName = (name: string): name is ArrayName => Object.hasOwn(arrays, name);

/** No record is nested deeper; beyond, a damaged value is cut off. */
const maxDepth = 100;
/** No record has more lists and objects; a damaged value may hold itself. */
const maxParts = 1e7;
const aligned = (bytes: number) => Math.ceil(bytes / 8) * 8;

/** Any value that a browser stores; what is no number, text, list, object, map or array of numbers is written as text. */
export function encodeValue(value: unknown): EncodedValue {
  const chunks: { at: number; bytes: Uint8Array }[] = [];
  let length = 0;
  let parts = 0;
  const encode = (inner: unknown, depth: number): unknown => {
    if (inner === null || typeof inner === 'string' || typeof inner === 'boolean') return inner;
    if (typeof inner === 'number')
      return Number.isFinite(inner) && !Object.is(inner, -0) ? inner : { $: 'number', text: numberText(inner) };
    if (inner === undefined) return { $: 'undefined' };
    if (typeof inner !== 'object' || depth > maxDepth || ++parts > maxParts) return { $: 'text', text: String(inner) };
    if (Array.isArray(inner)) return inner.map((part) => encode(part, depth + 1));
    if (inner instanceof Map)
      return { $: 'Map', entries: [...inner].map((pair) => pair.map((part) => encode(part, depth + 1))) };
    if (ArrayBuffer.isView(inner) && isArrayName(inner.constructor.name)) {
      const bytes = new Uint8Array(inner.buffer, inner.byteOffset, inner.byteLength);
      const at = length;
      chunks.push({ at, bytes });
      length += aligned(bytes.length);
      return { $: inner.constructor.name, at, bytes: bytes.length };
    }
    if (Object.getPrototypeOf(inner) !== Object.prototype) return { $: 'text', text: String(inner) };
    const entries = Object.entries(inner).map(([key, part]) => [key, encode(part, depth + 1)]);
    return Object.hasOwn(inner, '$') ? { $: 'object', entries } : Object.fromEntries(entries);
  };
  const json = encode(value, 0);
  const bytes = new Uint8Array(length);
  for (const chunk of chunks) bytes.set(chunk.bytes, chunk.at);
  return { json, bytes };
}

const numberText = (value: number) => (Object.is(value, -0) ? '-0' : String(value));

const whole = z.number().int().min(0);
const tagged = z.discriminatedUnion('$', [
  z.object({ $: z.literal('number'), text: z.enum(['NaN', 'Infinity', '-Infinity', '-0']) }),
  z.object({ $: z.literal(['text', 'undefined']), text: z.string().optional() }),
  z.object({ $: z.literal('Map'), entries: z.array(z.tuple([z.unknown(), z.unknown()])) }),
  z.object({ $: z.literal('object'), entries: z.array(z.tuple([z.string(), z.unknown()])) }),
  z.object({ $: z.enum(Object.keys(arrays) as [ArrayName, ...ArrayName[]]), at: whole, bytes: whole }),
]);

/**
 * The value that `encodeValue` encoded.
 * @throws PlainValueError
 */
export function decodeValue({ json, bytes }: { json: unknown; bytes: Uint8Array }): unknown {
  const decode = (inner: unknown, depth: number): unknown => {
    if (depth > 2 * maxDepth) throw new PlainValueError(msg`a value is nested too deep`);
    if (typeof inner !== 'object' || inner === null) return inner;
    if (Array.isArray(inner)) return inner.map((part) => decode(part, depth + 1));
    if (!Object.hasOwn(inner, '$'))
      return Object.fromEntries(Object.entries(inner).map(([key, part]) => [key, decode(part, depth + 1)]));
    const parsed = tagged.safeParse(inner);
    if (!parsed.success) throw new PlainValueError(msg`a value is of no known kind`);
    const { data } = parsed;
    if ('at' in data) return arrayOf(data.$, bytes, data.at, data.bytes);
    if (data.$ === 'Map')
      return new Map(data.entries.map(([key, part]) => [decode(key, depth + 1), decode(part, depth + 1)]));
    if (data.$ === 'object')
      return Object.fromEntries(data.entries.map(([key, part]) => [key, decode(part, depth + 1)]));
    return data.$ === 'number' ? Number(data.text) : data.text;
  };
  return decode(json, 0);
}

function arrayOf(name: ArrayName, bytes: Uint8Array, at: number, length: number) {
  const { BYTES_PER_ELEMENT: size } = arrays[name];
  if (at + length > bytes.length || length % size !== 0)
    throw new PlainValueError(msg`an array lies outside of its file`);
  return new arrays[name](bytes.slice(at, at + length).buffer);
}
