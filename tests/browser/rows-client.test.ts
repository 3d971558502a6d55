import { expect, test } from 'vitest';
import { DataFileError } from '../../src/data/readers/data-file.ts';
import { previewFile, readRows } from '../../src/workers/rows/client.ts';

/** The worker that reads files, from the page's side. */

const count = 50_000;
const line = (i: number) => `row ${i},class ${i % 7}\n`;
const file = {
  name: 'large.csv',
  blob: new Blob(['text,label\n', ...Array.from({ length: count }, (_, i) => line(i))]),
};
const mapping = { text: 'text', second: null, label: 'label' };
const { signal } = new AbortController();

test('rows come in pieces that make the whole', async () => {
  const inspection = await previewFile(file, {}, { signal });
  expect(inspection.mapping).toEqual(mapping);
  const { rows } = await readRows(inspection, { mapping }, { signal });
  expect(rows).toHaveLength(count);
  expect(rows.at(-1)).toEqual({ text: `row ${count - 1}`, label: `class ${(count - 1) % 7}`, line: count + 1 });
});

test('a reader without a word is given up, by name; the next one reads', async () => {
  // Too short for the worker even to start.
  const looking = previewFile(file, {}, { signal, timeoutMs: 1 });
  await expect(looking).rejects.toThrow('large.csv could not be read: the reader said nothing for 0.001 seconds');
  await expect(looking).rejects.toThrow(DataFileError);
  expect((await previewFile(file, {}, { signal })).columns).toEqual(['text', 'label']);
});

test('whoever wants no more is heard while rows come', async () => {
  const controller = new AbortController();
  const inspection = await previewFile(file, {}, { signal });
  const reading = readRows(
    inspection,
    { mapping },
    { signal: controller.signal, onProgress: () => controller.abort() },
  );
  await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
});
