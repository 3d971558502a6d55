import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { importRows, previewFile } from '../../src/data/read-file.ts';
import type { Layout } from '../../src/data/readers/data-file.ts';
import { DataFileError } from '../../src/data/readers/data-file.ts';
import type { Mapping, Row } from '../../src/data/rows/row.ts';

/** A corpus of files as people have them, and what must become of each. */

interface Outcome {
  choices?: Partial<Layout>;
  mapping?: Mapping;
  unlabelled?: 'skip';
  /** Text and label; of pairs both texts and the label. */
  rows?: string[][];
  lines?: number[];
  /** Part of the message. */
  fails?: string;
}

const folder = new URL('ugly/', import.meta.url);
const table = JSON.parse(readFileSync(new URL('expected.json', folder), 'utf8')) as Record<string, Outcome>;

async function importFile(name: string, bytes: BlobPart, { choices, mapping, unlabelled }: Outcome): Promise<Row[]> {
  const inspection = await previewFile({ name, blob: new Blob([bytes]) }, choices);
  const chosen = mapping ?? inspection.mapping;
  if (!chosen) throw new DataFileError(`one column only (${inspection.columns.join(', ')})`);
  return importRows(inspection, { mapping: chosen, unlabelled });
}

test('the table and the folder name the same files, at least 60', () => {
  const files = readdirSync(folder).filter((name) => name !== 'expected.json');
  expect(files.toSorted()).toEqual(Object.keys(table).toSorted());
  expect(files.length).toBeGreaterThanOrEqual(60);
});

describe('ugly files', () => {
  test.each(Object.entries(table))('%s', async (name, outcome) => {
    const imported = importFile(name, readFileSync(new URL(name, folder)), outcome);
    if (outcome.fails !== undefined) {
      await expect(imported).rejects.toThrow(outcome.fails);
      await expect(imported).rejects.toThrow(DataFileError);
      return;
    }
    const rows = await imported;
    expect(rows.map(({ text, second, label }) => [text, ...(second === undefined ? [] : [second]), label])).toEqual(
      outcome.rows,
    );
    if (outcome.lines) expect(rows.map(({ line }) => line)).toEqual(outcome.lines);
  });
});

describe('Parquet', () => {
  const write = (columns: Parameters<typeof parquetWriteBuffer>[0]['columnData'], more = {}) =>
    parquetWriteBuffer({ columnData: columns, ...more });

  test('texts, whole numbers, booleans and several row groups', async () => {
    const texts = Array.from({ length: 25 }, (_, i) => `text ${i}`);
    const bytes = write(
      [
        { name: 'text', data: texts, type: 'STRING' },
        { name: 'label', data: texts.map((_, i) => BigInt(i % 3)), type: 'INT64' },
        { name: 'flag', data: texts.map((_, i) => i % 2 === 0), type: 'BOOLEAN' },
      ],
      { rowGroupSize: 10 },
    );
    const rows = await importFile('x.parquet', bytes, {});
    expect(rows).toEqual(texts.map((text, i) => ({ text, label: String(i % 3), line: i + 1 })));
    const mapping = { text: 'text', second: null, label: 'flag' };
    expect((await importFile('x.parquet', bytes, { mapping }))[1]?.label).toBe('false');
  });

  test('class names that a Hugging Face data set keeps beside its numbers', async () => {
    const features = { label: { names: ['neg', 'pos'], _type: 'ClassLabel' }, text: { dtype: 'string' } };
    const bytes = write(
      [
        { name: 'text', data: ['one', 'two'], type: 'STRING' },
        { name: 'label', data: [1n, 0n], type: 'INT64' },
      ],
      { kvMetadata: [{ key: 'huggingface', value: JSON.stringify({ info: { features } }) }] },
    );
    expect((await importFile('x', bytes, {})).map(({ label }) => label)).toEqual(['pos', 'neg']);
  });

  test.each(['SNAPPY', 'GZIP', 'UNCOMPRESSED'] as const)('packed with %s', async (codec) => {
    const texts = Array.from({ length: 50 }, (_, i) => `a text that is repeated ${i % 5}`);
    const bytes = write(
      [
        { name: 'text', data: texts, type: 'STRING' },
        { name: 'label', data: texts.map((_, i) => i % 2 === 0), type: 'BOOLEAN' },
      ],
      { codec, compressors: Object.fromEntries([['GZIP', (input: Uint8Array) => gzipSync(input)]]) },
    );
    expect((await importFile('x.parquet', bytes, {})).map(({ text }) => text)).toEqual(texts);
  });

  test('a file cut anywhere fails as a data file', async () => {
    const bytes = new Uint8Array(write([{ name: 'text', data: ['one', 'two'], type: 'STRING' }]));
    for (let length = 4; length < bytes.length; length += 7)
      await expect(importFile('x.parquet', bytes.slice(0, length), {})).rejects.toThrow(DataFileError);
  });
});
