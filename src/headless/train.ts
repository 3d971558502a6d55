import { z } from 'zod';
import { describeDevice, openDevice } from '../engines/device.ts';
import { writeOnnxFile } from '../engines/onnx-file.ts';
import { readEncoderFiles } from '../files/encoder-files.ts';
import { writeSafetensors } from '../files/safetensors.ts';
import { argMax, confusionMatrix } from '../training/metrics.ts';
import type { EpochRecord, StepRecord } from '../training/records.ts';
import { readRun } from '../training/run.ts';
import { Session } from '../training/session.ts';
import { readDataset } from './dataset.ts';
import { folder, writeResult } from './files.ts';
import { writeExports } from './write-exports.ts';

/** `npm run train`: a run file to its end, on the page's engine, with metrics and weights written to a folder. */

/** The console hears of steps this often, in milliseconds. */
const printInterval = 3000;

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

function describe({ epoch, trainLoss, test }: EpochRecord): string {
  return `train loss ${trainLoss.toFixed(4)}, test loss ${test.loss.toFixed(4)}, accuracy ${percent(test.accuracy)}, macro-F1 ${percent(test.macroF1)} (epoch ${epoch})`;
}

/** `onnx`: how the weights of model.onnx are stored; null writes no such file. */
const optionsSchema = z.object({ run: z.unknown(), onnx: z.enum(['float32', 'float16']).nullable() });

/** Trains a run; folders `model`, `data` and `out` are served by the command. */
export async function train(options: unknown): Promise<void> {
  const { run: json, onnx } = optionsSchema.parse(options);
  const run = readRun(json);
  const started = performance.now();
  const device = await openDevice(run.engine);
  const [files, dataset] = await Promise.all([readEncoderFiles(folder('model')), readDataset(run)]);
  const encoder = await device.loadEncoder(files);
  const now = () => performance.now();
  const session = await Session.create({ encoder, tokenizer: files.tokenizer, dataset, run, now });
  session.ahead = 1;
  const { counts, totalSteps } = session;
  console.log(
    `${run.name}: ${dataset.train.length} training rows, ${dataset.test.length} test rows, ${dataset.labels.length} classes`,
  );
  console.log(
    `${counts.trainable} parameters train: ${percent(counts.ratioOfBase)} of the base without the head, ${percent(counts.ratioOfAll)} of all`,
  );
  console.log(describeDevice(device));

  const steps: StepRecord[] = [];
  const epochs: EpochRecord[] = [];
  const baseline: { steps: StepRecord[]; epochs: EpochRecord[] } = { steps: [], epochs: [] };
  let printedAt = 0;
  let phase = '';
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
      console.log(`adapted:  ${describe(event.record)}`);
    }
    if (event.type === 'baseline-step') baseline.steps.push(event.record);
    if (event.type === 'baseline') baseline.epochs.push(event.record);
    if (event.type !== 'phase') continue;
    const last = baseline.epochs.at(-1);
    if (phase === 'baseline' && last) console.log(`baseline: ${describe(last)}`);
    phase = event.phase;
    if (phase === 'evaluating' || phase === 'baseline') console.log(`${phase} …`);
  }

  const labels = dataset.test.map(({ label }) => label);
  const trainable = await session.engine.readTrainable();
  const { base, adapter, head, trainable: trainableCount, ratioOfBase, ratioOfAll } = counts;
  const metrics = {
    run,
    labels: dataset.labels,
    trainRows: dataset.train.length,
    testRows: dataset.test.length,
    steps,
    epochs,
    // The last epoch's fields stand in front, for who wants one number.
    baseline: { ...baseline.epochs.at(-1), learningRate: session.baselineLearningRate, ...baseline },
    confusion: confusionMatrix(labels, session.testLogits.map(argMax), dataset.labels.length),
    parameters: { base, adapter, head, trainable: trainableCount, ratioOfBase, ratioOfAll },
    memoryBytes: session.engine.memory(),
    seconds: (performance.now() - started) / 1000,
    engine: session.engine.name,
    device: session.engine.device,
  };
  await writeResult('metrics.json', `${JSON.stringify(metrics, null, 2)}\n`);
  await writeResult('trainable.safetensors', writeSafetensors(trainable));
  await writeExports(session, files, dataset, { steps, epochs, baseline: baseline.epochs });
  // Last: a model that is too large for one such file still leaves all the rest.
  const trained = { run, labels: dataset.labels, tensors: trainable };
  if (onnx) await writeResult('model.onnx', await writeOnnxFile(files, trained, onnx));
  session.destroy();
  encoder.destroy();
  device.destroy();
}
