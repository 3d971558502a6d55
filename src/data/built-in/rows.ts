import { msg } from '../../base/message.ts';
import { CsvParser } from '../readers/csv.ts';
import { type DataFile, DataFileError, type FileRecord } from '../readers/data-file.ts';
import { byteChunks, decodeChunks } from '../readers/encoding.ts';
import { type Row, rowReader } from '../rows/row.ts';
import type { Split } from '../rows/split.ts';
import { isPairTask, kindOfTask } from './kinds.ts';

/** Layout of the built-in tasks' files: nothing is guessed, so a page starts without the readers of other formats. */
const layout = { delimiter: ',', quote: '"', escape: 'doubled', header: true } as const;
const singleMapping = { text: 'text', second: null, label: 'label' } as const;
const pairMapping = { text: 'text1', second: 'text2', label: 'label' } as const;

async function rowsOf(file: DataFile, task: string): Promise<Row[]> {
  const parser = new CsvParser(file.name, layout);
  const all: FileRecord[][] = [];
  for await (const text of decodeChunks(byteChunks(file), 'utf-8', file.name)) all.push(parser.push(text, false));
  all.push(parser.push('', true));
  const [header, ...records] = all.flat();
  if (!header) throw new DataFileError(msg`${file.name} is empty.`);
  const mapping = isPairTask(task) ? pairMapping : singleMapping;
  const toRow = rowReader({ file: file.name, format: 'csv', columns: header.cells, mapping });
  const rows = records.flatMap((record) => toRow(record) ?? []);
  if (kindOfTask(task) !== 'token') return rows;
  // A word and its tag stand at the same place of two cells.
  return rows.map((row) => ({ ...row, tagged: { words: row.text.split(' '), tags: row.label.split(' ') } }));
}

/**
 * Reads a built-in task's rows.
 * @param read reads a file of the task's folder, or returns null
 * @throws DataFileError
 */
export async function readBuiltInTask(
  name: string,
  read: (file: string) => Promise<Uint8Array | null>,
): Promise<Split> {
  const rowsIn = async (part: string): Promise<Row[]> => {
    const file = `${part}.csv.gz`;
    const bytes = await read(file);
    if (!bytes) throw new DataFileError(msg`datasets/${name}/${file} is missing on the server.`);
    // A server may unpack the file on its way: the reader goes by the bytes, not by the name.
    return rowsOf({ name: `${name}/${file}`, blob: new Blob([new Uint8Array(bytes)]) }, name);
  };
  const [train, test] = await Promise.all([rowsIn('train'), rowsIn('test')]);
  return { train, test };
}
