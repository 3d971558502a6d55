import { z } from 'zod';
import type { Dataset } from '../data/dataset.ts';
import { issuePath, issueWords } from '../model/issues.ts';
import { trainingPlan } from '../model/methods.ts';
import { elementCount, headBias, headWeight, type Parameter, trainableParameters } from '../model/parameters.ts';
import { inEnglish, PersonError, said } from '../model/said.ts';
import type { NamedTensors } from '../training/engine.ts';
import { type Run, readRun } from '../training/run.ts';
import type { Bundle, SessionState } from '../training/saved-run.ts';
import { rowsChecksum } from './checksum.ts';
import { type FileSet, readJson, utf8 } from './file-set.ts';
import { readRowLines, rowLines } from './row-lines.ts';
import { readFloat32Tensors, writeSafetensors } from './safetensors.ts';
import { unzip, zip } from './zip.ts';

/** A run with all that it needs to go on elsewhere, as one archive. docs/files.md describes it for people. */

/** A bundle that cannot be opened, or that belongs to another encoder or other rows. The message says which. */
export class BundleError extends PersonError {
  override name = 'BundleError';
}

const files = {
  facts: 'bundle.json',
  run: 'run.json',
  trainable: 'trainable.safetensors',
  optimizer: 'optimizer.safetensors',
  baseline: 'baseline.safetensors',
  logits: 'logits.safetensors',
  train: 'train.jsonl',
  test: 'test.jsonl',
};
/** Of the rows. */
const parts = ['train', 'test'] as const;
const adapted = 'adapted';
const frozen = 'baseline';
const moments = { first: 'first.', second: 'second.' };

const count = z.number().int().min(0).max(1e12);
const number = z.number();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, inEnglish(said`is no SHA-256 in hexadecimal`));
const scores = z.object({ loss: number, accuracy: number, macroF1: number });
const epochRecords = z.array(z.object({ epoch: count, trainLoss: number, test: scores })).max(100_000);
const rowsFact = z.object({ rows: count.min(1), sha256 });
const size = z.number().int().min(1).max(10_000_000);

const factsSchema = z.object({
  format: z.literal('bottleneck-run'),
  version: z.literal(1),
  labels: z.array(z.string()).min(2).max(1000),
  encoder: z.object({
    sha256,
    config: z.object({
      layers: size.max(128),
      hidden: size,
      heads: size,
      intermediate: size,
      vocabulary: size,
      positions: size,
      tokenTypes: size,
      layerNormEpsilon: z.number().positive().max(1),
    }),
  }),
  data: z.object({ train: rowsFact, test: rowsFact }),
  progress: z.object({
    step: count,
    epochs: count,
    lossSum: number,
    updates: count,
    baselineLearningRate: number.positive().nullable(),
  }),
  history: z.object({
    steps: z
      .array(z.object({ step: count, loss: number, learningRate: number, gradNorm: number, milliseconds: number }))
      .max(10_000_000),
    epochs: epochRecords,
    baseline: epochRecords,
  }),
});

/** The rows of a data set, as a bundle names them. */
export async function dataFacts({ train, test, labels }: Dataset): Promise<Bundle['data']> {
  const fact = async (rows: Dataset['train']) => ({ rows: rows.length, sha256: await rowsChecksum(rows, labels) });
  return { train: await fact(train), test: await fact(test) };
}

const prefixed = (prefix: string, tensors: NamedTensors) =>
  [...tensors].map(([name, tensor]) => [prefix + name, tensor] as const);

