import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { look } from '../../commands/look/report.ts';
import { type Case, check, type Expected, mood, number, table, text } from '../support/looks.ts';

/** Archives of rows, and formats that hold none: each of these is named. */

const bytes = (value: string) => new TextEncoder().encode(value);
const csv = bytes(table({ text, label: mood }));
const zipped = (files: Record<string, Uint8Array>) => zipSync(files);
const folderOf = (folder: string, from: number) =>
  Object.fromEntries([0, 1, 2].map((i) => [`${folder}/${i}.txt`, bytes(String(text(from + i)))]));
const review = (root = '') => ({ ...folderOf(`${root}neg`, 0), ...folderOf(`${root}pos`, 3) });
const folders: Expected = { format: 'folders', header: null, text: 'text', label: 'label', classes: ['neg', 'pos'] };
const zipCases: Case[] = [
  ['folders', 'x.zip', zipped(review()), { ...folders, rows: 6 }],
  ['folders in one', 'x.zip', zipped(review('reviews/all/')), { ...folders, rows: 6 }],
  [
    'parts, a validation part too',
    'x.zip',
    zipped({ ...review('d/train/'), ...review('d/test/'), ...review('d/dev/') }),
    { ...folders, rows: 18 },
  ],
  [
    'parts inside the classes',
    'x.zip',
    zipped({
      ...folderOf('neg/train', 0),
      ...folderOf('neg/test', 3),
      ...folderOf('pos/train', 6),
      ...folderOf('pos/test', 9),
    }),
    { ...folders, rows: 12 },
  ],
  [
    'classes called test and dev',
    'x.zip',
    zipped({ ...folderOf('test', 0), ...folderOf('dev', 3) }),
    { classes: ['dev', 'test'], rows: 6 },
  ],
  [
    "a stray file, a Mac's and a thumbnail",
    'x.zip',
    zipped({ ...review('d/'), 'd/README.md': csv, '__MACOSX/d/neg/._0.txt': csv, 'd/pos/Thumbs.db': csv }),
    { ...folders, rows: 6 },
  ],
  ['a table', 'x.zip', zipped({ 'a/rows.csv': csv, 'a/README.txt': csv }), { format: 'csv', label: 'label', rows: 24 }],
  [
    'train.csv and test.csv',
    'x.zip',
    zipped({ 'train.csv': csv, 'test.csv': csv, 'val.csv': csv }),
    { format: 'csv', rows: 72 },
  ],
  [
    'a test part without labels',
    'x.zip',
    zipped({ 'train.csv': csv, 'test.csv': bytes(table({ text, id: number })) }),
    { rows: 24, label: 'label' },
  ],
  [
    'tables of other names',
    'x.zip',
    zipped({ 'a.csv': csv, 'b.csv': csv }),
    { error: /holds several files \(a.csv, b.csv\)/ },
  ],
  ['a gzipped table', 'x.csv.gz', gzipSync(csv), { format: 'csv', label: 'label', rows: 24 }],
  ['a gzipped zip', 'x.zip.gz', gzipSync(zipped(review())), { ...folders, rows: 6 }],
];

describe('archives', () => test.each(zipCases)('%s', (...each) => check(each)));

test('a text in a zip that is longer than any text is named, and not unpacked where its size tells', async () => {
  const tooLong = /pos\/endless\.txt has more than 16777216 characters/;
  const at = async (files: Record<string, Uint8Array>, declared?: number) => {
    const zip = new Uint8Array(zipped(files));
    // The size that the table of contents declares for its last file; what it unpacks to would differ.
    const name = zip.length - 22 - 'pos/endless.txt'.length;
    if (declared !== undefined) new DataView(zip.buffer).setUint32(name - 46 + 24, declared, true);
    return (await look({ name: 'x.zip', blob: new Blob([zip]) })).error;
  };
  const endless = { 'pos/endless.txt': csv };
  expect(await at({ ...review(), ...endless }, 200e6)).toMatch(tooLong);
  expect(await at({ ...review(), 'pos/endless.txt': new Uint8Array(2 ** 24 + 1).fill(97) })).toMatch(tooLong);
  // Beside a table it is left out, like any other file.
  expect(await at({ 'rows.csv': csv, ...endless }, 200e6)).toBeNull();
});

