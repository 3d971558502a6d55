import { PersonError } from '../base/message.ts';
import { writeOnnxFile } from '../device/onnx-file.ts';
import { openOnnxRuntime } from '../device/open.ts';
import { roundFrozen } from '../model/frozen-bits.ts';
import { checkExport } from '../training/experiments/export-check.ts';
import { rowLength } from '../training/run.ts';
import { neededEncoder, readFiles } from './place.ts';
import type { OnnxStage, Request } from './protocol.ts';
import { breathe, tell } from './tell.ts';
import { currentSession, stop } from './training-loop.ts';

/** The run as an ONNX file, which is loaded again and held against the engine before the page gets it. */

/** Test rows that the file and the engine are asked about. */
const mostRows = 256;

async function tellStage(stage: OnnxStage, done: number, of: number | null): Promise<void> {
  tell({ type: 'onnx-export', stage, done, of, result: null });
  await breathe();
}

export async function exportOnnxFile({ precision }: Extract<Request, { type: 'export-onnx' }>): Promise<void> {
  await stop();
  const session = currentSession();
  if (!session) throw new PersonError('There is no run to export. Set one up and train it first.');
  const encoder = neededEncoder();
  const { loaded, tokenizer, weights } = encoder;
  const { run, labels, engine, dataset } = session;

  await tellStage('write', 0, null);
  const kept = weights && { config: loaded.config, weights, tokenizer };
  const trained = { run, labels, tensors: await engine.readTrainable() };
  const bytes = await writeOnnxFile(kept ?? roundFrozen(await readFiles(encoder), run.frozenBits), trained, precision);

  await tellStage('load', 0, null);
  const runtime = await openOnnxRuntime({
    onProgress: (done, of) => tell({ type: 'onnx-export', stage: 'load', done, of, result: null }),
  });
  const { openExported } = await import('../onnx/exported.ts');
  const exported = await openExported(runtime, bytes);
  try {
    const maxLength = rowLength(run, loaded.config);
    const parts = { engine, exported: exported.logits, run, dataset, tokenizer, maxLength };
    const check = checkExport(parts, mostRows);
    let next = await check.next();
    while (!next.done) {
      await tellStage('check', next.value.done, next.value.of);
      next = await check.next();
    }
    const result = { name: run.name, precision, file: new Blob([bytes]), ...next.value };
    tell({ type: 'onnx-export', stage: 'check', done: result.rows, of: result.rows, result });
  } finally {
    await exported.release();
  }
}
