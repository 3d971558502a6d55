import { z } from 'zod';
import { type FileSet, readJson, utf8 } from '../base/file-set.ts';
import { msg, toEnglish, UserError } from '../base/message.ts';
import { unzip, zip } from '../base/zip.ts';
import { issuePath, issueWords, parseInput } from '../base/zod-issues.ts';
import { type Dataset, setValidationAside } from '../data/dataset.ts';
import type { NamedTensors } from '../engine/contract.ts';
import { encoderFamilies } from '../model/encoder-config.ts';
import { trainingPlan } from '../model/methods.ts';
import { elementCount, type Parameter, trainableParameters } from '../model/parameters.ts';
import { headBias, headWeight } from '../model/tensor-names.ts';
import { upgradeHistory, upgradeState } from '../training/records/earlier-versions.ts';
import type { Bundle, SessionState, WholeRows } from '../training/records/saved-run.ts';
import { hasValidation, type Run, readRun } from '../training/run.ts';
import { rowsChecksum } from './checksum.ts';
import { readRowLines, rowLines } from './formats/row-lines.ts';
import { readFloat32Tensors, writeSafetensors } from './formats/safetensors.ts';

/** A run with all that it needs to continue elsewhere, as one archive. docs/files.md describes it for people. */

/** A bundle that cannot be opened, or that belongs to another encoder or other rows. The message says which. */
export class BundleError extends UserError {
  override name = 'BundleError';
}

const files = {
  facts: 'bundle.json',
  run: 'run.json',
  trainable: 'trainable.safetensors',
  optimizer: 'optimizer.safetensors',
  best: 'best.safetensors',
  baseline: 'baseline.safetensors',
  sameBudget: 'baseline-same-budget.safetensors',
  logits: 'logits.safetensors',
  train: 'train.jsonl',
  validation: 'validation.jsonl',
  test: 'test.jsonl',
};
/** Names of the parts of the rows. */
const parts = ['train', 'validation', 'test'] as const;
const adapted = 'adapted';
const frozen = 'baseline';
const moments = { first: 'first.', second: 'second.' };

const count = z.number().int().min(0).max(1e12);
const number = z.number();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, toEnglish(msg`is no SHA-256 in hexadecimal`));
const scores = z.object({ loss: number, accuracy: number, macroF1: number });
export const stepRecordSchema = z.object({
  step: count,
  loss: number,
  learningRate: number,
  gradNorm: number,
  milliseconds: number,
});
const epochRecord = z.object({ epoch: count, trainLoss: number });
const epochRecords = z
  .array(z.union([epochRecord.extend({ validation: scores }), epochRecord.extend({ test: scores })]))
  .max(100_000);
const headRecord = z.object({
  learningRate: number.positive().nullable(),
  batchSize: count,
  epochs: count,
  plannedEpochs: count,
  steps: count.nullable(),
  validation: scores.nullable(),
  test: scores.nullable(),
});
const baselines = z.object({ sameBudget: headRecord.nullable(), best: headRecord }).nullable();
const rowsFact = z.object({ rows: count.min(1), sha256 });
const size = z.number().int().min(1).max(10_000_000);

const commonFacts = z.object({
  format: z.literal('bottleneck-run'),
  labels: z.array(z.string()).min(2).max(1000),
  encoder: z.object({
    sha256,
    config: z.object({
      /** Bundles from before this field were all read as BERT's. */
      family: z.enum(encoderFamilies).default('bert'),
      layers: size.max(128),
      hidden: size,
      heads: size,
      intermediate: size,
      vocabulary: size,
      positions: size,
      tokenTypes: size,
      layerNormEpsilon: z.number().positive().max(1),
      rotary: z
        .object({
          global: z.array(z.boolean()).max(128),
          reach: count.max(65_536),
          globalTheta: number.positive(),
          localTheta: number.positive(),
        })
        .optional(),
    }),
  }),
});
const progress = z.object({ step: count, epochs: count, lossSum: number, updates: count });
const history = z.object({
  steps: z.array(stepRecordSchema).max(10_000_000),
  epochs: epochRecords,
  baseline: epochRecords,
});

