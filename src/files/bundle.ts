import type { z } from 'zod';
import { type FileSet, readJson, utf8 } from '../base/file-set.ts';
import { msg, UserError } from '../base/message.ts';
import { unzip, zip } from '../base/zip.ts';
import { issuePath, issueWords, parseInput } from '../base/zod-issues.ts';
import { type Dataset, type Example, setValidationAside } from '../data/dataset.ts';
import type { NamedTensors } from '../engine/contract.ts';
import { trainingPlan } from '../model/methods.ts';
import { elementCount, type Parameter, trainableParameters } from '../model/parameters.ts';
import { outputsOf, type TaskKind } from '../model/task-kind.ts';
import { headBias, headWeight } from '../model/tensor-names.ts';
import { upgradeHistory, upgradeState } from '../training/records/earlier-versions.ts';
import type { Bundle, History, SessionState, WholeRows } from '../training/records/saved-run.ts';
import { hasValidation, isPair, kindOf, type Run, readRun } from '../training/run.ts';
import type { ScoresOf } from '../training/scores/scores.ts';
import { earlierFacts, type Facts, headSchema, type PresentFacts, presentFacts, scoreSchemas } from './bundle-facts.ts';
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

/** A bundle's description of the rows of a data set. */
export async function dataFacts<K extends TaskKind = 'single-label'>(
  { train, cutFrom, validation, test, labels }: Dataset<K>,
  kind?: K,
): Promise<Bundle['data']> {
  const fact = async (rows: Example<K>[]) => ({ rows: rows.length, sha256: await rowsChecksum(rows, labels, kind) });
  return {
    train: await fact(cutFrom ?? train),
    ...(validation.length > 0 ? { validation: await fact(validation) } : {}),
    test: await fact(test),
  };
}

/** The rows that a bundle contains, as its run's data set. */
export function datasetOfBundle<K extends TaskKind>(
  name: string,
  { run, labels }: Bundle<K>,
  rows: WholeRows<K>,
): Dataset<K> {
  const { validation, ...others } = rows;
  const whole = { name, labels: [...labels], ...others };
  return validation
    ? { ...whole, validation }
    : setValidationAside(kindOf(run) as K, whole, run.data.validationShare, run.training.seed);
}

const prefixed = (prefix: string, tensors: NamedTensors) =>
  [...tensors].map(([name, tensor]) => [prefix + name, tensor] as const);

/** A bundle as one archive. */
export const writeBundle = <K extends TaskKind>(bundle: Bundle<K>): Uint8Array<ArrayBuffer> => zip(bundleFiles(bundle));

/** A bundle's files. */
export function bundleFiles<K extends TaskKind>({
  run,
  labels,
  encoder,
  data,
  history,
  state,
  rows,
}: Bundle<K>): FileSet {
  const { step, epochs, lossSum, finished, optimizer, best, baseline } = state;
  const facts: PresentFacts<ScoresOf[K]> = {
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
    if (list) entries.set(files[part], utf8(rowLines(list, labels, kindOf(run) as K)));
  }
  return entries;
}

