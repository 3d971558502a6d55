import { shareUnknown } from '../../src/data/checks/checks.ts';
import { mostlyUnknown } from '../../src/data/checks/mostly-unknown.ts';
import type { Dataset } from '../../src/data/dataset.ts';
import { writeOnnxFile } from '../../src/device/onnx-file.ts';
import { describeDevice, openDevice } from '../../src/device/open.ts';
import { readEncoderFiles } from '../../src/files/encoder-files.ts';
import { writeSafetensors } from '../../src/files/formats/safetensors.ts';
import { pythonTensors } from '../../src/files/python-tensors.ts';
import { roundFrozen } from '../../src/model/frozen-bits.ts';
import type { Precision } from '../../src/onnx/export.ts';
import { argMax, confusionMatrix, type Scores } from '../../src/training/metrics.ts';
import {
  type EpochRecord,
  type FrozenBaselines,
  type HeadRecord,
  type StepRecord,
  scoresOf,
} from '../../src/training/records/records.ts';
import { noHistory } from '../../src/training/records/saved-run.ts';
import { isOwnBudgetBest, stepsAgainst } from '../../src/training/records/standing.ts';
import type { Run } from '../../src/training/run.ts';
import { Session } from '../../src/training/session.ts';
import { readDataset } from '../support/page/dataset.ts';
import { folder, writeResult } from '../support/page/files.ts';
import { writeExports } from './write-exports.ts';

/** `npm run train`: a run file to its end, on the page's engine, with metrics and weights written to a folder. */

/** Milliseconds between two reports of steps on the console. */
const printInterval = 3000;

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

const describeScores = ({ loss, accuracy, macroF1 }: Scores) =>
  `loss ${loss.toFixed(4)}, accuracy ${percent(accuracy)}, macro-F1 ${percent(macroF1)}`;

const describeEpoch = (record: EpochRecord): string =>
  `epoch ${record.epoch}: train loss ${record.trainLoss.toFixed(4)}, ${record.validation ? 'validation' : 'test'} ${describeScores(scoresOf(record))}`;

/** Description of a baseline's training and its scores. */
function describeHead({ learningRate, epochs, plannedEpochs, steps, validation, test }: HeadRecord): string {
  const planned = plannedEpochs === epochs ? '' : ` of ${plannedEpochs} planned`;
  const scores = test ? `test ${describeScores(test)}` : validation ? `validation ${describeScores(validation)}` : '';
  return `rate ${learningRate}, ${epochs} epochs${planned}, ${steps} steps: ${scores}`;
}

function printBaselines(baselines: FrozenBaselines): void {
  const { sameBudget, best } = baselines;
  if (isOwnBudgetBest(baselines)) {
    console.log(`frozen baseline, at its best with the run's own budget: ${describeHead(best)}`);
    return;
  }
  if (sameBudget) console.log(`frozen baseline, same budget: ${describeHead(sameBudget)}`);
  console.log(`frozen baseline, at its best:  ${describeHead(best)}`);
}

/** A sentence on how epochs are scored and weights chosen. */
function protocolOf({ data, training }: Run, { validation }: Dataset): string {
  if (validation.length === 0)
    return "Epochs are scored on the test rows; the last epoch's weights remain. The baseline's rate and epochs are chosen on training rows held out.";
  const source = data.validationShare === undefined ? '' : ' set aside from the training rows';
  const kept = training.choose === 'last' ? "the last epoch's weights remain" : 'the weights of the best epoch remain';
  const stop =
    training.patience === undefined ? '' : `, and a side stops after ${training.patience} epochs without a better one`;
  return `Epochs are scored on ${validation.length} validation rows${source}; ${kept}${stop}. Test rows are read once, at the end.`;
}

interface Options {
  run: Run;
  /** How the weights of model.onnx are stored; null writes no such file. */
  onnx: Precision | null;
}

