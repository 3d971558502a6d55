import { yieldToPage } from '../../base/work.ts';
import { writeOnnxFile } from '../../device/onnx-file.ts';
import { openOnnxRuntime } from '../../device/open.ts';
import type { EncoderFiles } from '../../files/encoder-files.ts';
import { checkExport } from '../../training/experiments/export-check.ts';
import { rowLength } from '../../training/run.ts';
import type { Session } from '../../training/session.ts';
import { fetchBuiltIn } from '../offline/read.ts';
import type { OnnxProgress, OnnxResult } from './api.ts';

/** The run as an ONNX file, which is loaded again and compared with the engine before the page gets it. */

/** Test rows that the file and the engine are compared on. */
const maxRows = 256;

interface ExportParts {
  session: Session;
  /** The encoder's files, rounded as the run's frozen weights are. */
  files: () => Promise<Pick<EncoderFiles, 'config' | 'weights' | 'tokenizer'>>;
  precision: OnnxResult['precision'];
}

/** @throws OnnxExportError for weights that do not fit into one file, or not into float16 */
export async function exportOnnx(
  { session, files, precision }: ExportParts,
  progress: (progress: OnnxProgress) => void,
): Promise<OnnxResult> {
  const { run, labels, engine, dataset } = session;
  const report = async (stage: OnnxProgress['stage'], done: number, of: number | null) => {
    progress({ stage, done, of });
    await yieldToPage();
  };

  await report('write', 0, null);
  const trained = { run, labels, tensors: await engine.readTrainable() };
  const { config, weights, tokenizer } = await files();
  const bytes = await writeOnnxFile({ config, weights, tokenizer }, trained, precision);

  await report('load', 0, null);
  const runtime = await openOnnxRuntime({
    onProgress: (done, of) => progress({ stage: 'load', done, of }),
    fetchFile: fetchBuiltIn,
  });
  const { openExported } = await import('../../onnx/exported.ts');
  const exported = await openExported(runtime, bytes);
  try {
    const maxLength = rowLength(run, config);
    const parts = { engine, exported: exported.logits, run, dataset, tokenizer, maxLength };
    const check = checkExport(parts, maxRows);
    let next = await check.next();
    while (!next.done) {
      await report('check', next.value.done, next.value.of);
      next = await check.next();
    }
    return { name: run.name, precision, file: new Blob([bytes]), ...next.value };
  } finally {
    await exported.release();
  }
}
