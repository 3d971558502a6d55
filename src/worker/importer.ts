import { said, type Words } from '../base/message.ts';
import type { ImportOptions, Inspection, Readable } from '../data/import.ts';
import { type DataFile, DataFileError, type Layout, ReadCancelled } from '../data/readers/data-file.ts';
import { type PackedRows, RowCollector } from '../data/rows/packed-rows.ts';
import type { Row } from '../data/rows/row.ts';

/** The page's way to the worker that reads files: one worker a question, ended with its answer. */

type RowOptions = Pick<ImportOptions, 'mapping' | 'unlabelled'>;

export type ImportRequest =
  | { type: 'inspect'; file: DataFile; choices: Partial<Layout> }
  | { type: 'import'; inspection: Readable; options: RowOptions };

export type ImportAnswer =
  | { type: 'progress'; read: number; total: number }
  | { type: 'inspected'; value: Inspection }
  /** Some of the rows; small enough to be taken in between two frames. */
  | { type: 'rows'; rows: PackedRows }
  /** All rows have been told. */
  | { type: 'read' }
  | ({ type: 'failed'; words: Words } & FailureDetails);

/** What may be done about a file that could not be read. */
type FailureDetails = Partial<Pick<DataFileError, 'layout' | 'unlabelled'>>;

interface Listening {
  signal: AbortSignal;
  onProgress?: (read: number, total: number) => void;
  /** Milliseconds without a word after which the reader is given up. */
  patience?: number;
}

/** A reader that works tells something many times a second; unpacking a large group of rows takes it seconds. */
const usualPatience = 60_000;

interface Question<T> {
  request: ImportRequest;
  file: string;
  /** The answer, once it is whole. */
  take: (answer: ImportAnswer) => T | undefined;
}

function failure({ words, layout, unlabelled }: { words: Words } & FailureDetails): DataFileError {
  return Object.assign(new DataFileError(words), layout && { layout }, unlabelled && { unlabelled });
}

/** Asks a worker of its own. @throws DataFileError, ReadCancelled */
function ask<T>(
  { request, file, take }: Question<T>,
  { signal, onProgress, patience = usualPatience }: Listening,
): Promise<T> {
  const worker = new Worker(new URL('./import.worker.ts', import.meta.url), { type: 'module' });
  let silence: ReturnType<typeof setTimeout> | undefined;
  const answer = new Promise<T>((resolve, reject) => {
    const fail = (words: Words) => reject(new DataFileError(words));
    const wait = () => {
      clearTimeout(silence);
      silence = setTimeout(
        () =>
          fail(
            said`${file} could not be read: the reader said nothing for ${patience / 1000} seconds. Is the file damaged?`,
          ),
        patience,
      );
    };
    const cancel = () => reject(new ReadCancelled(`${file}: reading was cancelled.`));
    if (signal.aborted) cancel();
    signal.addEventListener('abort', cancel, { once: true });
    worker.addEventListener('message', ({ data }: MessageEvent<ImportAnswer>) => {
      wait();
      if (data.type === 'failed') reject(failure(data));
      else if (data.type === 'progress') onProgress?.(data.read, data.total);
      const whole = take(data);
      if (whole !== undefined) resolve(whole);
    });
    worker.addEventListener('error', ({ message }) =>
      fail(said`${file} could not be read: ${message || said`the reader stopped`}. Try a smaller file.`),
    );
    wait();
  });
  worker.postMessage(request);
  return answer.finally(() => {
    clearTimeout(silence);
    worker.terminate();
  });
}

/**
 * Looks at a file's beginning.
 * @throws DataFileError, ReadCancelled
 */
export const inspectFile = (file: DataFile, choices: Partial<Layout>, listening: Listening): Promise<Inspection> =>
  ask(
    {
      request: { type: 'inspect', file, choices },
      file: file.name,
      take: (answer) => (answer.type === 'inspected' ? answer.value : undefined),
    },
    listening,
  );

/**
 * Reads all rows of a file.
 * @throws DataFileError naming file and line, ReadCancelled
 */
export function readRows({ file, layout }: Readable, options: RowOptions, listening: Listening): Promise<Row[]> {
  const collector = new RowCollector();
  const take = (answer: ImportAnswer) => {
    if (answer.type === 'rows') collector.add(answer.rows);
    return answer.type === 'read' ? collector.rows : undefined;
  };
  return ask({ request: { type: 'import', inspection: { file, layout }, options }, file: file.name, take }, listening);
}
