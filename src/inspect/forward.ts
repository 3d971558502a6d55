import type { NamedTensors } from '../engine/contract.ts';
import type { EncoderConfig } from '../model/encoder-config.ts';
import type { Adapter, Site, TrainingPlan } from '../model/methods.ts';
import { attentionOf, type Rotary } from '../model/rotary.ts';
import type { Pooling } from '../model/shapes.ts';
import {
  adapterTensors,
  embeddings,
  finalNorm,
  headBias,
  headWeight,
  layerName,
  loraTensors,
  outputName,
  preNormName,
  trainedName,
} from '../model/tensor-names.ts';
import { activationForward } from '../reference/activation.ts';
import { adapterForward } from '../reference/adapter.ts';
import { attentionForward } from '../reference/attention.ts';
import { embeddingForward } from '../reference/embedding.ts';
import { gegluForward } from '../reference/geglu.ts';
import { layerNormForward } from '../reference/layer-norm.ts';
import { matmulForward } from '../reference/matmul.ts';
import { poolingForward } from '../reference/pooling.ts';
import { ropeForward } from '../reference/rope.ts';

/**
 * One sentence through the encoder in float64, by the reference's ops, with every intermediate result recorded. Slow
 * and plain: it is for inspection, and the same whichever engine trains.
 */

export interface Model {
  config: EncoderConfig;
  plan: TrainingPlan;
  pooling: Pooling;
  /** The encoder's own tensors, without `bert.`. */
  frozen: NamedTensors;
  trained: NamedTensors;
}

/** Intermediate results of an adapter: T tokens, M its bottleneck. */
export interface AdapterTrace {
  layer: number;
  site: Site;
  /** (T, H) */
  input: Float64Array;
  /** Before the activation. (T, M) */
  down: Float64Array;
  /** (T, M) */
  active: Float64Array;
  /** The adapter's output, which is added. (T, H) */
  output: Float64Array;
}

export interface Trace {
  adapters: AdapterTrace[];
  /** Attention probabilities of each layer. (A, T, T) */
  attention: Float64Array[];
  logits: Float64Array;
}

class Weights {
  readonly #model: Model;

  constructor(model: Model) {
    this.#model = model;
  }

  /** A trained tensor by its own name, or a frozen one. */
  get(name: string): Float64Array {
    const { frozen, trained } = this.#model;
    const tensor = trained.get(name) ?? trained.get(trainedName(name)) ?? frozen.get(name);
    if (!tensor) throw new Error(`${name} is in neither the encoder nor the run`);
    return Float64Array.from(tensor.data);
  }

  /** Rows of a table that are used, and the ids that find them there. */
  rows(name: string, ids: readonly number[], hidden: number): Float64Array {
    const { frozen, trained } = this.#model;
    const table = (trained.get(trainedName(name)) ?? frozen.get(name))?.data ?? new Float32Array();
    return Float64Array.from(ids.flatMap((id) => [...table.subarray(id * hidden, (id + 1) * hidden)]));
  }

