import fc from 'fast-check';
import { zipSync } from 'fflate';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { importGuessed, importRows, previewFile } from '../../src/data/read-file.ts';
import { type CsvLayout, DataFileError, formats } from '../../src/data/readers/data-file.ts';
import { toCsv } from '../../src/data/rows/edit.ts';

/** Whatever the bytes: rows or a DataFileError, and soon. A hang would run into the test's time limit. */
async function survives(name: string, bytes: BlobPart, choices = {}): Promise<void> {
  try {
    const inspection = await previewFile({ name, blob: new Blob([bytes]) }, choices);
    if (!inspection.mapping) return;
    const rows = await importRows(inspection, { mapping: inspection.mapping });
    expect(rows.every(({ text, label }) => typeof text === 'string' && label !== '')).toBe(true);
  } catch (error) {
    expect(error).toBeInstanceOf(DataFileError);
  }
}

const name = fc.constantFrom('x.csv', 'x.tsv', 'x.json', 'x.jsonl', 'x.parquet', 'x.zip', 'x', 'x.csv.gz');

/** Text in which what readers look for is frequent. */
const tricky = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '"',
        '""',
        "'",
        ',',
        '\t',
        ';',
        '|',
        '\n',
        '\r\n',
        '\r',
        '\\',
        '{',
        '}',
        '[',
        ']',
        ':',
        '\ufeff',
        '\0',
      ),
      fc.constantFrom(
        'text',
        'label',
        'a',
        '1',
        'true',
        'null',
        '{"text":"a","label":"b"}',
        '__proto__',
        ' ',
        '中',
        '\ud800',
      ),
      fc.string({ maxLength: 4 }),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''));

/** Sound files, damaged: bytes replaced, and the end cut off. */
const damaged = (sound: Uint8Array) =>
  fc
    .tuple(
      fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { maxLength: 8 }),
      fc.integer({ min: Math.floor(sound.length / 2), max: sound.length }),
    )
    .map(([changes, length]) => {
      const bytes = new Uint8Array(sound);
      for (const [at, byte] of changes) bytes[at] = byte;
      return bytes.slice(0, length);
    });

describe('readers survive', () => {
  test('any bytes', () =>
    fc.assert(
      fc.asyncProperty(name, fc.uint8Array({ maxLength: 300 }), (file, bytes) => survives(file, new Uint8Array(bytes))),
      { numRuns: 400 },
    ));

  test('tricky text in any encoding', () =>
    fc.assert(
      fc.asyncProperty(name, tricky, fc.boolean(), (file, text, wide) =>
        survives(file, wide ? new Uint8Array(Uint16Array.from(text, (c) => c.charCodeAt(0)).buffer) : text),
      ),
      { numRuns: 600 },
    ));

  test('any layout that a person may choose', () =>
    fc.assert(
      fc.asyncProperty(
        tricky,
        fc.record(
          {
            format: fc.constantFrom(...formats),
            encoding: fc.constantFrom('utf-8', 'utf-16le', 'gb18030', 'windows-1252', 'nonsense'),
            delimiter: fc.constantFrom(',', '\t', '"', '\n', '', 'ab', 'x'),
            quote: fc.constantFrom<CsvLayout['quote']>('"', "'", null),
            escape: fc.constantFrom<CsvLayout['escape']>('doubled', 'backslash'),
            header: fc.boolean(),
          },
          { requiredKeys: [] },
        ),
        (text, choices) => survives('x.txt', text, choices),
      ),
      { numRuns: 600 },
    ));

  // hyparquet 1.31.5 alone would write out a run of values as long as a page claims: hence src/data/readers/parquet-pages.ts.
  test('damaged Parquet files', () => {
    const sound = parquetWriteBuffer({
      columnData: [
        { name: 'text', data: ['one', 'two', 'three', 'three'], type: 'STRING' },
        { name: 'label', data: ['a', null, 'a', 'a'], type: 'STRING' },
      ],
    });
    return fc.assert(
      fc.asyncProperty(damaged(new Uint8Array(sound)), (bytes) => survives('x.parquet', bytes)),
      { numRuns: 1500 },
    );
  });

  test('damaged zips', () => {
    const text = new TextEncoder().encode('a text that is long enough to be deflated, deflated, deflated');
    const sound = zipSync({ 'a/1.txt': text, 'b/2.txt': text });
    return fc.assert(
      fc.asyncProperty(damaged(sound), (bytes) => survives('x.zip', bytes)),
      { numRuns: 300 },
    );
  });
});

test('what is written as CSV is read back as it was', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          text: tricky.map((text) => text.replaceAll('\0', '').replace(/\r\n?/g, '\n').toWellFormed()),
          label: fc.constantFrom('a', 'b, c', '"d"', '中', '=1'),
        }),
        { minLength: 1, maxLength: 20 },
      ),
      async (rows) => {
        const file = { name: 'out.csv', blob: new Blob([toCsv(rows.map((row) => ({ ...row, line: 0 })))]) };
        const { layout } = await previewFile(file, { delimiter: ',', quote: '"', escape: 'doubled', header: true });
        const read = await importRows({ file, layout }, { mapping: { text: 'text', second: null, label: 'label' } });
        expect(read.map(({ text, label }) => ({ text, label }))).toEqual(rows);
      },
    ),
    { numRuns: 200 },
  ));

describe('large files', () => {
  const rows = 20_000;
  const line = (i: number) => `"row ${i}, of the ""large"" file",class ${i % 7}\n`;
  const blob = new Blob(['text,label\n', ...Array.from({ length: rows }, (_, i) => line(i))]);

  test('are read in pieces, with progress', async () => {
    const told: number[] = [];
    const read = await importGuessed({ name: 'large.csv', blob }, { onProgress: (bytes) => told.push(bytes) });
    expect(read).toHaveLength(rows);
    expect(read.at(-1)).toEqual({
      text: `row ${rows - 1}, of the "large" file`,
      label: `class ${(rows - 1) % 7}`,
      line: rows + 1,
    });
    expect(told.length).toBeGreaterThan(3);
    expect(told.at(-1)).toBe(blob.size);
  });

  test('can be cancelled', async () => {
    const controller = new AbortController();
    const reading = importGuessed(
      { name: 'large.csv', blob },
      { signal: controller.signal, onProgress: () => controller.abort() },
    );
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
  });
});