const earlierRecords = z.array(epochRecord.extend({ test: scores })).max(100_000);
/** The schema of earlier versions: one baseline, no validation rows. */
const earlierFacts = commonFacts.extend({
  version: z.literal(1),
  data: z.object({ train: rowsFact, test: rowsFact }),
  progress: progress.extend({ baselineLearningRate: number.positive().nullable() }),
  history: history.extend({ epochs: earlierRecords, baseline: earlierRecords }),
});
const presentFacts = commonFacts.extend({
  version: z.literal(2),
  data: z.object({ train: rowsFact, validation: rowsFact.optional(), test: rowsFact }),
  progress: progress.extend({
    finished: z.boolean(),
    best: z.object({ epoch: count.min(1), loss: number }).nullable(),
    baselines,
  }),
  history: history.extend({
    final: z.object({ epoch: count, test: scores }).nullable(),
    baselines,
  }),
});
const headSchema = z.object({ format: z.literal('bottleneck-run'), version: z.literal([1, 2]) });
type Facts = z.infer<typeof earlierFacts> | z.infer<typeof presentFacts>;

/** A bundle's description of the rows of a data set. */
export async function dataFacts({ train, cutFrom, validation, test, labels }: Dataset): Promise<Bundle['data']> {
  const fact = async (rows: Dataset['train']) => ({ rows: rows.length, sha256: await rowsChecksum(rows, labels) });
  return {
    train: await fact(cutFrom ?? train),
    ...(validation.length > 0 ? { validation: await fact(validation) } : {}),
    test: await fact(test),
  };
}

/** The rows that a bundle contains, as its run's data set. */
export function datasetOfBundle(name: string, { run, labels }: Bundle, rows: WholeRows): Dataset {
  const { validation, ...others } = rows;
  const whole = { name, labels: [...labels], ...others };
  return validation ? { ...whole, validation } : setValidationAside(whole, run.data.validationShare, run.training.seed);
}

const prefixed = (prefix: string, tensors: NamedTensors) =>
  [...tensors].map(([name, tensor]) => [prefix + name, tensor] as const);

/** A bundle as one archive. */
export const writeBundle = (bundle: Bundle): Uint8Array<ArrayBuffer> => zip(bundleFiles(bundle));

/** A bundle's files. */
export function bundleFiles({ run, labels, encoder, data, history, state, rows }: Bundle): FileSet {
  const { step, epochs, lossSum, finished, optimizer, best, baseline } = state;
  const facts: z.input<typeof presentFacts> = {
    format: 'bottleneck-run',
    version: 2,
    labels: [...labels],
    encoder,
    data,
    progress: {
      step,
      epochs,
      lossSum,
      updates: optimizer.updates,
      finished,
      best: best && { epoch: best.epoch, loss: best.loss },
      baselines: baseline?.records ?? null,
    },
    history,
  };
  const { firstMoments, secondMoments } = optimizer;
  const entries: FileSet = new Map([
    [files.facts, utf8(`${JSON.stringify(facts, null, 1)}\n`)],
    [files.run, utf8(`${JSON.stringify(run, null, 2)}\n`)],
    [files.trainable, writeSafetensors(state.trainable)],
    [
      files.optimizer,
      writeSafetensors(new Map([...prefixed(moments.first, firstMoments), ...prefixed(moments.second, secondMoments)])),
    ],
  ]);
  if (best?.trainable) entries.set(files.best, writeSafetensors(best.trainable));
  if (baseline) entries.set(files.baseline, writeSafetensors(baseline.heads.best));
  if (baseline?.heads.sameBudget) entries.set(files.sameBudget, writeSafetensors(baseline.heads.sameBudget));
  if (state.logits.length > 0) entries.set(files.logits, writeSafetensors(logitTensors(state)));
  for (const part of parts) {
    const list = rows?.[part];
    if (list) entries.set(files[part], utf8(rowLines(list, labels)));
  }
  return entries;
}

/** Logits of the rows that were scored last: `adapted` and, once trained, `baseline`. (rows, C) */
function logitTensors({ logits, baseline }: SessionState): NamedTensors {
  const tensor = (rows: number[][]) => ({
    shape: [rows.length, rows[0]?.length ?? 0],
    data: Float32Array.from(rows.flat()),
  });
  const tensors: NamedTensors = new Map([[adapted, tensor(logits)]]);
  if (baseline) tensors.set(frozen, tensor(baseline.logits));
  return tensors;
}

function rowsOf(tensors: NamedTensors, name: string): number[][] {
  const { shape = [], data = new Float32Array() } = tensors.get(name) ?? {};
  const [rows = 0, classes = 0] = shape;
  return Array.from({ length: rows }, (_, i) => [...data.subarray(i * classes, (i + 1) * classes)]);
}

