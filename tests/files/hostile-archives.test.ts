import { deflateSync } from 'fflate';
import { expect, test } from 'vitest';
import { utf8 } from '../../src/base/file-set.ts';
import { crc32, unzip, zip } from '../../src/base/zip.ts';
import { refusal, sound } from '../support/refusals.ts';

/** Archives that lie: each is refused with a reason, by an error of ours, and quickly. */

interface RawEntry {
  path: string;
  data?: Uint8Array;
  flags?: number;
  method?: number;
  crc?: number;
  packed?: number;
  unpacked?: number;
  attributes?: number;
  at?: number;
}

interface RawEnd {
  count?: number;
  start?: number;
  /** What zip64's record says; the plain one then says nothing. */
  zip64?: { count?: number; start?: number; at?: number };
}

/** An archive written field by field, so that any of them can lie. */
function forge(entries: RawEntry[], end: RawEnd = {}): Uint8Array {
  const parts: Uint8Array[] = [];
  const central: Uint8Array[] = [];
  let length = 0;
  const push = (list: Uint8Array[], bytes: Uint8Array) => list.push(bytes);
  for (const entry of entries) {
    const path = utf8(entry.path);
    const data = entry.data ?? utf8('x');
    const crc = entry.crc ?? crc32(data);
    const fields = (view: DataView, from: number) => {
      view.setUint16(from, entry.flags ?? 0, true);
      view.setUint16(from + 2, entry.method ?? 0, true);
      view.setUint32(from + 8, crc, true);
      view.setUint32(from + 12, entry.packed ?? data.length, true);
      view.setUint32(from + 16, entry.unpacked ?? data.length, true);
      view.setUint16(from + 20, path.length, true);
    };
    const local = new DataView(new ArrayBuffer(30));
    local.setUint32(0, 0x04034b50, true);
    fields(local, 6);
    const line = new DataView(new ArrayBuffer(46));
    line.setUint32(0, 0x02014b50, true);
    fields(line, 8);
    line.setUint32(38, entry.attributes ?? 0, true);
    line.setUint32(42, entry.at ?? length, true);
    for (const bytes of [new Uint8Array(local.buffer), path, data]) push(parts, bytes);
    for (const bytes of [new Uint8Array(line.buffer), path]) push(central, bytes);
    length += 30 + path.length + data.length;
  }
  const size = central.reduce((sum, bytes) => sum + bytes.length, 0);
  const record = new DataView(new ArrayBuffer(76));
  record.setUint32(0, 0x06064b50, true);
  record.setBigUint64(24, BigInt(end.zip64?.count ?? entries.length), true);
  record.setBigUint64(32, BigInt(end.zip64?.count ?? entries.length), true);
  record.setBigUint64(40, BigInt(size), true);
  record.setBigUint64(48, BigInt(end.zip64?.start ?? length), true);
  record.setUint32(56, 0x07064b50, true);
  record.setBigUint64(64, BigInt(end.zip64?.at ?? length + size), true);
  if (end.zip64) central.push(new Uint8Array(record.buffer));
  const tail = new DataView(new ArrayBuffer(22));
  tail.setUint32(0, 0x06054b50, true);
  tail.setUint16(8, end.count ?? (end.zip64 ? 0xffff : entries.length), true);
  tail.setUint16(10, end.count ?? (end.zip64 ? 0xffff : entries.length), true);
  tail.setUint32(12, end.zip64 ? 0xffffffff : size, true);
  tail.setUint32(16, end.start ?? (end.zip64 ? 0xffffffff : length), true);
  return new Uint8Array(Buffer.concat([...parts, ...central, new Uint8Array(tail.buffer)]));
}

test('an archive that lies about nothing is read', () => {
  expect(unzip(forge([{ path: 'a/b.txt' }, { path: 'a/' }]), 'x.zip')).toEqual(new Map([['a/b.txt', utf8('x')]]));
  expect(unzip(zip(sound), 'x.zip')).toEqual(sound);
});

test('an archive with the table of contents of zip64 is read', () => {
  expect(unzip(forge([{ path: 'a' }, { path: 'b' }], { zip64: {} }), 'x.zip').size).toBe(2);
});

test('of an archive, only the files that are asked for are read', () => {
  const archive = forge([{ path: 'a' }, { path: 'b', crc: 1 }]);
  expect([...unzip(archive, 'x.zip', { filter: (path) => path === 'a' }).keys()]).toEqual(['a']);
});

