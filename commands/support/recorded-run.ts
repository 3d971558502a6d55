import { z } from 'zod';
import type { ReadFile } from '../../src/base/file-set.ts';
import { jsonFromBytes } from '../../src/base/json.ts';
import type { NamedTensors } from '../../src/engine/contract.ts';
import { readFloat32Tensors } from '../../src/files/formats/safetensors.ts';
import type { EncoderFamily } from '../../src/model/encoder-config.ts';
import { ownName } from '../../src/model/encoder-family.ts';
import { frozenBits } from '../../src/model/frozen-bits.ts';
import type { TrainingPlan } from '../../src/model/methods.ts';
import { activations, poolings } from '../../src/model/shapes.ts';
import { taskKinds } from '../../src/model/task-kind.ts';
import { trainedName } from '../../src/model/tensor-names.ts';
import { schedules } from '../../src/training/run-fields.ts';

/** A training run recorded from PyTorch, as a folder: run.json, tokens.json, expected.json and three safetensors files. */

const layers = z.array(z.number().int().nonnegative());
const common = { layers, init: z.string().optional(), head_sd: z.number().optional() };

const methodSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('adapter'),
    sites: z.array(z.enum(['attention', 'ffn'])).min(1),
    activation: z.enum(activations),
    bottleneck: z.number().int().positive(),
    scaling: z.number(),
    adapterhub_overrides: z
      .strictObject({ original_ln_before: z.boolean().default(false), is_parallel: z.boolean().default(false) })
      .prefault({}),
    ...common,
  }),
  z.object({
    type: z.literal('lora'),
    rank: z.number().int().positive(),
    alpha: z.number(),
    targets: z.array(z.enum(['query', 'value'])).min(1),
    ...common,
  }),
  z.object({ type: z.literal('bitfit'), ...common }),
  z.object({ type: z.literal('head'), ...common }),
  z.object({ type: z.literal('full'), ...common }),
]);

/** A row of any kind of task; `checkRows` says which fields a kind needs. */
const rowSchema = z.object({
  text: z.string().default(''),
  text2: z.string().optional(),
  label: z.string().default(''),
  labels: z.array(z.number().int().nonnegative()).optional(),
  target: z.number().optional(),
  tokens: z.array(z.string()).optional(),
  tags: z.array(z.string()).optional(),
});
export type RecordedRow = z.infer<typeof rowSchema>;

const rowIndices = z.array(z.number().int().nonnegative());

const runSchema = z.object({
  name: z.string(),
  model: z.string(),
  method: methodSchema,
  frozen: z.object({ bits: z.literal(frozenBits) }).prefault({ bits: 32 }),
  optimizer: z.object({
    type: z.literal('adamw'),
    lr: z.number(),
    betas: z.tuple([z.number(), z.number()]),
    eps: z.number(),
    weight_decay: z.number(),
    clip_norm: z.number().nullable(),
    schedule: z.enum(schedules),
    warmup_steps: z.number().int(),
  }),
  /** Absent: one label a row. */
  task: z.object({ kind: z.enum(taskKinds), pair: z.boolean().default(false) }).prefault({ kind: 'single-label' }),
  /** None where words are labelled: there it is of no account. */
  pooling: z.enum([...poolings, 'none']).transform((pooling) => (pooling === 'none' ? 'mean' : pooling)),
  max_length: z.number().int().positive(),
  batch_size: z.number().int().positive(),
  steps: z.number().int().positive(),
  /** Names of the classes; none where a number is asked for. */
  labels: z.array(z.string()),
  batches: z.array(rowIndices.min(1)).min(1),
  eval_rows: rowIndices.min(1),
  rows: z.array(rowSchema).min(1),
});

const numbers = z.array(z.number());
/** Of a row; where words are labelled of each of its tokens, one after another. */
const logits = z.union([numbers, z.array(numbers).transform((tokens) => tokens.flat())]);

const expectedSchema = z.object({
  losses: numbers,
  grad_norms: numbers,
  lrs: numbers,
  logits_before: z.array(logits),
  logits_after: z.array(logits),
  counts: z.object({
    base: z.number(),
    base_pooler: z.number(),
    adapter: z.number(),
    head: z.number(),
    trainable: z.number(),
    total: z.number(),
  }),
  final_change_norms: z.record(z.string(), z.number()),
  f64: z
    .object({ max_abs_diff_to_f32: z.object({ final: z.record(z.string(), z.number()).optional() }).optional() })
    .optional(),
});

const ids = z.array(z.array(z.number().int().nonnegative()));
const tokensSchema = z.object({
  max_length: z.number(),
  input_ids: ids,
  token_type_ids: ids.optional(),
  word_ids: z.array(z.array(z.number().int().nonnegative().nullable())).optional(),
  targets: z.array(z.array(z.number().int())).optional(),
});

export interface RecordedRun {
  run: z.infer<typeof runSchema>;
  expected: z.infer<typeof expectedSchema>;
  tokens: z.infer<typeof tokensSchema>;
  initial: NamedTensors;
  grad0: NamedTensors;
  final: NamedTensors;
}

/** A recorded run that lacks a part, or whose parts do not fit each other. */
export class RecordedRunError extends Error {
  override name = 'RecordedRunError';
}