const latin = (value: string) => Uint8Array.from(value, (letter) => letter.charCodeAt(0));
function tar(name: string): Uint8Array {
  const block = new Uint8Array(1024);
  block.set(latin(name));
  block.set(latin('0000644\0'), 100);
  block.set(latin('00000000010\0'), 124);
  block.set(latin('        '), 148);
  const sum = block.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  block.set(latin(`${sum.toString(8).padStart(6, '0')}\0 `), 148);
  return block;
}
const unsupported: [name: string, content: Uint8Array, names: RegExp][] = [
  ['a.tar', tar('a/b.txt'), /tar archive/],
  ['a.tar.gz', gzipSync(tar('a/b.txt')), /tar archive/],
  ['a.arrow', latin('ARROW1\0\0abc'), /Arrow IPC/],
  ['a.csv', latin('\xff\xff\xff\xff\x10\x02\0\0\x10\0\0\0'), /Arrow IPC/],
  ['a.feather', latin('FEA1\0\0'), /Feather/],
  ['a.pkl', latin('\x80\x04\x95\x10\0\0\0'), /pickle/],
  ['a.pkl', latin('\x80\x02}q\0'), /pickle/],
  ['a.db', latin('SQLite format 3\0'), /SQLite/],
  ['a.h5', latin('\x89HDF\r\n\x1a\n'), /HDF5/],
  ['a.7z', latin("7z\xbc\xaf'\x1c\0"), /7-Zip/],
  ['a.rar', latin('Rar!\x1a\x07\x01\0'), /RAR/],
  ['a.zst', latin('(\xb5/\xfd\x04'), /Zstandard/],
  ['a.xz', latin('\xfd7zXZ\0\0'), /xz/],
  ['a.bz2', latin('BZh91AY&SY'), /bzip2/],
  ['a.lz4', latin('\x04"M\x18'), /LZ4/],
  ['a.avro', latin('Obj\x01\x04'), /Avro/],
  ['a.orc', latin('ORC\n\x0b\x01'), /ORC/],
  ['a.pdf', latin('%PDF-1.7'), /PDF/],
  ['a.xls', latin('\xd0\xcf\x11\xe0\xa1\xb1'), /\.xls/],
  ['a.npy', latin('\x93NUMPY\x01'), /NumPy/],
  ['a.html', latin('<!DOCTYPE html><html>'), /web page/],
  ['a.csv', latin('version https://git-lfs.github.com/spec/v1\noid'), /Git LFS/],
  ['a.docx', zipped({ '[Content_Types].xml': csv, 'word/document.xml': csv }), /Word/],
  ['a.xlsx', zipped({ '[Content_Types].xml': csv, 'xl/workbook.xml': csv }), /Excel/],
  [
    'a.ods',
    zipped({ mimetype: bytes('application/vnd.oasis.opendocument.spreadsheet'), 'content.xml': csv }),
    /OpenDocument/,
  ],
  ['a.npz', zipped({ 'x.npy': csv }), /NumPy/],
  ['a.pt', zipped({ 'archive/data.pkl': csv }), /PyTorch/],
];

test.each(unsupported)('%s is named', async (name, content, names) => {
  const { error } = await look({ name, blob: new Blob([new Uint8Array(content)]) });
  expect(error).toMatch(names);
  expect(error).toMatch(/not a table\. \S/);
});

test('texts that begin like other formats are texts', async () => {
  for (const start of ['ORCA whales', 'PARENTS', 'ID3 tags', 'MZ and more', 'GIF89 is old', 'BZhang', 'Obj 1', 'cats'])
    expect(
      (await look({ name: 'x.csv', blob: new Blob([`${start},label\n${table([text, mood])}`]) })).error,
    ).toBeNull();
});