/** Reads exactly these tensors of a file, in these shapes, all of them numbers. */
function readTensors(entries: FileSet, file: string, wanted: readonly Parameter[]): NamedTensors {
  const bytes = entries.get(file);
  if (!bytes) throw new BundleError(msg`The bundle has no ${file}.`);
  const tensors = readFloat32Tensors(bytes, file);
  if (tensors.size !== wanted.length)
    throw new BundleError(msg`${file} has ${tensors.size} tensors; the run's method has ${wanted.length}.`);
  return new Map(
    wanted.map(({ name, shape }) => {
      const tensor = tensors.get(name);
      if (tensor?.shape.join() !== shape.join() || tensor.data.length !== elementCount(shape))
        throw new BundleError(msg`${file}: ${name} (${shape.join(', ')}) is missing or of another shape.`);
      if (!tensor.data.every(Number.isFinite))
        throw new BundleError(msg`${file}: ${name} holds values that are no numbers.`);
      return [name, tensor] as const;
    }),
  );
}

const withPrefix = (prefix: string, wanted: readonly Parameter[]) =>
  wanted.map(({ name, shape }) => ({ name: prefix + name, shape }));

const validationRows = ({ data }: Facts): number => ('validation' in data && data.validation?.rows) || 0;

/** How many rows were scored last. */
function scoredRows(facts: Facts): number {
  const ended = facts.version === 1 || facts.progress.finished;
  return (!ended && validationRows(facts)) || facts.data.test.rows;
}

function readState(entries: FileSet, facts: Facts, run: Run): SessionState {
  const { encoder, labels } = facts;
  const wanted = trainableParameters(encoder.config, trainingPlan(run.method, encoder.config.layers), labels.length);
  const { first, second } = moments;
  const tensors = readTensors(entries, files.optimizer, [...withPrefix(first, wanted), ...withPrefix(second, wanted)]);
  const momentsOf = (prefix: string): NamedTensors =>
    new Map(
      [...tensors].flatMap(([name, tensor]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), tensor]] : [])),
    );
  const { step, epochs, lossSum, updates } = facts.progress;
  const optimizer = { updates, firstMoments: momentsOf(first), secondMoments: momentsOf(second) };
  const trainable = readTensors(entries, files.trainable, wanted);
  const head = wanted.filter(({ name }) => name === headWeight || name === headBias);
  const isTrained =
    facts.version === 1 ? facts.progress.baselineLearningRate !== null : facts.progress.baselines !== null;
  const logits = readLogits(entries, [scoredRows(facts), labels.length], epochs > 0, isTrained);
  const common = { step, epochs, lossSum, trainable, optimizer };
  if (facts.version === 1) {
    const { baselineLearningRate: learningRate } = facts.progress;
    const baseline = learningRate !== null && {
      head: readTensors(entries, files.baseline, head),
      learningRate,
      logits: logits.frozen,
    };
    const state = { ...common, testLogits: logits.adapted, baseline: baseline || null };
    return upgradeState(state, run.training.epochs, facts.data.train.rows);
  }
  const { finished, best, baselines: records } = facts.progress;
  return {
    ...common,
    finished,
    best: best && { ...best, trainable: entries.has(files.best) ? readTensors(entries, files.best, wanted) : null },
    logits: logits.adapted,
    baseline: records && {
      records,
      heads: {
        sameBudget: records.sameBudget && readTensors(entries, files.sameBudget, head),
        best: readTensors(entries, files.baseline, head),
      },
      logits: logits.frozen,
    },
  };
}

/** Reads the logits of both sides, as far as they have been scored. */
function readLogits(entries: FileSet, shape: number[], scored: boolean, isTrained: boolean) {
  if (!scored) return { adapted: [], frozen: [] };
  const names = isTrained ? [adapted, frozen] : [adapted];
  const tensors = readTensors(
    entries,
    files.logits,
    names.map((name) => ({ name, shape })),
  );
  return { adapted: rowsOf(tensors, adapted), frozen: rowsOf(tensors, frozen) };
}