async function readPart(read: ReadFile, name: string): Promise<Uint8Array> {
  const bytes = await read(name);
  if (!bytes) throw new RecordedRunError(`The run's folder has no ${name}.`);
  return bytes;
}

async function readJson<T>(read: ReadFile, name: string, schema: z.ZodType<T>): Promise<T> {
  const bytes = await readPart(read, name);
  let json: unknown;
  try {
    json = jsonFromBytes(bytes);
  } catch {
    throw new RecordedRunError(`${name} is not JSON.`);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new RecordedRunError(`${name}: ${issue?.path.join('.')}: ${issue?.message}`);
}

/** @throws RecordedRunError for a row without what its kind of task needs */
function checkRows({ rows, labels, task: { kind, pair } }: RecordedRun['run']): void {
  if (kind !== 'regression' && labels.length < 2)
    throw new RecordedRunError(`run.json: ${labels.length} labels where a task of the kind ${kind} needs two.`);
  const isClass = (name: string) => labels.includes(name);
  const fits: Record<typeof kind, (row: RecordedRow) => boolean> = {
    'single-label': ({ label }) => isClass(label),
    'multi-label': (row) => row.labels?.every((label) => label < labels.length) ?? false,
    regression: ({ target }) => target !== undefined,
    token: ({ tokens, tags }) => tokens !== undefined && tags?.length === tokens.length && tags.every(isClass),
  };
  const wrong = rows.findIndex((row) => !fits[kind](row) || (pair && row.text2 === undefined));
  if (wrong >= 0) throw new RecordedRunError(`run.json: row ${wrong} does not fit a task of the kind ${kind}.`);
}

/**
 * Reads a recorded run whole.
 * @throws RecordedRunError naming the part that is missing or does not fit
 */
export async function readRecordedRun(read: ReadFile): Promise<RecordedRun> {
  const [run, expected, tokens] = await Promise.all([
    readJson(read, 'run.json', runSchema),
    readJson(read, 'expected.json', expectedSchema),
    readJson(read, 'tokens.json', tokensSchema),
  ]);
  const tensors = async (name: string) => readFloat32Tensors(await readPart(read, name), name);
  const [initial, grad0, final] = await Promise.all(
    ['initial', 'grad0', 'final'].map((name) => tensors(`${name}.safetensors`)),
  );
  const counts: [string, number, number][] = [
    ['tokens.json: input_ids', tokens.input_ids.length, run.rows.length],
    ['run.json: batches', run.batches.length, run.steps],
    ['expected.json: losses', expected.losses.length, run.steps],
    ['expected.json: grad_norms', expected.grad_norms.length, run.steps],
    ['expected.json: lrs', expected.lrs.length, run.steps],
    ['expected.json: logits_before', expected.logits_before.length, run.eval_rows.length],
    ['expected.json: logits_after', expected.logits_after.length, run.eval_rows.length],
  ];
  for (const [what, found, needed] of counts)
    if (found !== needed) throw new RecordedRunError(`${what}: ${found} entries where ${needed} are needed.`);
  const highest = Math.max(...run.eval_rows, ...run.batches.flat());
  if (highest >= run.rows.length)
    throw new RecordedRunError(`run.json: row ${highest} of ${run.rows.length} is asked for.`);
  checkRows(run);
  return { run, expected, tokens, initial: initial ?? new Map(), grad0: grad0 ?? new Map(), final: final ?? new Map() };
}

/**
 * A recorded run under this project's names of tensors.
 * @param family of the encoder that it was recorded on
 * @throws RecordedRunError for a tensor that an encoder of this family does not have
 */
export function underOwnNames(recorded: RecordedRun, family: EncoderFamily): RecordedRun {
  const renamed = (name: string) => {
    if (name.startsWith('heads.')) return name;
    const own = ownName(family, name);
    if (own === null) throw new RecordedRunError(`${name} is no tensor of a ${family}.`);
    return trainedName(own);
  };
  const tensors = (named: NamedTensors): NamedTensors =>
    new Map([...named].map(([name, tensor]) => [renamed(name), tensor]));
  const { initial, grad0, final } = recorded;
  return { ...recorded, initial: tensors(initial), grad0: tensors(grad0), final: tensors(final) };
}

/** The recorded method as a training plan. */
export function recordedPlan(method: RecordedRun['run']['method']): TrainingPlan {
  if (method.type === 'adapter') {
    const { original_ln_before, is_parallel } = method.adapterhub_overrides;
    const { bottleneck, activation, scaling } = method;
    const placement = is_parallel ? 'parallel' : original_ln_before ? 'double-norm' : 'sequential';
    const adapters = method.layers.flatMap((layer) =>
      method.sites.map((site) => ({ layer, site, placement, bottleneck, activation, scaling, dropout: 0 }) as const),
    );
    return { adapters, loras: [], base: 'none' };
  }
  if (method.type === 'lora') {
    const { rank, alpha, targets } = method;
    const loras = method.layers.flatMap((layer) =>
      targets.map((target) => ({ layer, target, rank, scaling: alpha / rank })),
    );
    return { adapters: [], loras, base: 'none' };
  }
  const base = { bitfit: 'biases', head: 'none', full: 'all' } as const;
  return { adapters: [], loras: [], base: base[method.type] };
}