export function writeBundle({ run, labels, encoder, data, history, state, rows }: Bundle): Uint8Array<ArrayBuffer> {
  const { step, epochs, lossSum, optimizer, baseline } = state;
  const facts: z.input<typeof factsSchema> = {
    format: 'bottleneck-run',
    version: 1,
    labels: [...labels],
    encoder,
    data,
    progress: {
      step,
      epochs,
      lossSum,
      updates: optimizer.updates,
      baselineLearningRate: baseline?.learningRate ?? null,
    },
    history,
  };
  const entries: FileSet = new Map([
    [files.facts, utf8(`${JSON.stringify(facts, null, 1)}\n`)],
    [files.run, utf8(`${JSON.stringify(run, null, 2)}\n`)],
    [files.trainable, writeSafetensors(state.trainable)],
    [
      files.optimizer,
      writeSafetensors(
        new Map([
          ...prefixed(moments.first, optimizer.firstMoments),
          ...prefixed(moments.second, optimizer.secondMoments),
        ]),
      ),
    ],
  ]);
  if (baseline) entries.set(files.baseline, writeSafetensors(baseline.head));
  if (state.testLogits.length > 0) entries.set(files.logits, writeSafetensors(logitTensors(state)));
  if (rows) for (const part of parts) entries.set(files[part], utf8(rowLines(rows[part], labels)));
  return zip(entries);
}

/** Logits of the test rows: `adapted` after the last epoch and, once trained, `baseline`. (rows, C) */
function logitTensors({ testLogits, baseline }: SessionState): NamedTensors {
  const tensor = (rows: number[][]) => ({
    shape: [rows.length, rows[0]?.length ?? 0],
    data: Float32Array.from(rows.flat()),
  });
  const tensors: NamedTensors = new Map([[adapted, tensor(testLogits)]]);
  if (baseline) tensors.set(frozen, tensor(baseline.logits));
  return tensors;
}

function rowsOf(tensors: NamedTensors, name: string): number[][] {
  const { shape = [], data = new Float32Array() } = tensors.get(name) ?? {};
  const [rows = 0, classes = 0] = shape;
  return Array.from({ length: rows }, (_, i) => [...data.subarray(i * classes, (i + 1) * classes)]);
}

/** Exactly these tensors of a file, in these shapes, all of them numbers. */
function readTensors(entries: FileSet, file: string, wanted: readonly Parameter[]): NamedTensors {
  const bytes = entries.get(file);
  if (!bytes) throw new BundleError(said`The bundle has no ${file}.`);
  const tensors = readFloat32Tensors(bytes, file);
  if (tensors.size !== wanted.length)
    throw new BundleError(said`${file} has ${tensors.size} tensors; the run's method has ${wanted.length}.`);
  return new Map(
    wanted.map(({ name, shape }) => {
      const tensor = tensors.get(name);
      if (tensor?.shape.join() !== shape.join() || tensor.data.length !== elementCount(shape))
        throw new BundleError(said`${file}: ${name} (${shape.join(', ')}) is missing or of another shape.`);
      if (!tensor.data.every(Number.isFinite))
        throw new BundleError(said`${file}: ${name} holds values that are no numbers.`);
      return [name, tensor] as const;
    }),
  );
}

const withPrefix = (prefix: string, wanted: readonly Parameter[]) =>
  wanted.map(({ name, shape }) => ({ name: prefix + name, shape }));

function readState(entries: FileSet, facts: z.infer<typeof factsSchema>, run: Run): SessionState {
  const { encoder, labels, progress } = facts;
  const wanted = trainableParameters(encoder.config, trainingPlan(run.method, encoder.config.layers), labels.length);
  const { first, second } = moments;
  const optimizer = readTensors(entries, files.optimizer, [
    ...withPrefix(first, wanted),
    ...withPrefix(second, wanted),
  ]);
  const momentsOf = (prefix: string): NamedTensors =>
    new Map(
      [...optimizer].flatMap(([name, tensor]) =>
        name.startsWith(prefix) ? [[name.slice(prefix.length), tensor]] : [],
      ),
    );
  const head = wanted.filter(({ name }) => name === headWeight || name === headBias);
  const { baselineLearningRate, epochs } = progress;
  const shape = [facts.data.test.rows, labels.length];
  const names = epochs === 0 ? [] : baselineLearningRate === null ? [adapted] : [adapted, frozen];
  const logits =
    names.length > 0
      ? readTensors(
          entries,
          files.logits,
          names.map((name) => ({ name, shape })),
        )
      : new Map();
  return {
    step: progress.step,
    epochs: progress.epochs,
    lossSum: progress.lossSum,
    trainable: readTensors(entries, files.trainable, wanted),
    optimizer: { updates: progress.updates, firstMoments: momentsOf(first), secondMoments: momentsOf(second) },
    testLogits: rowsOf(logits, adapted),
    baseline:
      baselineLearningRate === null
        ? null
        : {
            head: readTensors(entries, files.baseline, head),
            learningRate: baselineLearningRate,
            logits: rowsOf(logits, frozen),
          },
  };
}

