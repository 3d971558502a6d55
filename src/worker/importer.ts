import { type DataFile, DataFileError, type Layout, ReadCancelled } from '../data/data-file.ts';
import type { ImportOptions, Inspection } from '../data/import.ts';
import type { Row } from '../data/rows.ts';
import { said, type Words } from '../model/said.ts';

/** The page's way to the worker that reads files: one worker a question, ended with its answer. */

type RowOptions = Pick<ImportOptions, 'mapping' | 'unlabelled'>;

export type ImportRequest =
  | { type: 'inspect'; file: DataFile; choices: Partial<Layout> }
  | { type: 'import'; inspection: Pick<Inspection, 'file' | 'layout'>; options: RowOptions };

export type ImportAnswer =
  | { type: 'progress'; read: number; total: number }
  | { type: 'done'; value: Inspection | Row[] }
  | { type: 'failed'; words: Words };

interface Listening {
  signal: AbortSignal;
  onProgress?: (read: number, total: number) => void;
}

function ask(request: ImportRequest, file: string, { signal, onProgress }: Listening): Promise<Inspection | Row[]> {
  const worker = new Worker(new URL('./import.worker.ts', import.meta.url), { type: 'module' });
  const answer = new Promise<Inspection | Row[]>((resolve, reject) => {
    const cancel = () => reject(new ReadCancelled(`${file}: reading was cancelled.`));
    if (signal.aborted) cancel();
    signal.addEventListener('abort', cancel, { once: true });
    worker.addEventListener('message', ({ data }: MessageEvent<ImportAnswer>) => {
      if (data.type === 'progress') onProgress?.(data.read, data.total);
      else if (data.type === 'done') resolve(data.value);
      else reject(new DataFileError(data.words));
    });
    worker.addEventListener('error', ({ message }) =>
      reject(
        new DataFileError(said`${file} could not be read: ${message || said`the reader stopped`}. Try a smaller file.`),
      ),
    );
  });
  worker.postMessage(request);
  return answer.finally(() => worker.terminate());
}

/**
 * Looks at a file's beginning.
 * @throws DataFileError, ReadCancelled
 */
export const inspectFile = (file: DataFile, choices: Partial<Layout>, signal: AbortSignal): Promise<Inspection> =>
  ask({ type: 'inspect', file, choices }, file.name, { signal }) as Promise<Inspection>;

/**
 * Reads all rows of a file.
 * @throws DataFileError naming file and line, ReadCancelled
 */
export const readRows = (
  { file, layout }: Pick<Inspection, 'file' | 'layout'>,
  options: RowOptions,
  listening: Listening,
): Promise<Row[]> =>
  ask({ type: 'import', inspection: { file, layout }, options }, file.name, listening) as Promise<Row[]>;