/** Reads the rows, where the bundle contains them. */
function readRows(entries: FileSet, { labels }: Facts, run: Run): WholeRows | null {
  const read = (part: (typeof parts)[number]) => {
    const bytes = entries.get(files[part]);
    return bytes && readRowLines(bytes, labels, files[part]);
  };
  const [train, validation, test] = parts.map(read);
  if (!train || !test) return null;
  const ownSource = 'validation' in run.data && run.data.validation !== undefined;
  if (!ownSource) return { train, test };
  if (!validation) throw new BundleError(msg`The bundle has no ${files.validation}.`);
  return { train, validation, test };
}

/** Refuses progress that no run can have made. */
function checkProgress(facts: Facts, run: Run): void {
  const { training, data } = run;
  const aside = data.validationShare === undefined ? 0 : validationRows(facts);
  const { step, epochs, updates } = facts.progress;
  const perEpoch = Math.ceil((facts.data.train.rows - aside) / training.batchSize);
  const best = facts.version === 1 ? null : facts.progress.best;
  const baseline = facts.version === 1 ? facts.progress.baselineLearningRate : facts.progress.baselines;
  if (
    epochs > training.epochs ||
    step < epochs * perEpoch ||
    step > Math.min(epochs + 1, training.epochs) * perEpoch ||
    updates !== step ||
    (baseline !== null && epochs === 0) ||
    validationRows(facts) > 0 !== hasValidation(run) ||
    (best?.epoch ?? 0) > epochs ||
    (best !== null) !== (hasValidation(run) && epochs > 0)
  )
    throw new BundleError(
      msg`${files.facts}: ${step} steps (${updates} updates) in ${epochs} epochs do not fit a run of ${training.epochs} epochs of ${perEpoch} steps.`,
    );
}

/**
 * Opens a bundle. Nothing in it is trusted.
 * @param name the archive's name, for messages
 * @throws BundleError, FileSetError, SafetensorsError, RunFileError, MethodError saying what is wrong with it
 */
export const readBundle = (archive: Uint8Array, name: string): Bundle => readBundleFiles(unzip(archive, name), name);

/** Whether a folder's files are a bundle's. */
export const isBundle = (entries: FileSet): boolean => entries.has(files.facts);

/** `readBundle` for a bundle's files, already unpacked. */
export function readBundleFiles(entries: FileSet, name: string): Bundle {
  const json = readJson(entries, files.facts);
  const head = parseInput(headSchema, json);
  const parsed = head.success ? parseInput(head.data.version === 1 ? earlierFacts : presentFacts, json) : head;
  if (!parsed.success) {
    const issue = parsed.issues[0];
    throw new BundleError(msg`${name}: ${files.facts}: ${issuePath(issue)}: ${issueWords(issue)}`);
  }
  const facts = parsed.data;
  const run = readRun(readJson(entries, files.run));
  checkProgress(facts, run);
  const { labels, encoder, data } = facts;
  const state = readState(entries, facts, run);
  const rows = readRows(entries, facts, run);
  return { run, labels, encoder, data, history: historyOf(facts, state), state, ...(rows ? { rows } : {}) };
}

function historyOf(facts: Facts, { finished }: SessionState): Bundle['history'] {
  if (facts.version === 2) return facts.history;
  const learningRate = facts.progress.baselineLearningRate;
  return upgradeHistory(facts.history, { finished, learningRate, trainRows: facts.data.train.rows });
}

/**
 * Checks that a bundle continues here with the same numbers: on the same weights and the same rows.
 * @param encoderSha256 `encoderChecksum` of the loaded encoder
 * @throws BundleError naming what differs
 */
export async function checkBundle(bundle: Bundle, encoderSha256: string, dataset: Dataset): Promise<void> {
  if (bundle.encoder.sha256 !== encoderSha256)
    throw new BundleError(
      msg`The bundle's run stands on another encoder than ${bundle.run.model} here: the weights differ. Load its own encoder.`,
    );
  if (bundle.labels.join('\n') !== dataset.labels.join('\n'))
    throw new BundleError(
      msg`The bundle's classes are ${bundle.labels.join(', ')}; the data's are ${dataset.labels.join(', ')}.`,
    );
  const facts = await dataFacts(dataset);
  const names = { train: msg`training`, validation: msg`validation`, test: msg`test` };
  for (const part of parts)
    if (facts[part]?.sha256 !== bundle.data[part]?.sha256)
      throw new BundleError(
        msg`The ${names[part]} rows differ from the bundle's (${facts[part]?.rows ?? 0} rows here, ${bundle.data[part]?.rows ?? 0} there). Load the data that it was trained on.`,
      );
}
