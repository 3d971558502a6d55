import { importRows, inspect } from '../data/import.ts';
import { wordsOf } from '../model/said.ts';
import type { ImportAnswer, ImportRequest } from './importer.ts';

/** Reads one file beside the page, so that a large one freezes nothing. Whoever wants no more of it ends the worker. */

const tell = (answer: ImportAnswer) => postMessage(answer);

/** Progress is told at most this often, in milliseconds. */
const tellInterval = 100;

async function carryOut(request: ImportRequest): Promise<void> {
  if (request.type === 'inspect') return tell({ type: 'done', value: await inspect(request.file, request.choices) });
  let toldAt = 0;
  const onProgress = (read: number, total: number) => {
    if (performance.now() - toldAt < tellInterval) return;
    toldAt = performance.now();
    tell({ type: 'progress', read, total });
  };
  tell({ type: 'done', value: await importRows(request.inspection, { ...request.options, onProgress }) });
}

self.addEventListener('message', ({ data }: MessageEvent<ImportRequest>) => {
  carryOut(data).catch((error: unknown) => tell({ type: 'failed', words: wordsOf(error) }));
});