  /** Nothing in a ModernBERT has a bias. */
  #bias(name: string): Float64Array | null {
    return this.#model.config.rotary ? null : this.get(`${name}.bias`);
  }

  linear(name: string, x: Float64Array, rows: number): Float64Array {
    const weight = this.get(`${name}.weight`);
    const shape = { rows, inputs: x.length / rows, outputs: (weight.length * rows) / x.length };
    return matmulForward(x, weight, this.#bias(name) ?? new Float64Array(shape.outputs), shape);
  }

  norm(name: string, x: Float64Array, width: number): Float64Array {
    const shape = { rows: x.length / width, width };
    const { layerNormEpsilon } = this.#model.config;
    return layerNormForward(x, this.get(`${name}.weight`), this.#bias(name), shape, layerNormEpsilon).out;
  }
}

const add = (one: Float64Array, other: Float64Array): Float64Array =>
  one.map((value, i) => value + (other[i] as number));

/** Tokens of a sentence or a pair, [CLS] and [SEP] included; no padding. */
export interface Tokens {
  ids: readonly number[];
  /** Token type of each; absent: all 0. */
  types?: readonly number[] | undefined;
}

export function traceSentence(model: Model, sentence: Tokens): Trace {
  const { ids } = sentence;
  const { config, pooling } = model;
  const { hidden, layers } = config;
  const weights = new Weights(model);
  const tokens = ids.length;
  const trace: Trace = { adapters: [], attention: [], logits: new Float64Array() };
  let x = weights.norm(embeddings.norm, embedded(model, weights, sentence), hidden);
  for (let layer = 0; layer < layers; layer++)
    x = config.rotary
      ? modernBlock(model, weights, layer, config.rotary, x, trace)
      : block(model, weights, layer, x, trace);
  if (config.rotary) x = weights.norm(finalNorm, x, hidden);
  const pooled = poolingForward(pooling, x, Uint32Array.of(tokens), { batch: 1, tokens, hidden });
  const bias = weights.get(headBias);
  const shape = { rows: 1, inputs: hidden, outputs: bias.length };
  trace.logits = matmulForward(pooled, weights.get(headWeight), bias, shape);
  return trace;
}

/** (T, H), before the LayerNorm. */
function embedded({ config }: Model, weights: Weights, { ids, types = ids.map(() => 0) }: Tokens): Float64Array {
  const { hidden } = config;
  const tokens = ids.length;
  const word = weights.rows(embeddings.word, ids, hidden);
  if (config.rotary) return word;
  const places = Uint32Array.from(ids, (_, i) => i);
  const tables = {
    word,
    position: weights.rows(embeddings.position, [...places], hidden),
    tokenType: weights.rows(embeddings.tokenType, [...Array(Math.max(0, ...types) + 1).keys()], hidden),
  };
  return embeddingForward(places, Uint32Array.from(types), tables, { batch: 1, tokens, hidden });
}

/** The residual stream below a block of a ModernBERT -> that above it. (T, H) */
function modernBlock(
  model: Model,
  weights: Weights,
  layer: number,
  rotary: Rotary,
  x: Float64Array,
  trace: Trace,
): Float64Array {
  const { hidden, heads, intermediate } = model.config;
  const tokens = x.length / hidden;
  const name = layerName(layer);
  const { theta, reach } = attentionOf(rotary, layer);
  // What the first layer reads has just been normalised.
  const read = layer === 0 ? x : weights.norm(preNormName(layer, 'attention'), x, hidden);
  const shape = { batch: 1, tokens, hidden, heads, reach };
  const qkv = ropeForward(weights.linear(`${name}.attention.self.qkv`, read, tokens), shape, theta);
  const { context, probabilities } = attentionForward(qkv, Uint32Array.of(tokens), shape);
  trace.attention.push(probabilities);
  const attended = weights.linear(`${outputName(layer, 'attention')}.dense`, context, tokens);
  const middle = added(model, weights, { layer, site: 'attention', x, y: attended }, trace);
  const wide = weights.linear(
    `${name}.intermediate.dense`,
    weights.norm(preNormName(layer, 'ffn'), middle, hidden),
    tokens,
  );
  const gated = gegluForward(wide, { rows: tokens, width: intermediate });
  const fed = weights.linear(`${outputName(layer, 'ffn')}.dense`, gated, tokens);
  return added(model, weights, { layer, site: 'ffn', x: middle, y: fed }, trace);
}

/** x + y, with the adapter at this site, which reads y. */
function added(model: Model, weights: Weights, { layer, site, x, y }: SublayerEnd, trace: Trace): Float64Array {
  const sum = add(x, y);
  const adapter = model.plan.adapters.find((other) => other.layer === layer && other.site === site);
  if (!adapter) return sum;
  const { out, z, active } = runAdapter(weights, adapter, y, model.config.hidden);
  trace.adapters.push({ layer, site, input: y, down: z, active, output: out });
  return add(sum, out);
}

/** x (T, H) -> (T, H) */
function block(model: Model, weights: Weights, layer: number, x: Float64Array, trace: Trace): Float64Array {
  const { hidden, heads } = model.config;
  const tokens = x.length / hidden;
  const name = layerName(layer);
  const parts = (['query', 'key', 'value'] as const).map((part) => {
    const dense = weights.linear(`${name}.attention.self.${part}`, x, tokens);
    return part === 'key' ? dense : add(dense, loraOutput(model, weights, layer, part, x));
  });
  const qkv = new Float64Array(tokens * 3 * hidden);
  parts.forEach((part, third) => {
    for (let row = 0; row < tokens; row++)
      qkv.set(part.subarray(row * hidden, (row + 1) * hidden), row * 3 * hidden + third * hidden);
  });
  const shape = { batch: 1, tokens, hidden, heads };
  const { context, probabilities } = attentionForward(qkv, Uint32Array.of(tokens), shape);
  trace.attention.push(probabilities);
  const attended = weights.linear(`${name}.attention.output.dense`, context, tokens);
  const middle = addAndNorm(model, weights, { layer, site: 'attention', x, y: attended }, trace);
  const up = activationForward('gelu', weights.linear(`${name}.intermediate.dense`, middle, tokens));
  const fed = weights.linear(`${name}.output.dense`, up, tokens);
  return addAndNorm(model, weights, { layer, site: 'ffn', x: middle, y: fed }, trace);
}

/** scaling (x Aᵀ) Bᵀ, or zeros without LoRA there. */
function loraOutput(
  { plan, config }: Model,
  weights: Weights,
  layer: number,
  target: 'query' | 'value',
  x: Float64Array,
): Float64Array {
  const lora = plan.loras.find((pair) => pair.layer === layer && pair.target === target);
  if (!lora) return new Float64Array(x.length);
  const { hidden } = config;
  const { rank, scaling } = lora;
  const rows = x.length / hidden;
  const names = loraTensors(lora);
  const [a, b] = [weights.get(names.a), weights.get(names.b)];
  const reduced = matmulForward(x, a, new Float64Array(rank), { rows, inputs: hidden, outputs: rank });
  const out = matmulForward(reduced, b, new Float64Array(hidden), { rows, inputs: rank, outputs: hidden });
  return out.map((value) => scaling * value);
}

interface SublayerEnd {
  layer: number;
  site: Site;
  /** The sublayer's input. (T, H) */
  x: Float64Array;
  /** Its dense output. (T, H) */
  y: Float64Array;
}

/** LN(y + x), with the adapter at this site. */
function addAndNorm(model: Model, weights: Weights, end: SublayerEnd, trace: Trace): Float64Array {
  const { layer, site, x, y } = end;
  const { hidden } = model.config;
  const name = `${outputName(layer, site)}.LayerNorm`;
  const sum = add(y, x);
  const adapter = model.plan.adapters.find((other) => other.layer === layer && other.site === site);
  if (!adapter) return weights.norm(name, sum, hidden);
  const inputs = { sequential: () => y, parallel: () => x, 'double-norm': () => weights.norm(name, sum, hidden) };
  const input = inputs[adapter.placement]();
  const { out, z, active } = runAdapter(weights, adapter, input, hidden);
  trace.adapters.push({ layer, site, input, down: z, active, output: out });
  return weights.norm(name, add(sum, out), hidden);
}

function runAdapter(weights: Weights, adapter: Adapter, input: Float64Array, hidden: number) {
  const names = adapterTensors(adapter);
  const { bottleneck, activation, scaling } = adapter;
  const tensors = {
    downWeight: weights.get(names.downWeight),
    downBias: weights.get(names.downBias),
    upWeight: weights.get(names.upWeight),
    upBias: weights.get(names.upBias),
  };
  const shape = { rows: input.length / hidden, hidden, bottleneck };
  // Inspection is not training: nothing is dropped.
  return adapterForward(input, tensors, shape, { activation, scaling, dropout: 0, key: 0 });
}