/** Logits of the rows, or of the words, that were scored last: `adapted` and, once trained, `baseline`. (answers, C) */
function logitTensors({ logits, baseline }: SessionState<unknown>): NamedTensors {
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

const validationRows = ({ data }: Facts<unknown>): number => ('validation' in data && data.validation?.rows) || 0;

/** How many rows were scored last. */
function scoredRows(facts: Facts<unknown>): number {
  const ended = facts.version === 1 || facts.progress.finished;
  return (!ended && validationRows(facts)) || facts.data.test.rows;
}

function readState<S>(entries: FileSet, facts: Facts<S>, run: Run): SessionState<S> {
  const { encoder, labels } = facts;
  const kind = kindOf(run);
  const outputs = outputsOf(kind, labels.length);
  const wanted = trainableParameters(encoder.config, trainingPlan(run.method, encoder.config.layers), outputs);
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
  const answers = kind === 'token' ? countedWords(entries) : scoredRows(facts);
  const logits = readLogits(entries, [answers, outputs], epochs > 0, isTrained);
  const common = { step, epochs, lossSum, trainable, optimizer };
  if (facts.version === 1) {
    const { baselineLearningRate: learningRate } = facts.progress;
    const baseline = learningRate !== null && {
      head: readTensors(entries, files.baseline, head),
      learningRate,
      logits: logits.frozen,
    };
    const state = { ...common, testLogits: logits.adapted, baseline: baseline || null };
    return upgradeState(state, run.training.epochs, facts.data.train.rows) as SessionState<S>;
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

/** How many words were scored last, which only their logits say. */
function countedWords(entries: FileSet): number {
  const bytes = entries.get(files.logits);
  return bytes ? (readFloat32Tensors(bytes, files.logits).get(adapted)?.shape[0] ?? 0) : 0;
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
function readRows<K extends TaskKind>(entries: FileSet, { labels }: Facts<unknown>, run: Run): WholeRows<K> | null {
  const read = (part: (typeof parts)[number]) => {
    const bytes = entries.get(files[part]);
    const rows = bytes && readRowLines(bytes, labels, files[part], kindOf(run) as K);
    if (rows?.some(({ second }) => (second !== undefined) !== isPair(run)))
      throw new BundleError(msg`${files[part]}: whether its rows are pairs does not fit the run's data.pair.`);
    return rows;
  };
  const [train, validation, test] = parts.map(read);
  if (!train || !test) return null;
  const ownSource = 'validation' in run.data && run.data.validation !== undefined;
  if (!ownSource) return { train, test };
  if (!validation) throw new BundleError(msg`The bundle has no ${files.validation}.`);
  return { train, validation, test };
}

/** Refuses progress that no run can have made. */
function checkProgress(facts: Facts<unknown>, run: Run): void {
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

/** `readBundle` for a bundle's files, already unpacked. What the rows are labelled with, the run file's `data.kind` says. */
export function readBundleFiles(entries: FileSet, name: string): Bundle {
  const json = readJson(entries, files.facts);
  const head = parseInput(headSchema, json);
  if (!head.success) throw damaged(name, head.issues[0]);
  const run = readRun(readJson(entries, files.run));
  const kind = kindOf(run);
  const scores: z.ZodType<ScoresOf[TaskKind]> = scoreSchemas[kind];
  const schema: z.ZodType<Facts<ScoresOf[TaskKind]>> = head.data.version === 1 ? earlierFacts : presentFacts(scores);
  const parsed = parseInput(schema, json);
  if (!parsed.success) throw damaged(name, parsed.issues[0]);
  const facts = parsed.data;
  if (kind === 'regression' ? facts.labels.length > 0 : facts.labels.length < 2)
    throw new BundleError(msg`${name}: ${files.facts}: labels: ${facts.labels.length} do not fit the run's data.kind.`);
  checkProgress(facts, run);
  const { labels, encoder, data } = facts;
  const state = readState(entries, facts, run);
  const rows = readRows<TaskKind>(entries, facts, run);
  return { run, labels, encoder, data, history: historyOf(facts, state), state, ...(rows ? { rows } : {}) };
}

const damaged = (name: string, issue: Parameters<typeof issueWords>[0] | undefined) =>
  new BundleError(msg`${name}: ${files.facts}: ${issuePath(issue)}: ${issueWords(issue)}`);

function historyOf<S>(facts: Facts<S>, { finished }: SessionState<S>): History<S> {
  if (facts.version === 2) return facts.history as History<S>;
  const learningRate = facts.progress.baselineLearningRate;
  const upgraded = upgradeHistory(facts.history, { finished, learningRate, trainRows: facts.data.train.rows });
  return upgraded as History<S>;
}

/**
 * Checks that a bundle continues here with the same numbers: on the same weights and the same rows.
 * @param encoderSha256 `encoderChecksum` of the loaded encoder
 * @throws BundleError naming what differs
 */
export async function checkBundle<K extends TaskKind>(
  bundle: Bundle<K>,
  encoderSha256: string,
  dataset: Dataset<K>,
): Promise<void> {
  if (bundle.encoder.sha256 !== encoderSha256)
    throw new BundleError(
      msg`The bundle's run stands on another encoder than ${bundle.run.model} here: the weights differ. Load its own encoder.`,
    );
  if (bundle.labels.join('\n') !== dataset.labels.join('\n'))
    throw new BundleError(
      msg`The bundle's classes are ${bundle.labels.join(', ')}; the data's are ${dataset.labels.join(', ')}.`,
    );
  const facts = await dataFacts(dataset, kindOf(bundle.run) as K);
  const names = { train: msg`training`, validation: msg`validation`, test: msg`test` };
  for (const part of parts)
    if (facts[part]?.sha256 !== bundle.data[part]?.sha256)
      throw new BundleError(
        msg`The ${names[part]} rows differ from the bundle's (${facts[part]?.rows ?? 0} rows here, ${bundle.data[part]?.rows ?? 0} there). Load the data that it was trained on.`,
      );
}
