import { z } from 'zod';
import { type MessageParts, msg, toEnglish, UserError } from '../base/message.ts';
import { issuePath, issueWords, joined, parseInput } from '../base/zod-issues.ts';
import { isPairTask, kindOfTask } from '../data/built-in/kinds.ts';
import { formats } from '../data/readers/data-file.ts';
import { offsetUnits } from '../data/rows/offset-units.ts';
import { joinedText, type Texts, textsOf } from '../data/rows/texts.ts';
import type { EncoderConfig } from '../model/encoder-config.ts';
import { frozenBits } from '../model/frozen-bits.ts';
import { methodSchema } from '../model/methods.ts';
import { fieldSchema, rangeSchema } from '../model/number-range.ts';
import { poolings } from '../model/shapes.ts';
import { type TaskKind, taskKinds } from '../model/task-kind.ts';
import {
  choices,
  patienceRange,
  schedules,
  testShareField,
  trainingFields,
  validationShareRange,
} from './run-fields.ts';

/** The run file: one JSON that says everything a run needs. docs/run-file.md describes it for people. */

const name = z.string().trim().min(1).max(200);
const limit = z.number().int().min(1).max(10_000_000).optional();

/** Fields that rows of any origin share. */
const rowFields = {
  /** The columns; absent: guessed. */
  text: name.optional(),
  /** The second text of a pair. */
  second: name.optional(),
  /**
   * The rows are pairs of texts. Set where rows are read, from their columns; a run of an earlier version, which joined the two
   * texts (`pairMark`), has rows with two columns without it, and goes on reading them so.
   */
  pair: z.literal(true).optional(),
  label: name.optional(),
  /** What a row is labelled with; absent: one class. */
  kind: z.enum(taskKinds).optional(),
  /** Of several labels: what stands between the classes of a cell that is no JSON list; absent: told from the cells. */
  separator: z.string().length(1).optional(),
  /** Of several labels: columns of a class each, in place of `label`. */
  classes: z.array(name).min(2).max(1000).optional(),
  /** Of words: what spans of characters count that stand in the place of tags; absent: told from the cells. */
  spans: z.enum(offsetUnits).optional(),
  /** Of such spans: those that go with no words are widened or left out; absent: they end the run. */
  mend: z.literal(true).optional(),
  /** Rows without a label end the run, or are left out. */
  unlabelled: z.enum(['refuse', 'skip']).optional(),
  /** Without test rows of their own: the share of the rows that is tested on, stratified and seeded. */
  testShare: rangeSchema(testShareField).optional(),
  /** A seeded sample of this many training rows; absent: all. */
  limit,
  /** The first so many test rows; absent: all. */
  testLimit: limit,
  /** The share of the training rows, after `limit`, that is set aside to choose on, stratified and seeded; absent: none. */
  validationShare: rangeSchema(validationShareRange).optional(),
};

/** Layout of a file, where the guess is wrong. */
const layoutSchema = z.strictObject({
  format: z.enum(formats).optional(),
  encoding: name.optional(),
  delimiter: z.string().length(1).optional(),
  quote: z.enum(['"', "'"]).nullable().optional(),
  escape: z.enum(['doubled', 'backslash']).optional(),
  header: z.boolean().optional(),
});

/** Rows from one or two files, their paths relative to the run file. */
const filesSchema = z.strictObject({
  train: name,
  /** Rows to choose on, in place of a share of the training rows. */
  validation: name.optional(),
  test: name.optional(),
  layout: layoutSchema.optional(),
  ...rowFields,
});

/** Rows of a data set on the Hugging Face Hub, "owner/name" or "owner/name@revision". */
const hubSchema = z.strictObject({
  hub: name,
  subset: name.optional(),
  /** Names of splits. */
  train: name.default('train'),
  validation: name.optional(),
  test: name.optional(),
  /** The first so many rows of each split are fetched; absent: all. */
  rows: limit,
  ...rowFields,
});

/** Rows of a built-in task. */
const builtInSchema = z.strictObject({
  task: name,
  limit,
  testLimit: limit,
  validationShare: rowFields.validationShare,
});

const trainingSchema = z.strictObject({
  epochs: fieldSchema(trainingFields.epochs),
  batchSize: fieldSchema(trainingFields.batchSize),
  /** Pieces that a batch's gradients are added up over, one after another, so that only a piece has to fit into memory. */
  microBatches: fieldSchema(trainingFields.microBatches),
  /** Tokens a row at most, [CLS] and [SEP] included. */
  maxLength: fieldSchema(trainingFields.maxLength),
  learningRate: fieldSchema(trainingFields.learningRate),
  schedule: z.enum(schedules).default('linear'),
  /** Share of all steps over which the rate rises from 0. */
  warmup: fieldSchema(trainingFields.warmup),
  weightDecay: fieldSchema(trainingFields.weightDecay),
  /** Largest global gradient norm; null clips nothing. */
  clip: z.number().positive().max(1000).nullable().default(1),
  choose: z.enum(choices).default('last'),
  /** Epochs without a lower loss on the validation rows after which the run stops early; absent: it never does. */
  patience: rangeSchema(patienceRange).optional(),
  seed: fieldSchema(trainingFields.seed),
});

/** Every setting by itself; `readRun` also checks them against each other. */
export const plainRunSchema = z.strictObject({
  name,
  /** A built-in encoder's name, a folder, or a name on the Hugging Face Hub. */
  model: name.default('minilm-l3'),
  data: z.union([builtInSchema, hubSchema, filesSchema]),
  method: methodSchema,
  pooling: z.enum(poolings).default('mean'),
  engine: z.enum(['auto', 'webgpu', 'wasm']).default('auto'),
  /** Bits that the encoder's frozen matrices are rounded to. */
  frozenBits: z.literal(frozenBits).default(32),
  training: trainingSchema.prefault({}),
});