/** The rows, where the bundle brings them. */
function readRows(entries: FileSet, labels: readonly string[]): Bundle['rows'] | null {
  const [train, test] = [entries.get(files.train), entries.get(files.test)];
  if (!train || !test) return null;
  return { train: readRowLines(train, labels, files.train), test: readRowLines(test, labels, files.test) };
}

/** Progress that no run can have made. */
function checkProgress({ progress, data }: z.infer<typeof factsSchema>, { training }: Run): void {
  const perEpoch = Math.ceil(data.train.rows / training.batchSize);
  const { step, epochs, updates, baselineLearningRate } = progress;
  if (
    epochs > training.epochs ||
    step < epochs * perEpoch ||
    step > Math.min(epochs + 1, training.epochs) * perEpoch ||
    updates !== step ||
    (baselineLearningRate !== null && epochs === 0)
  )
    throw new BundleError(
      said`${files.facts}: ${step} steps (${updates} updates) in ${epochs} epochs do not fit a run of ${training.epochs} epochs of ${perEpoch} steps.`,
    );
}

/**
 * Opens a bundle. Nothing in it is trusted.
 * @param name the archive's name, for messages
 * @throws BundleError, FileSetError, SafetensorsError, RunFileError, MethodError saying what is wrong with it
 */
export const readBundle = (archive: Uint8Array, name: string): Bundle => readBundleFiles(unzip(archive, name), name);

/** Whether files are those of a bundle. */
export const isBundle = (entries: FileSet): boolean => entries.has(files.facts);

/** The same of a bundle's files. */
export function readBundleFiles(entries: FileSet, name: string): Bundle {
  const parsed = factsSchema.safeParse(readJson(entries, files.facts));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new BundleError(said`${name}: ${files.facts}: ${issuePath(issue)}: ${issueWords(issue)}`);
  }
  const facts = parsed.data;
  const run = readRun(readJson(entries, files.run));
  checkProgress(facts, run);
  const { labels, encoder, data, history } = facts;
  const state = readState(entries, facts, run);
  const rows = readRows(entries, labels);
  return { run, labels, encoder, data, history, state, ...(rows ? { rows } : {}) };
}

/**
 * Whether a bundle goes on here with the same numbers: on the same weights and the same rows.
 * @param encoderSha256 `encoderChecksum` of the encoder at hand
 * @throws BundleError naming what differs
 */
export async function checkBundle(bundle: Bundle, encoderSha256: string, dataset: Dataset): Promise<void> {
  if (bundle.encoder.sha256 !== encoderSha256)
    throw new BundleError(
      said`The bundle's run stands on another encoder than ${bundle.run.model} here: the weights differ. Load its own encoder.`,
    );
  if (bundle.labels.join('\n') !== dataset.labels.join('\n'))
    throw new BundleError(
      said`The bundle's classes are ${bundle.labels.join(', ')}; the data's are ${dataset.labels.join(', ')}.`,
    );
  const facts = await dataFacts(dataset);
  for (const part of parts)
    if (facts[part].sha256 !== bundle.data[part].sha256)
      throw new BundleError(
        said`The ${part === 'train' ? said`training` : said`test`} rows differ from the bundle's (${facts[part].rows} rows here, ${bundle.data[part].rows} there). Load the data that it was trained on.`,
      );
}
