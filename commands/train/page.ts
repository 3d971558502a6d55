import { yieldToPage } from '../../src/base/work.ts';
import { shareUnknown } from '../../src/data/checks/checks.ts';
import { mostlyUnknown } from '../../src/data/checks/mostly-unknown.ts';
import type { Dataset } from '../../src/data/dataset.ts';
import { writeOnnxFile } from '../../src/device/onnx-file.ts';
import { type Device, describeDevice, openDevice } from '../../src/device/open.ts';
import { checkBundle, dataFacts } from '../../src/files/bundle.ts';
import { encoderChecksum } from '../../src/files/checksum.ts';
import { type EncoderFiles, readEncoderFiles } from '../../src/files/encoder-files.ts';
import { writeSafetensors } from '../../src/files/formats/safetensors.ts';
import { pythonTensors } from '../../src/files/python-tensors.ts';
import { roundFrozen } from '../../src/model/frozen-bits.ts';
import type { TaskKind } from '../../src/model/task-kind.ts';
import type { Precision } from '../../src/onnx/export.ts';
import { argMax, confusionMatrix } from '../../src/training/metrics.ts';
import { noHistory } from '../../src/training/records/saved-run.ts';
import { stepsAgainst } from '../../src/training/records/standing.ts';
import { isPair, kindOf, type Run } from '../../src/training/run.ts';
import { scorings } from '../../src/training/scores/kinds.ts';
import { Session } from '../../src/training/session.ts';
import { readDataset } from '../support/page/dataset.ts';
import { folder, writeResult } from '../support/page/files.ts';
import { stopAsked } from '../support/page/stop.ts';
import { type Checkpoint, type HeadlessFacts, parseCheckpoint } from './checkpoint.ts';
import { Keeper } from './keeper.ts';
import { percent, protocolOf, Recorder } from './report.ts';
import { writeExports } from './write-exports.ts';

/** `npm run train`: a run file to its end, on the page's engine, with metrics and weights written to a folder. */

interface Options {
  run: Run;
  /** How the weights of model.onnx are stored; null writes no such file. */
  onnx: Precision | null;
  /** Name of the checkpoint in the folder `out` that the run goes on from; null: it begins anew. */
  resume: string | null;
}

/** What a run is set up from. */
interface Parts {
  device: Device;
  files: EncoderFiles;
  dataset: Dataset<TaskKind>;
  /** Of the encoder's weights. */
  sha256: string;
}

/** Reads the checkpoint that a run goes on from. */
async function readStart(name: string): Promise<Checkpoint> {
  const bytes = await folder('out')(name);
  if (!bytes) throw new Error(`${name} is gone.`);
  return parseCheckpoint(bytes, name);
}

/** @throws BundleError where a checkpoint is of another encoder or of other rows */
async function checkStart({ bundle, facts }: Checkpoint, { dataset, sha256, device }: Parts): Promise<void> {
  await checkBundle(bundle, sha256, dataset);
  if (facts.engine !== device.engine)
    console.log(
      `warning: so far it was trained by ${facts.engine} (${facts.device}); from here on its numbers differ from that engine's in the last digits`,
    );
}

function describeRun(session: Session<TaskKind>, { dataset, files, device }: Parts): void {
  const unknown = shareUnknown([...dataset.train, ...dataset.test], files.tokenizer);
  if (unknown > mostlyUnknown)
    console.log(
      `warning: ${percent(unknown)} of the tokens are unknown: this encoder's vocabulary is not made for these texts`,
    );
  const { run, counts } = session;
  const kind = kindOf(run);
  const asked =
    kind === 'single-label'
      ? `${dataset.labels.length} classes`
      : kind === 'regression'
        ? 'a number each'
        : `${dataset.labels.length} ${kind === 'token' ? 'tags' : 'classes, any number of them each'}`;
  console.log(
    `${run.name}: ${dataset.train.length} training rows, ${dataset.validation.length} validation rows, ${dataset.test.length} test rows, ${asked}`,
  );
  console.log(
    `${counts.trainable} parameters train: ${percent(counts.ratioOfBase)} of the base without the head, ${percent(counts.ratioOfAll)} of all`,
  );
  console.log(protocolOf(run, dataset));
  console.log(describeDevice(device));
}