export type Run = z.infer<typeof plainRunSchema>;

/** Whether a run sets rows aside to choose on; its test rows are then read once, at the end. */
export const hasValidation = ({ data }: Pick<Run, 'data'>): boolean =>
  data.validationShare !== undefined || ('validation' in data && data.validation !== undefined);

/** What a run's rows are labelled with. */
export const kindOf = ({ data }: Pick<Run, 'data'>): TaskKind =>
  'task' in data ? kindOfTask(data.task) : (data.kind ?? 'single-label');

/** Whether a run's rows are pairs of texts, each with a token type of its own. */
export const isPair = ({ data }: Pick<Run, 'data'>): boolean =>
  'task' in data ? isPairTask(data.task) : data.pair === true;

/** What a run reads of texts that a person typed: both of a pair, be the second empty, or the first alone. */
export const typedFor = (run: Pick<Run, 'data'>, { text, second = '' }: Texts): Texts =>
  isPair(run) ? { text, second } : { text };

/** What a run reads of a row: a run of an earlier version reads the texts of a pair joined. */
export const textsFor = (run: Pick<Run, 'data'>, row: Texts): Texts =>
  isPair(run) ? textsOf(row) : { text: joinedText(row) };

/** A run whose rows are pairs, or are not. */
export function withPairs(run: Run, pair: boolean): Run {
  if ('task' in run.data || isPair(run) === pair) return run;
  const { pair: _, ...data } = run.data;
  return { ...run, data: pair ? { ...data, pair } : data };
}

/**
 * For whatever compares runs by their accuracy alone: a class's page, the measured built-in tasks.
 * @throws RunFileError for a run of another kind
 */
export function assertSingleLabel(run: Pick<Run, 'data'>): void {
  const kind = kindOf(run);
  if (kind !== 'single-label')
    throw new RunFileError(
      msg`The run's rows have labels of another kind (data.kind: ${kind}). Here runs are compared by accuracy: one label a row is needed.`,
    );
}

/** A run on other rows. Where these bring no validation rows, it cannot choose on them any more. */
export function withData(run: Run, data: Run['data']): Run {
  const next = { ...run, data };
  if (hasValidation(next)) return next;
  const { patience: _, ...training } = run.training;
  return { ...next, training: { ...training, choose: 'last' } };
}

/** The run's schema with the rules that involve several fields. */
const runSchema = plainRunSchema.superRefine((run, context) => {
  const { data, training } = run;
  const refuse = (path: string, message: MessageParts) =>
    context.addIssue({ code: 'custom', path: path.split('.'), message: toEnglish(message) });
  if ('validation' in data && data.validation !== undefined && data.validationShare !== undefined)
    refuse('data.validationShare', msg`there are validation rows already (data.validation); leave one of the two out`);
  if (!('task' in data)) {
    const { kind = 'single-label', label, separator, classes, second, pair, spans, mend } = data;
    const ofSeveral = msg`is for several labels a row: set data.kind to multi-label, or leave it out`;
    if (separator !== undefined && kind !== 'multi-label') refuse('data.separator', ofSeveral);
    if (classes !== undefined && kind !== 'multi-label') refuse('data.classes', ofSeveral);
    const ofWords = msg`is for a tag a word: set data.kind to token, or leave it out`;
    if (spans !== undefined && kind !== 'token') refuse('data.spans', ofWords);
    if (mend !== undefined && kind !== 'token') refuse('data.mend', ofWords);
    if (classes !== undefined && label !== undefined)
      refuse('data.classes', msg`there is a column of labels already (data.label); leave one of the two out`);
    if (second !== undefined && kind === 'token')
      refuse('data.second', msg`words are labelled in one text; leave it out`);
    if (pair && kind === 'token') refuse('data.pair', msg`words are labelled in one text; leave it out`);
  }
  if (hasValidation(run)) return;
  const needed = msg`needs validation rows: set data.validationShare or data.validation`;
  if (training.choose === 'best-epoch') refuse('training.choose', needed);
  if (training.patience !== undefined) refuse('training.patience', needed);
});

/** Name of a run's rows: a built-in task, a data set on the Hub, or a file. */
export const taskName = ({ data }: Pick<Run, 'data'>): string =>
  'task' in data ? data.task : 'hub' in data ? data.hub : data.train;

/** Tokens of a row at most, special ones included: what the run allows and the encoder has positions for. */
export const rowLength = (
  { training }: Pick<Run, 'training'>,
  { positions }: Pick<EncoderConfig, 'positions'>,
): number => Math.min(training.maxLength, positions);

/** A run file that cannot be used. The message names the field and what it should be. */
export class RunFileError extends UserError {
  override name = 'RunFileError';
}

/**
 * Validates a run file and fills in defaults.
 * @param json the parsed file, of any form
 * @throws RunFileError naming every field that does not fit
 */
export function readRun(json: unknown): Run {
  const parsed = parseInput(runSchema, json);
  if (parsed.success) return parsed.data;
  const problems = parsed.issues.map((issue) => msg`  ${issuePath(issue) || msg`the file`}: ${issueWords(issue)}`);
  const list = joined(problems, (before, next) => msg`${before}\n${next}`);
  throw new RunFileError(msg`The run file cannot be used.\n${list}`);
}

/** Whether two runs have equal settings, in whatever order their fields were written. */
export const sameRun = (one: Run, other: Run): boolean =>
  JSON.stringify(readRun(one)) === JSON.stringify(readRun(other));
