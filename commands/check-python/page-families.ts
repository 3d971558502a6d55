import { writeOnnxFile } from '../../src/device/onnx-file.ts';
import { openDevice } from '../../src/device/open.ts';
import type { LoadedEncoder } from '../../src/engine/contract.ts';
import { dataFacts, readBundle, writeBundle } from '../../src/files/bundle.ts';
import { encoderChecksum } from '../../src/files/checksum.ts';
import { type EncoderFiles, readEncoderFiles } from '../../src/files/encoder-files.ts';
import type { TaskKind } from '../../src/model/task-kind.ts';
import { noHistory } from '../../src/training/records/saved-run.ts';
import { type Run, readRun } from '../../src/training/run.ts';
import { Session } from '../../src/training/session.ts';
import { readSingleLabel } from '../support/page/dataset.ts';
import { folder, writeResult } from '../support/page/files.ts';
import { logitsOfTexts } from '../support/page/logits.ts';

/** `npm run check:python`: runs on every family of encoders, trained here to be compared with Python. */

interface Question {
  /** Run files; `model` is a folder under the mount `models`. */
  runs: unknown[];
  texts: string[];
  /** Steps before a run is paused. */
  pauseAt: number;
}

export interface FamilyRun {
  /** The loss of every step. */
  losses: number[];
  /** Losses of the run when it was paused, written as a bundle, read, and resumed; from the pause on. */
  resumed: number[];
  /** The engine's logits at the run's end, one row a text. */
  logits: number[][];
}

/** Trains each run; writes NAME/paused.zip, NAME/ended.zip and NAME/model.onnx. */
export async function familyRuns({ runs, texts, pauseAt }: Question): Promise<Record<string, FamilyRun>> {
  const results: Record<string, FamilyRun> = {};
  for (const json of runs) {
    const run = readRun(json);
    const device = await openDevice(run.engine);
    const files = await readEncoderFiles((name) => folder('models')(`${run.model}/${name}`));
    const encoder = await device.loadEncoder(files);
    try {
      results[run.name] = await familyRun(run, encoder, files, { texts, pauseAt });
    } finally {
      encoder.destroy();
      device.destroy();
    }
  }
  return results;
}

async function familyRun(
  run: Run,
  encoder: LoadedEncoder,
  files: EncoderFiles,
  { texts, pauseAt }: Pick<Question, 'texts' | 'pauseAt'>,
): Promise<FamilyRun> {
  const { config, weights, tokenizer } = files;
  const dataset = await readSingleLabel(run);
  const parts = { encoder, tokenizer, dataset, run, now: () => 0 };
  const facts = { config, sha256: await encoderChecksum(config, weights) };
  const bundleOf = async (session: Session) => {
    const { train, test, labels } = dataset;
    const state = await session.state();
    const history = noHistory();
    return writeBundle<TaskKind>({
      run,
      labels,
      encoder: facts,
      data: await dataFacts(dataset),
      history,
      state,
      rows: { train, test },
    });
  };
  const session = await Session.create(parts);
  const losses: number[] = [];
  let paused = new Uint8Array();
  for await (const event of session.events()) {
    if (event.type !== 'step') continue;
    losses.push(event.record.loss);
    if (losses.length === pauseAt) paused = await bundleOf(session);
  }
  const logits = await logitsOfTexts(session.engine, texts, { tokenizer, maxLength: run.training.maxLength });
  const tensors = await session.engine.readTrainable();
  await writeResult(`${run.name}/paused.zip`, paused);
  await writeResult(`${run.name}/ended.zip`, await bundleOf(session));
  await writeResult(
    `${run.name}/model.onnx`,
    await writeOnnxFile(files, { run, labels: dataset.labels, tensors }, 'float32'),
  );
  session.destroy();

  const again = await Session.create(parts, readBundle(paused, 'paused.zip').state);
  const resumed: number[] = [];
  for await (const event of again.events()) if (event.type === 'step') resumed.push(event.record.loss);
  again.destroy();
  return { losses, resumed, logits };
}