test('a name that is not UTF-8 is refused, or decoded where somebody knows how', () => {
  const archive = forge([{ path: 'é' }]);
  for (let at = archive.indexOf(0xc3); at >= 0; at = archive.indexOf(0xc3)) archive[at] = 0xb0;
  const decodePath = (bytes: Uint8Array) => new TextDecoder('gb18030').decode(bytes);
  expect(refusal(() => unzip(archive, 'x.zip'))).toContain('not UTF-8');
  expect([...unzip(archive, 'x.zip', { decodePath }).keys()]).toEqual(['癌']);
  const leadsOut = () => unzip(archive, 'x.zip', { decodePath: () => '../x' });
  expect(refusal(leadsOut)).toContain('leads out');
});

const paths = [
  '../x',
  'a/../../x',
  '/etc/passwd',
  '//host/x',
  'C:/x',
  'c:x',
  'a\\..\\x',
  './x',
  'a//x',
  'a/./x',
  '..',
  '.',
  'a\u0000b',
  'a\nb',
  'x'.repeat(600),
  '',
];
const bomb = zip(new Map([['bomb', new Uint8Array(2 ** 24)]]));
const bombData = bomb.subarray(30 + 4, bomb.length - 22 - 46 - 4);
/** Not compressed: its bytes follow as they are. */
const block = deflateSync(utf8('xxxx'), { level: 0 });
const archives: [string, Uint8Array, string][] = [
  ...paths.map((path): [string, Uint8Array, string] => [`path ${path.slice(0, 20)}`, forge([{ path }]), 'x.zip']),
  ['a file twice', forge([{ path: 'a' }, { path: 'a' }]), 'twice'],
  ['a name in two Unicode forms', forge([{ path: 'é' }, { path: 'e\u0301' }]), 'twice'],
  ['a link', forge([{ path: 'a', attributes: 0xa1ff0000 }]), 'link'],
  ['encryption', forge([{ path: 'a', flags: 1 }]), 'encrypted'],
  ['another method', forge([{ path: 'a', method: 14 }]), 'method 14'],
  ['a wrong checksum', forge([{ path: 'a', crc: 1 }]), 'damaged'],
  ['more bytes declared than stored', forge([{ path: 'a', unpacked: 5 }]), '5 are declared'],
  ['more bytes stored than there are', forge([{ path: 'a', packed: 500 }]), 'cut off'],
  ['zip64 sizes', forge([{ path: 'a', unpacked: 0xffffffff }]), '4 GiB'],
  ['two entries over one file', forge([{ path: 'a' }, { path: 'b', at: 0 }]), 'overlaps'],
  ['an entry outside', forge([{ path: 'a', at: 10_000 }]), 'not where'],
  ['more entries counted than listed', forge([{ path: 'a' }], { count: 9 }), 'damaged'],
  ['a table of contents outside', forge([{ path: 'a' }], { start: 1_000_000 }), 'outside'],
  ['too many files', forge([{ path: 'a' }], { count: 20_000 }), '20000 files'],
  ['a gigabyte and more declared', forge([{ path: 'a', unpacked: 2 ** 31 }]), 'more than'],
  ['a bomb', forge([{ path: 'a', method: 8, data: bombData, unpacked: 1000 }]), 'more than the 1000 bytes'],
  [
    'a block that is longer than declared',
    forge([{ path: 'a', method: 8, data: block, unpacked: 2 }]),
    'more than the 2',
  ],
  ['nothing to unpack', forge([{ path: 'a', method: 8, data: new Uint8Array(), unpacked: 2 }]), '0 bytes, 2 are'],
  ['an impossible ratio', forge([{ path: 'a', method: 8, data: utf8('xx'), unpacked: 2 ** 29 }]), 'impossible'],
  ['noise as deflate', forge([{ path: 'a', method: 8, data: utf8('\u0007noise'), unpacked: 3 }]), 'damaged'],
  ['zip64 that counts more than it lists', forge([{ path: 'a' }], { zip64: { count: 9 } }), 'damaged'],
  ['zip64 of very many files', forge([{ path: 'a' }], { zip64: { count: 2 ** 52 } }), 'files'],
  ['zip64 outside', forge([{ path: 'a' }], { zip64: { start: 2 ** 52 } }), 'outside'],
  ['zip64 whose record lies outside', forge([{ path: 'a' }], { zip64: { at: 2 ** 52 } }), 'damaged'],
  ['zip64 whose record is none', forge([{ path: 'a' }], { zip64: { at: 0 } }), 'damaged'],
  ['an empty file', new Uint8Array(), 'not a zip'],
  ['a text', utf8('PK but not really an archive at all'), 'not a zip'],
];

test.each(archives)('an archive with %s is refused', (_, archive, reason) => {
  const start = performance.now();
  expect(refusal(() => unzip(archive, 'x.zip'))).toContain(reason);
  expect(performance.now() - start).toBeLessThan(2000);
});
