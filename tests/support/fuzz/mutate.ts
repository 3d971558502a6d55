import { type FileSet, utf8 } from '../../../src/base/file-set.ts';
import { createRandom } from '../../../src/base/random.ts';

/** Sound input, damaged at random: bits, pieces and lengths of bytes; values and keys of JSON; files of a folder. */

export interface Dice {
  /** A whole number from 0 up to `below`, exclusive. */
  draw(below: number): number;
  pick<T>(list: readonly T[]): T;
}

export function diceOf(seed: number): Dice {
  const { uniform } = createRandom(seed);
  const draw = (below: number) => Math.floor(uniform() * below);
  return { draw, pick: (list) => list[draw(list.length)] as (typeof list)[number] };
}

const join = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));

type Change = (bytes: Uint8Array, dice: Dice) => Uint8Array;

/** Lengths that files claim: none, small, and far more than they have. */
const lengths = [0, 1, 0x7f, 0xff, 0xffff, 0x00ffffff, 0x10000000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];

function poke(bytes: Uint8Array, at: number, size: 1 | 2 | 4 | 8, value: number, little: boolean): Uint8Array {
  const changed = new Uint8Array(bytes);
  if (at + size > changed.length) return changed;
  const view = new DataView(changed.buffer);
  if (size === 1) view.setUint8(at, value);
  if (size === 2) view.setUint16(at, value, little);
  if (size === 4) view.setUint32(at, value, little);
  if (size === 8) view.setBigUint64(at, BigInt(value) << (value > 0xffff ? 8n : 0n), little);
  return changed;
}

const byteChanges: Change[] = [
  (bytes, { draw }) => {
    const changed = new Uint8Array(bytes);
    for (let n = 1 + draw(4); n > 0; n--) {
      const at = draw(changed.length);
      changed[at] = (changed[at] ?? 0) ^ (1 << draw(8));
    }
    return changed;
  },
  (bytes, { draw, pick }) => poke(bytes, draw(bytes.length), 1, pick([0, 1, 0x22, 0x2c, 0x7f, 0x80, 0xff]), true),
  (bytes, { draw, pick }) => poke(bytes, draw(bytes.length), pick([2, 4, 8]), pick(lengths), draw(4) > 0),
  (bytes, { draw }) => bytes.slice(0, draw(bytes.length)),
  (bytes, { draw }) => bytes.slice(draw(Math.min(64, bytes.length))),
  (bytes, { draw }) => {
    const from = draw(bytes.length);
    return join(bytes.subarray(0, from), bytes.subarray(from + 1 + draw(40)));
  },
  (bytes, { draw }) => {
    const from = draw(bytes.length);
    const to = Math.min(bytes.length, from + 1 + draw(200));
    const again = Array.from({ length: 1 + draw(20) }, () => bytes.subarray(from, to));
    return join(bytes.subarray(0, to), ...again, bytes.subarray(to));
  },
  (bytes, { draw }) => {
    const at = draw(bytes.length);
    return join(
      bytes.subarray(0, at),
      Uint8Array.from({ length: 1 + draw(8) }, () => draw(256)),
      bytes.subarray(at),
    );
  },
];

/** One to three changes of bytes. */
export function mutateBytes(bytes: Uint8Array, dice: Dice): Uint8Array {
  let changed = bytes;
  for (let n = 1 + dice.draw(3); n > 0 && changed.length > 0; n--) changed = dice.pick(byteChanges)(changed, dice);
  return changed;
}

type Json = unknown;

const oddValues: Json[] = [
  null,
  true,
  false,
  0,
  -1,
  0.5,
  1e308,
  -1e308,
  2 ** 31,
  2 ** 53,
  1e9,
  5000,
  '',
  'x',
  '\ud800',
  '\0',
  '[UNK]',
  '__proto__',
  'constructor',
  'toString',
  '(a+)+$',
  '(',
  'a'.repeat(2000),
  [],
  {},
  [[]],
  [null],
  [0],
  [''],
  [{}],
  { type: 'Sequence' },
  { type: 5 },
];
const oddKeys = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '', 'type', 'id'];

/** Every place in a value: its container and its key. */
function places(value: Json, found: [container: object, key: string][] = []): [container: object, key: string][] {
  if (typeof value !== 'object' || value === null) return found;
  for (const key of Object.keys(value)) {
    found.push([value, key]);
    places(Reflect.get(value, key), found);
  }
  return found;
}

/** Sets a key of any name, `__proto__` included, as JSON.parse does. */
const put = (container: object, key: string, value: Json) =>
  Object.defineProperty(container, key, { value, enumerable: true, configurable: true, writable: true });

