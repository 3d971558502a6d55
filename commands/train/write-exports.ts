import type { Dataset } from '../../src/data/dataset.ts';
import { writeBundle } from '../../src/files/bundle.ts';
import type { EncoderFiles } from '../../src/files/encoder-files.ts';
import { exportFolder, exportFormats } from '../../src/files/export/export.ts';
import type { Trained } from '../../src/files/export/trained.ts';
import type { TaskKind } from '../../src/model/task-kind.ts';
import { type Bundle, wholeRows } from '../../src/training/records/saved-run.ts';
import { testScoresOf } from '../../src/training/records/standing.ts';
import { writeResult } from '../support/page/files.ts';

/** Writes a run's adapter in the format that Python supports best, and the run itself as a bundle, its rows included. */
export async function writeExports(
  bundle: Bundle<TaskKind>,
  files: EncoderFiles,
  dataset: Dataset<TaskKind>,
): Promise<void> {
  const { run, labels, history, state } = bundle;
  const trained: Trained = {
    run,
    labels,
    encoder: files.config,
    tensors: state.trainable,
    scores: testScoresOf(history),
    baseline: history.baselines,
  };
  const [format = 'plain'] = exportFormats(run.method);
  for (const [path, bytes] of exportFolder(trained, format)) await writeResult(path, new Uint8Array(bytes));
  await writeResult('run.zip', writeBundle({ ...bundle, rows: wholeRows(dataset) }));
}
