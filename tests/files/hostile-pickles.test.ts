import { describe, expect, test } from 'vitest';
import { utf8 } from '../../src/base/file-set.ts';
import { zip } from '../../src/base/zip.ts';
import { readTorchFile } from '../../src/files/formats/torch-file.ts';
import { unpickleTensors } from '../../src/files/formats/unpickler.ts';
import { refusal } from '../support/refusals.ts';

/** Pickles that ask for more than plain tensors, and tensors that lie about their storage: each is refused with a reason. */

/** A pickle of protocol 2 around some instructions. */
const pickle = (...parts: (number | string | number[])[]): Uint8Array =>
  new Uint8Array([0x80, 2, ...parts.flatMap((part) => (typeof part === 'string' ? [...utf8(part)] : part)), 0x2e]);
const textOf = (text: string) => [0x58, text.length, 0, 0, 0, ...utf8(text)];
const storage = (type: string, key: string, n: number) => [
  0x28,
  ...textOf('storage'),
  ...utf8(`c${type}\n`),
  ...textOf(key),
  ...textOf('cpu'),
  0x4b,
  n,
  0x74,
  0x51,
];
const tensorCall = (from: number[], offset: number, shape: number[], stride: number[]) => [
  ...utf8('ctorch._utils\n_rebuild_tensor_v2\n'),
  ...[0x28, ...from, 0x4b, offset],
  ...[0x28, ...shape.flatMap((n) => [0x4b, n]), 0x74, 0x28, ...stride.flatMap((n) => [0x4b, n]), 0x74],
  ...[0x89, ...utf8('ccollections\nOrderedDict\n'), 0x29, 0x52, 0x74, 0x52],
];
const one = (call: number[]) => pickle(0x7d, textOf('w'), call, 0x73);
const float4 = storage('torch\nFloatStorage', '0', 4);

const names = [
  'os\nsystem',
  'builtins\neval',
  'builtins\nexec',
  'builtins\n__import__',
  'posix\nsystem',
  'nt\nsystem',
  'subprocess\nPopen',
  'torch\nload',
  'torch.storage\n_load_from_bytes',
  'torch._utils\n_rebuild_parameter',
  'torch\nDoubleStorage',
  'torch\nhub',
  'collections\nCounter',
  'numpy\nload',
  'operator\nattrgetter',
  'torch\nFloatStorage\u0000',
];
/** Every instruction of pickle that the allow-list lacks, with a few bytes behind it. */
const known = new Set(
  [...'()JKMNQRXbchjqrstu}'].map((c) => c.charCodeAt(0)).concat([0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x2e]),
);
const otherOpcodes = Array.from({ length: 256 }, (_, code) => code).filter((code) => !known.has(code));

describe('pickles', () => {
  test('one plain tensor is read', () => {
    const [tensor] = [...unpickleTensors(one(tensorCall(float4, 0, [2, 2], [2, 1])), 'x').values()];
    expect(tensor).toMatchObject({ shape: [2, 2], stride: [2, 1], storage: { type: 'FloatStorage', elements: 4 } });
  });

  test.each(names)('the name %j is refused, called or not', (name) => {
    const reason = 'refused';
    expect(refusal(() => unpickleTensors(pickle(`c${name}\n`), 'x'))).toContain(reason);
    expect(refusal(() => unpickleTensors(pickle(`c${name}\n`, 0x28, textOf('ls'), 0x74, 0x52), 'x'))).toContain(reason);
  });

  test.each(otherOpcodes)('instruction %i is refused', (code) => {
    expect(refusal(() => unpickleTensors(pickle(0x7d, [code], 'xxxx\nyyyy\n', textOf('a')), 'x'))).toContain('refused');
  });

  const calls: [string, Uint8Array, string][] = [
    ['a storage called', pickle('ctorch\nFloatStorage\n', 0x29, 0x52), 'call of'],
    ['a dictionary called with arguments', pickle('ccollections\nOrderedDict\n', 0x4b, 1, 0x85, 0x52), 'call of'],
    ['a text called', pickle(textOf('x'), 0x29, 0x52), 'cannot be'],
    ['a state on a name', pickle('ctorch\nFloatStorage\n', 0x7d, 0x62), 'state'],
    ['no dictionary', pickle(0x4b, 1), 'not one dictionary'],
    ['two values', pickle(0x7d, 0x7d), 'not one dictionary'],
    ['nothing', pickle(), 'missing'],
    ['a number among the tensors', pickle(0x7d, textOf('a'), 0x4b, 1, 0x73), 'not a tensor'],
    ['a key twice', pickle(0x7d, 0x28, textOf('a'), 0x4e, textOf('a'), 0x4e, 0x75), 'twice'],
    ['a key that is a number', pickle(0x7d, 0x4b, 1, 0x4b, 1, 0x73), 'not a text'],
    ['an odd number of entries', pickle(0x7d, 0x28, textOf('a'), 0x75), 'outside'],
    ['no mark', pickle(0x74), 'mark'],
    ['a value recalled from nowhere', pickle(0x68, 9), 'recalled'],
    ['a text longer than the file', pickle(0x58, 255, 255, 255, 127), 'cut off'],
    ['no end', new Uint8Array([0x80, 2, 0x7d]), 'cut off'],
    ['protocol 4', new Uint8Array([0x80, 4, 0x7d, 0x2e]), 'protocol'],
    ['an integer of 200 bytes', pickle(0x8a, 200), 'integer'],
    ['a path as a storage', one(tensorCall(storage('torch\nFloatStorage', '../0', 4), 0, [4], [1])), 'number'],
    ['a storage of doubles', one(tensorCall(storage('torch\nDoubleStorage', '0', 4), 0, [4], [1])), 'refused'],
    ['nine axes', one(tensorCall(float4, 0, Array(9).fill(1), Array(9).fill(1))), 'shape'],
  ];
  test.each(calls)('%s is refused', (_, bytes, reason) => {
    expect(refusal(() => unpickleTensors(bytes, 'x'))).toContain(reason);
  });

  const torchFile = (data: Uint8Array, elements = 16) =>
    zip(
      new Map([
        ['x/data.pkl', data],
        ['x/data/0', new Uint8Array(elements)],
      ]),
    );
  test.each([
    ['reaches beyond its storage', torchFile(one(tensorCall(float4, 2, [4], [1]))), 'reaches beyond'],
    ['is a view of one element', torchFile(one(tensorCall(float4, 0, [2, 2], [0, 0]))), 'row-major'],
    ['is larger than its storage', torchFile(one(tensorCall(float4, 0, [200, 200, 200], [0, 0, 0]))), 'reaches beyond'],
    ['has a storage of another size', torchFile(one(tensorCall(float4, 0, [4], [1])), 12), '12 bytes'],
    ['has no storage', torchFile(one(tensorCall(storage('torch\nFloatStorage', '7', 4), 0, [4], [1]))), 'missing'],
    ['holds integers', torchFile(one(tensorCall(storage('torch\nLongStorage', '0', 2), 0, [2], [1]))), 'I64'],
    ['has no pickle', zip(new Map([['x/data/0', new Uint8Array(4)]])), 'no data.pkl'],
    ['is no archive', utf8('\u0080\u0002}.'), 'not a zip'],
  ])('a .bin whose tensor %s is refused', (_, file, reason) => {
    expect(refusal(() => readTorchFile(file, 'x.bin'))).toContain(reason);
  });
});
