import { wordsOf } from '../base/message.ts';
import { inspect, rowBatches } from '../data/import.ts';
import { DataFileError } from '../data/readers/data-file.ts';
import { packRows, piecesOf } from '../data/rows/packed-rows.ts';
import type { ImportAnswer, ImportRequest } from './importer.ts';

/** Reads one file beside the page, so that a large one freezes nothing. Whoever wants no more of it ends the worker. */

const tell = (answer: ImportAnswer) => postMessage(answer);

/** Progress is told at most this often, in milliseconds. */
const tellInterval = 100;

async function carryOut(request: ImportRequest): Promise<void> {
  if (request.type === 'inspect')
    return tell({ type: 'inspected', value: await inspect(request.file, request.choices) });
  let toldAt = 0;
  const onProgress = (read: number, total: number) => {
    if (performance.now() - toldAt < tellInterval) return;
    toldAt = performance.now();
    tell({ type: 'progress', read, total });
  };
  for await (const rows of rowBatches(request.inspection, { ...request.options, onProgress }))
    for (const piece of piecesOf(rows)) tell({ type: 'rows', rows: packRows(piece) });
  tell({ type: 'read' });
}

self.addEventListener('message', ({ data }: MessageEvent<ImportRequest>) => {
  carryOut(data).catch((error: unknown) => {
    const { layout, unlabelled } = error instanceof DataFileError ? error : {};
    tell({ type: 'failed', words: wordsOf(error), ...(layout && { layout }), ...(unlabelled && { unlabelled }) });
  });
});
