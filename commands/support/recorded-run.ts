import { z } from 'zod';
import type { ReadFile } from '../../src/base/file-set.ts';
import { jsonFromBytes } from '../../src/base/json.ts';
import type { NamedTensors } from '../../src/engine/contract.ts';
import { readFloat32Tensors } from '../../src/files/formats/safetensors.ts';
import { frozenBits } from '../../src/model/frozen-bits.ts';
import type { TrainingPlan } from '../../src/model/methods.ts';
import { activations, poolings } from '../../src/model/shapes.ts';
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
  pooling: z.enum(poolings),
  max_length: z.number().int().positive(),
  batch_size: z.number().int().positive(),
  steps: z.number().int().positive(),
  labels: z.array(z.string()).min(2),
  batches: z.array(rowIndices.min(1)).min(1),
  eval_rows: rowIndices.min(1),
  rows: z.array(z.object({ text: z.string(), label: z.string() })).min(1),
});

const numbers = z.array(z.number());

const expectedSchema = z.object({
  losses: numbers,
  grad_norms: numbers,
  lrs: numbers,
  logits_before: z.array(numbers),
  logits_after: z.array(numbers),
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

const tokensSchema = z.object({ max_length: z.number(), input_ids: z.array(z.array(z.number().int().nonnegative())) });

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
  const unknown = run.rows.find(({ label }) => !run.labels.includes(label));
  if (unknown) throw new RecordedRunError(`run.json: label ${unknown.label} is not in labels.`);
  return { run, expected, tokens, initial: initial ?? new Map(), grad0: grad0 ?? new Map(), final: final ?? new Map() };
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
