import { chunks, epochOrder } from '../data/batches.ts';
import { seedOf } from '../model/random.ts';
import type { Engine, EngineSettings, FeatureBatch, LoadedEncoder } from './engine.ts';
import { type Scores, score } from './metrics.ts';
import type { EpochRecord, StepRecord } from './records.ts';
import { learningRateAt } from './schedule.ts';

/**
 * The frozen baseline: the same encoder and the same kind of head, nothing else trained. Its features never change, so each
 * row is encoded once and the head trains on cached features, for an epoch budget of its own and at the better of a few rates.
 */

const epochs = 15;
const trialEpochs = 5;
const batchSize = 32;
const learningRates = [0.003, 0.01];
/** Share of the training rows that the choice of the rate is judged on. */
const heldOut = 0.1;
const warmup = 0.1;
/** Rows scored at once: features are small. */
const scoringBatch = 256;

interface FeatureRows {
  /** One row an example. (rows, H) */
  features: Float32Array[];
  labels: number[];
}

export type BaselineEvent =
  | { type: 'work' }
  | { type: 'baseline-step'; record: StepRecord }
  | { type: 'baseline'; record: EpochRecord };

export interface BaselineResult {
  learningRate: number;
  /** Logits of the test rows. */
  logits: number[][];
}

const settingsOf = (settings: EngineSettings): EngineSettings => ({
  ...settings,
  plan: { adapters: [], loras: [], base: 'none' },
  optimizer: { ...settings.optimizer, weightDecay: 0, clip: null },
  microBatches: 1,
});

/** An engine that trains the head alone; it also encodes rows with the frozen encoder. */
export const createBaselineEngine = (encoder: LoadedEncoder, settings: EngineSettings): Promise<Engine> =>
  encoder.createEngine(settingsOf(settings));

function featureBatch({ features, labels }: FeatureRows, rows: readonly number[]): FeatureBatch {
  const picked = rows.map((row) => features[row] ?? new Float32Array());
  const width = picked[0]?.length ?? 0;
  const flat = new Float32Array(rows.length * width);
  picked.forEach((row, i) => {
    flat.set(row, i * width);
  });
  return { examples: rows.length, features: flat, labels: Uint32Array.from(rows, (row) => labels[row] ?? 0) };
}

const everyRow = ({ labels }: FeatureRows) => labels.map((_, row) => row);

async function logitsOf(engine: Engine, rows: FeatureRows, classes: number): Promise<number[][]> {
  const logits: number[][] = [];
  for (const batch of chunks(everyRow(rows), scoringBatch)) {
    const flat = await engine.evaluate(featureBatch(rows, batch));
    logits.push(...batch.map((_, i) => [...flat.subarray(i * classes, (i + 1) * classes)]));
  }
  return logits;
}

async function scoresOf(engine: Engine, rows: FeatureRows, classes: number): Promise<Scores> {
  return score(await logitsOf(engine, rows, classes), rows.labels, classes);
}

interface HeadTraining {
  learningRate: number;
  epochCount: number;
  seed: number;
  now: () => number;
}

/** Trains the head for some epochs on some of the rows; yields every step, with the epoch's mean loss at its last. */
async function* trainHead(
  engine: Engine,
  rows: FeatureRows,
  chosen: readonly number[],
  { learningRate, epochCount, seed, now }: HeadTraining,
): AsyncGenerator<{ record: StepRecord; trainLoss: number | null }> {
  const perEpoch = Math.ceil(chosen.length / batchSize);
  const total = perEpoch * epochCount;
  const schedule = { learningRate, schedule: 'linear', warmupSteps: Math.round(warmup * total) } as const;
  let step = 0;
  for (let epoch = 0; epoch < epochCount; epoch++) {
    const order = epochOrder(chosen.length, seedOf(seed, 'baseline'), epoch).map((i) => chosen[i] ?? 0);
    let sum = 0;
    for (const [i, batch] of chunks(order, batchSize).entries()) {
      const rate = learningRateAt(step, total, schedule);
      const started = now();
      const { loss, gradNorm } = await engine.step(featureBatch(rows, batch), rate);
      sum += loss * batch.length;
      const record = { step, loss, learningRate: rate, gradNorm, milliseconds: now() - started };
      yield { record, trainLoss: i + 1 === perEpoch ? sum / chosen.length : null };
      step++;
    }
  }
}

/** Which learning rate leaves the lower loss on rows held out of the training rows. */
async function* chooseLearningRate(
  encoder: LoadedEncoder,
  settings: EngineSettings,
  rows: FeatureRows,
  now: () => number,
): AsyncGenerator<BaselineEvent, number> {
  const order = epochOrder(rows.labels.length, seedOf(settings.seed, 'baseline-choice'), 0);
  const outside = order.slice(0, Math.max(1, Math.round(heldOut * order.length)));
  const inside = order.slice(outside.length);
  const judged = {
    features: outside.map((row) => rows.features[row] ?? new Float32Array()),
    labels: outside.map((row) => rows.labels[row] ?? 0),
  };
  let best = { learningRate: learningRates[0] ?? 0, loss: Number.POSITIVE_INFINITY };
  for (const learningRate of learningRates) {
    const engine = await createBaselineEngine(encoder, settings);
    try {
      const options = { learningRate, epochCount: trialEpochs, seed: settings.seed, now };
      for await (const _ of trainHead(engine, rows, inside, options)) yield { type: 'work' };
      const { loss } = await scoresOf(engine, judged, settings.classes);
      if (loss < best.loss) best = { learningRate, loss };
    } finally {
      engine.destroy();
    }
  }
  return best.learningRate;
}

/**
 * Trains the baseline's head, yielding between steps so that the caller may pause.
 * @param engine made by `createBaselineEngine`, not trained yet
 */
export async function* trainBaseline(
  engine: Engine,
  encoder: LoadedEncoder,
  settings: EngineSettings,
  { train, test, now }: { train: FeatureRows; test: FeatureRows; now: () => number },
): AsyncGenerator<BaselineEvent, BaselineResult> {
  // A handful of rows leaves nothing to judge a rate on.
  const enough = train.labels.length >= 2 * learningRates.length;
  const learningRate = enough ? yield* chooseLearningRate(encoder, settings, train, now) : (learningRates.at(-1) ?? 0);
  let epoch = 0;
  const options = { learningRate, epochCount: epochs, seed: settings.seed, now };
  for await (const { record, trainLoss } of trainHead(engine, train, everyRow(train), options)) {
    yield { type: 'baseline-step', record };
    if (trainLoss === null) continue;
    epoch++;
    yield { type: 'baseline', record: { epoch, trainLoss, test: await scoresOf(engine, test, settings.classes) } };
  }
  return { learningRate, logits: await logitsOf(engine, test, settings.classes) };
}