const jsonChanges: ((root: { it: Json }, dice: Dice) => void)[] = [
  (root, { pick }) => {
    const [container, key] = pick(places(root));
    put(container, key, structuredClone(pick(oddValues)));
  },
  (root, { pick }) => {
    const all = places(root);
    const [[to, key], [from, other]] = [pick(all), pick(all)];
    put(to, key, structuredClone(Reflect.get(from, other)));
  },
  (root, { pick }) => {
    const [container, key] = pick(places(root));
    if (container !== root) Reflect.deleteProperty(container, key);
  },
  (root, { pick }) => {
    const [container, key] = pick(places(root));
    const inner = Reflect.get(container, key);
    const target = typeof inner === 'object' && inner !== null ? inner : container;
    if (target !== root) put(target, pick(oddKeys), structuredClone(pick([...oddValues, { polluted: 'yes' }])));
  },
  (root, { pick, draw }) => {
    const lists = places(root).flatMap(([container, key]) => {
      const inner = Reflect.get(container, key);
      return Array.isArray(inner) && inner.length > 0 ? [inner as Json[]] : [];
    });
    if (lists.length === 0) return;
    const list = pick(lists);
    const again = pick(list);
    for (let n = 1 + draw(300); n > 0; n--) list.push(structuredClone(again));
  },
  (root, { pick, draw }) => {
    const [container, key] = pick(places(root));
    const inner = Reflect.get(container, key);
    if (typeof inner === 'number') put(container, key, pick([-inner, inner + 1, inner * 1e6, inner / 3, 1 / 0]));
    if (typeof inner === 'string')
      put(container, key, inner.slice(0, draw(inner.length + 1)) + pick(['', '\n', '/', '..', '\u0000']));
  },
];

/** A value one level down is put into itself, many times over: what reads it by recursion runs out of stack. */
function nested(value: Json, { pick, draw }: Dice): string {
  const root = { it: structuredClone(value) };
  const [container, key] = pick(places(root));
  const mark = '"\u0001"';
  const inner = JSON.stringify(Reflect.get(container, key));
  put(container, key, '\u0001');
  const text = JSON.stringify(root.it);
  const depth = pick([10, 200, 5000]);
  const [before, after] = pick([
    ['[', ']'],
    ['{"type":"Sequence","processors":[', ']}'],
    ['{"type":"Sequence","pretokenizers":[', ']}'],
    ['{"type":"Sequence","normalizers":[', ']}'],
    ['{"a":', '}'],
  ] as const);
  return text.replace(
    JSON.stringify('\u0001'),
    () => `${before.repeat(depth)}${draw(2) ? inner : mark}${after.repeat(depth)}`,
  );
}

/** One to three changes of a JSON value, as text; now and then of the text itself. */
export function mutateJson(value: Json, dice: Dice): string {
  if (dice.draw(40) === 0) return nested(value, dice);
  if (dice.draw(20) === 0) return new TextDecoder().decode(mutateBytes(utf8(JSON.stringify(value)), dice));
  const root = { it: structuredClone(value) };
  for (let n = 1 + dice.draw(3); n > 0; n--) dice.pick(jsonChanges)(root, dice);
  return JSON.stringify(root.it) ?? 'null';
}

const jsonOf = (bytes: Uint8Array): Json => JSON.parse(new TextDecoder().decode(bytes));

/** The header of a safetensors file changed as JSON, its length right again. */
export function mutateSafetensors(bytes: Uint8Array, dice: Dice): Uint8Array {
  if (dice.draw(3) === 0) return mutateBytes(bytes, dice);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = utf8(mutateJson(jsonOf(bytes.subarray(8, 8 + length)), dice));
  const size = new Uint8Array(8);
  new DataView(size.buffer).setBigUint64(0, BigInt(header.length), true);
  return join(size, header, bytes.subarray(8 + length));
}

function mutateFile(path: string, bytes: Uint8Array, dice: Dice): Uint8Array {
  if (path.endsWith('.json')) return utf8(mutateJson(jsonOf(bytes), dice));
  if (path.endsWith('.safetensors')) return mutateSafetensors(bytes, dice);
  return mutateBytes(bytes, dice);
}

const oddPaths = ['../x', '/x', 'x\\y', '__proto__/a.txt', 'constructor', 'a'.repeat(600), 'x.json', 'train/a/b.txt'];

/** A folder with a file changed, or renamed, removed, or of another's contents. */
export function mutateFolder(files: FileSet, dice: Dice): FileSet {
  const changed: FileSet = new Map(files);
  const paths = [...files.keys()];
  const path = dice.pick(paths);
  const bytes = files.get(path) ?? new Uint8Array();
  const kind = dice.draw(12);
  if (kind === 0) changed.delete(path);
  else if (kind === 1) changed.set(path, files.get(dice.pick(paths)) ?? bytes);
  else if (kind === 2) {
    changed.delete(path);
    changed.set(dice.pick(oddPaths), bytes);
  } else changed.set(path, mutateFile(path, bytes, dice));
  return changed;
}
