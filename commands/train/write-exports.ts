import type { Dataset } from '../../src/data/dataset.ts';
import { dataFacts, writeBundle } from '../../src/files/bundle.ts';
import { encoderChecksum } from '../../src/files/checksum.ts';
import type { EncoderFiles } from '../../src/files/encoder-files.ts';
import { exportFolder, exportFormats } from '../../src/files/export/export.ts';
import type { Trained } from '../../src/files/export/trained.ts';
import { type History, wholeRows } from '../../src/training/records/saved-run.ts';
import { testScoresOf } from '../../src/training/records/standing.ts';
import type { Session } from '../../src/training/session.ts';
import { writeResult } from '../support/page/files.ts';

/** Writes a run's adapter in the format that Python supports best, and the run itself as a bundle. */
export async function writeExports(
  session: Session,
  files: EncoderFiles,
  dataset: Dataset,
  history: History,
): Promise<void> {
  const { run, labels } = session;
  const state = await session.state();
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
  const encoder = { config: files.config, sha256: await encoderChecksum(files.config, files.weights) };
  const rows = wholeRows(dataset);
  const bundle = { run, labels, encoder, data: await dataFacts(dataset), history, state, rows };
  await writeResult('run.zip', writeBundle(bundle));
}