/** Trains a run; folders `model`, `data` and `out` are served by the command. */
export async function train({ run, onnx }: Options): Promise<void> {
  const started = performance.now();
  const device = await openDevice(run.engine);
  const [files, dataset] = await Promise.all([readEncoderFiles(folder('model')), readDataset(run)]);
  const unknown = shareUnknown([...dataset.train, ...dataset.test], files.tokenizer);
  if (unknown > mostlyUnknown)
    console.log(
      `warning: ${percent(unknown)} of the tokens are unknown: this encoder's vocabulary is not made for these texts`,
    );
  const rounded = roundFrozen(files, run.frozenBits);
  const encoder = await device.loadEncoder(rounded);
  const now = () => performance.now();
  const session = await Session.create({ encoder, tokenizer: files.tokenizer, dataset, run, now });
  session.ahead = 1;
  const { counts, totalSteps } = session;
  console.log(
    `${run.name}: ${dataset.train.length} training rows, ${dataset.validation.length} validation rows, ${dataset.test.length} test rows, ${dataset.labels.length} classes`,
  );
  console.log(
    `${counts.trainable} parameters train: ${percent(counts.ratioOfBase)} of the base without the head, ${percent(counts.ratioOfAll)} of all`,
  );
  console.log(protocolOf(run, dataset));
  console.log(describeDevice(device));

  const history = noHistory();
  const { steps, epochs } = history;
  const baselineSteps: StepRecord[] = [];
  let printedAt = 0;
  let [baselineFrom, baselineSeconds] = [0, 0];
  for await (const event of session.events()) {
    if (event.type === 'step') {
      steps.push(event.record);
      const { step, loss, learningRate, milliseconds } = event.record;
      if (now() - printedAt >= printInterval || step + 1 === totalSteps) {
        printedAt = now();
        console.log(
          `step ${step + 1}/${totalSteps}  loss ${loss.toFixed(4)}  lr ${learningRate.toExponential(2)}  ${milliseconds.toFixed(0)} ms`,
        );
      }
    }
    if (event.type === 'epoch') {
      epochs.push(event.record);
      console.log(`adapted, ${describeEpoch(event.record)}`);
    }
    if (event.type === 'baseline-step') baselineSteps.push(event.record);
    if (event.type === 'baseline') history.baseline.push(event.record);
    if (event.type === 'baselines') {
      history.baselines = event.record;
      baselineSeconds = (now() - baselineFrom) / 1000;
      console.log(`both frozen baselines took ${baselineSeconds.toFixed(1)} s`);
    }
    if (event.type === 'final') {
      history.final = event.record;
      history.baselines = event.baselines;
      console.log(`adapted, weights of epoch ${event.record.epoch}: test ${describeScores(event.record.test)}`);
      if (event.baselines) printBaselines(event.baselines);
    }
    if (event.type === 'phase' && event.phase === 'baseline') baselineFrom = now();
    if (event.type === 'phase' && (event.phase === 'evaluating' || event.phase === 'baseline'))
      console.log(`${event.phase} …`);
  }

  const { final, baselines } = history;
  const labels = dataset.test.map(({ label }) => label);
  const trainable = await session.engine.readTrainable();
  const { base, adapter, head, trainable: trainableCount, ratioOfBase, ratioOfAll } = counts;
  const metrics = {
    run,
    labels: dataset.labels,
    trainRows: dataset.train.length,
    validationRows: dataset.validation.length,
    testRows: dataset.test.length,
    steps,
    epochs,
    final,
    // The best one's fields come first, for readers who want one number.
    baseline: { ...baselines?.best, ...baselines, steps: baselineSteps, epochs: history.baseline },
    stepsAgainstBaseline: final && baselines && stepsAgainst(final.epoch * session.stepsPerEpoch, baselines),
    confusion: confusionMatrix(labels, session.logits.map(argMax), dataset.labels.length),
    parameters: { base, adapter, head, trainable: trainableCount, ratioOfBase, ratioOfAll },
    memoryBytes: session.engine.memory(),
    seconds: (performance.now() - started) / 1000,
    baselineSeconds,
    engine: session.engine.name,
    device: session.engine.device,
  };
  await writeResult('metrics.json', `${JSON.stringify(metrics, null, 2)}\n`);
  await writeResult('trainable.safetensors', writeSafetensors(pythonTensors(trainable, files.config)));
  await writeExports(session, files, dataset, history);
  // Last: a model that is too large for one such file still leaves all the rest.
  const trained = { run, labels: dataset.labels, tensors: trainable };
  if (onnx) await writeResult('model.onnx', await writeOnnxFile(rounded, trained, onnx));
  session.destroy();
  encoder.destroy();
  device.destroy();
}