/** Rows, or words, counted by (true class, predicted class), where each has one class. */
function confusionOf(session: Session<TaskKind>): { confusion?: number[][] } {
  const kind = kindOf(session.run);
  if (kind !== 'single-label' && kind !== 'token') return {};
  const { targets, logits } = session.answers;
  const truth = targets.map(([label = 0]) => label);
  return {
    confusion: confusionMatrix(
      truth,
      logits.map((row) => argMax([...row])),
      session.labels.length,
    ),
  };
}

/**
 * Trains a run; folders `model`, `data` and `out` are served by the command.
 * @returns false where it was asked to stop before its end
 */
export async function train({ run: asked, onnx, resume }: Options): Promise<boolean> {
  const now = () => performance.now();
  const started = now();
  const device = await openDevice(asked.engine);
  const start = resume === null ? null : await readStart(resume);
  const [files, { dataset, run }] = await Promise.all([
    readEncoderFiles(folder('model')),
    readDataset(asked, start ? isPair(start.bundle.run) : undefined),
  ]);
  const sha256 = await encoderChecksum(files.config, files.weights);
  const parts: Parts = { device, files, dataset, sha256 };
  const kind = kindOf(run);
  if (start) await checkStart(start, parts);
  const rounded = roundFrozen(files, run.frozenBits);
  const encoder = await device.loadEncoder(rounded);
  const { tokenizer } = files;
  const session = await Session.create<TaskKind>(
    { encoder, tokenizer, dataset, run, scoring: scorings[kind], now },
    start?.bundle.state,
  );
  describeRun(session, parts);

  const before = start?.facts ?? { seconds: 0, baselineSeconds: 0, checkpointSeconds: 0, baselineSteps: [] };
  const recorder = new Recorder(
    { ...before, history: start?.bundle.history ?? noHistory() },
    { totalSteps: session.totalSteps, kind, now },
  );
  const { history } = recorder;
  const unchanging = {
    run,
    labels: session.labels,
    encoder: { config: files.config, sha256 },
    data: await dataFacts(dataset, kind),
  };
  const checkpoint = async (): Promise<Checkpoint> => {
    const { history, baselineSteps } = recorder.kept();
    return {
      bundle: { ...unchanging, history, state: await session.state() },
      facts: { engine: device.engine, device: session.engine.device, ...times(), baselineSteps },
    };
  };
  const keeper = new Keeper(session, { checkpoint, now });
  const times = (): Omit<HeadlessFacts, 'engine' | 'device' | 'baselineSteps'> => ({
    seconds: before.seconds + (now() - started) / 1000,
    baselineSeconds: recorder.baselineSeconds,
    checkpointSeconds: before.checkpointSeconds + keeper.seconds,
  });
  const stop = async () => {
    if (history.steps.length > 0) await keeper.save();
    return false;
  };

  if (stopAsked()) return false;
  for await (const event of session.events()) {
    recorder.note(event);
    await keeper.at(event);
    // Here a question whether to stop comes in.
    await yieldToPage();
    if (!stopAsked()) continue;
    session.ahead = 0;
    if (!session.busy) return stop();
  }

  const { bundle } = await checkpoint();
  const { final, baselines } = history;
  const { base, adapter, head, trainable, ratioOfBase, ratioOfAll } = session.counts;
  const metrics = {
    run,
    labels: dataset.labels,
    trainRows: dataset.train.length,
    validationRows: dataset.validation.length,
    testRows: dataset.test.length,
    steps: history.steps,
    epochs: history.epochs,
    final,
    // The best one's fields come first, for readers who want one number.
    baseline: { ...baselines?.best, ...baselines, steps: recorder.baselineSteps, epochs: history.baseline },
    stepsAgainstBaseline: final && baselines && stepsAgainst(final.epoch * session.stepsPerEpoch, baselines),
    ...confusionOf(session),
    parameters: { base, adapter, head, trainable, ratioOfBase, ratioOfAll },
    memoryBytes: session.engine.memory(),
    ...times(),
    engine: session.engine.name,
    device: session.engine.device,
  };
  await writeResult('metrics.json', `${JSON.stringify(metrics, null, 2)}\n`);
  const tensors = bundle.state.trainable;
  await writeResult('trainable.safetensors', writeSafetensors(pythonTensors(tensors, files.config)));
  await writeExports(bundle, files, dataset);
  await yieldToPage();
  if (stopAsked()) return stop();
  // Last: a model that is too large for one such file still leaves all the rest.
  if (onnx)
    await writeResult('model.onnx', await writeOnnxFile(rounded, { run, labels: dataset.labels, tensors }, onnx));
  session.destroy();
  encoder.destroy();
  return true;
}
