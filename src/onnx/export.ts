import type { onnx as Onnx } from 'onnx-proto';
import { fitsFloat16, roundToFloat16 } from '../base/float16.ts';
import { msg, UserError } from '../base/message.ts';
import type { NamedTensors } from '../engine/contract.ts';
import type { EncoderConfig } from '../model/encoder-config.ts';
import { headOnlyPlan, type TrainingPlan } from '../model/methods.ts';
import { baseParameters, elementCount, trainableParameters } from '../model/parameters.ts';
import { Reach } from '../model/reach.ts';
import { rotaryTable } from '../model/rotary.ts';
import type { Pooling } from '../model/shapes.ts';
import { ofKind, outputsOf, type TaskKind } from '../model/task-kind.ts';
import { baseName, trainedName } from '../model/tensor-names.ts';
import { lowest } from './feeds.ts';
import { Graph, tokensOf, type Value } from './graph.ts';
import { encoderForward } from './layers/encoder.ts';
import { headForward } from './layers/head.ts';
import type { Layout, Network } from './layers/network.ts';

/**
 * A trained model as one ONNX file of standard ops: base, adapters or LoRA, and head.
 *
 *   input_ids, attention_mask (B, T) int64 -> logits (B, C) float32; where words are labelled (B, T, C), of every token
 *
 * A model of pairs reads token_type_ids (B, T), too, where its encoder has types.
 */

/** A model that cannot be written as one ONNX file. */
export class OnnxExportError extends UserError {
  override name = 'OnnxExportError';
}

/** Element types that matrices are stored in. */
export type Precision = 'float32' | 'float16';

export interface ExportedModel {
  config: EncoderConfig;
  /** Every tensor of `baseParameters(config)`, named without `bert.`. */
  weights: NamedTensors;
  plan: TrainingPlan;
  /** Trained tensors, which replace the base's. */
  trainable: NamedTensors;
  pooling: Pooling;
  /** Absent: single-label. */
  kind?: TaskKind;
  /** It reads pairs of texts. */
  pair?: boolean;
  /** Class names, in the order of the logits; none where a number is asked for. */
  labels: readonly string[];
  /** Most tokens of an example, special ones included. */
  maxLength: number;
  /** The content of a tokenizer.json that cuts and pads as the run does. */
  tokenizer: object;
  /** The run's name. */
  name: string;
  /** Element type of matrices in the file; they are computed with as float32. */
  precision?: Precision;
}

/** A protobuf message holds less than 2 GiB; the graph and the metadata need some of it. */
const maxWeightBytes = 2 ** 31 - 2 ** 24;

/** Vectors stay float32: they take next to no room, and LayerNorm's are sensitive. */
const isRounded = (precision: Precision, shape: readonly number[]) => precision === 'float16' && shape.length > 1;

function storedWeight(g: Graph, name: string, { shape, data, precision }: StoredWeight): Value {
  if (!isRounded(precision, shape)) return g.weight(name, 'float', shape, data);
  const beyond = data.find((value) => !fitsFloat16(value));
  if (beyond !== undefined)
    throw new OnnxExportError(msg`${name} holds ${beyond}, which float16 cannot hold. Export float32 weights.`);
  return g.op('Cast', [g.weight(name, 'float16', shape, roundToFloat16(data))], { attributes: { to: 1 } });
}

interface StoredWeight {
  shape: readonly number[];
  data: Float32Array;
  precision: Precision;
}

const outputsIn = ({ kind = 'single-label', labels }: ExportedModel) => outputsOf(kind, labels.length);

/** The weights as initializers, each in the file once. */
function weightReader(g: Graph, model: ExportedModel): (name: string) => Value {
  const { config, weights, plan, trainable, precision = 'float32' } = model;
  const trained = trainableParameters(config, plan, outputsIn(model));
  const base = baseParameters(config).map(({ name, shape }) => ({ name: trainedName(name), shape }));
  const shapes = new Map([...base, ...trained].map(({ name, shape }) => [name, shape]));
  const trains = new Set(trained.map(({ name }) => name));
  const bytes = [...shapes.values()].reduce(
    (sum, shape) => sum + elementCount(shape) * (isRounded(precision, shape) ? 2 : 4),
    0,
  );
  if (bytes > maxWeightBytes)
    throw new OnnxExportError(
      precision === 'float16'
        ? msg`The weights take ${bytes} bytes and an ONNX file holds at most ${maxWeightBytes}. Train a smaller encoder.`
        : msg`The weights take ${bytes} bytes and an ONNX file holds at most ${maxWeightBytes}. Export float16 weights or train a smaller encoder.`,
    );
  const written = new Map<string, Value>();
  return (name) => {
    const known = written.get(name);
    if (known) return known;
    const shape = shapes.get(name) ?? [];
    const data = (trains.has(name) ? trainable.get(name) : weights.get(baseName(name)))?.data;
    if (data?.length !== elementCount(shape))
      throw new OnnxExportError(msg`${name} should hold ${shape.join(' x ')} numbers and holds ${data?.length ?? 0}.`);
    const value = storedWeight(g, name, { shape, data, precision });
    written.set(name, value);
    return value;
  };
}

/** Every token is a row, padding too: (B, T, ...) <-> (B T, H). */
function paddedLayout(root: Graph, config: EncoderConfig, ids: Value, mask: Value): Layout {
  const { hidden, heads, positions } = config;
  const shape = root.op('Shape', [ids]);
  const whole = root.op('Concat', [shape, root.integers(hidden)], { attributes: { axis: 0 } });
  const away = root.op('Mul', [root.op('Sub', [root.constant(1), mask]), root.constant(lowest)]);
  return {
    unpack: (g, x) => g.op('Reshape', [x, whole]),
    pack: (g, x) => g.op('Reshape', [x, g.integers(-1, hidden)]),
    keyBias: root.op('Unsqueeze', [away, root.integers(1, 2)]),
    queryMask: root.op('Unsqueeze', [mask, root.integers(1, 3)]),
    tokens: () => tokensOf(root, ids),
    angles: (theta) => {
      const width = hidden / heads;
      const table = root.weight(`angles ${theta}`, 'float', [positions, width], rotaryTable(theta, width, positions));
      const end = root.op('Unsqueeze', [tokensOf(root, ids), root.integers(0)]);
      return root.op('Slice', [table, root.integers(0), end, root.integers(0)]);
    },
  };
}

/** hidden (B, T, H) -> (B, H): the first state, or the mean over real tokens */
function poolForward(g: Graph, pooling: Pooling, hidden: Value, mask: Value): Value {
  if (pooling === 'cls') return g.op('Gather', [hidden, g.op('Squeeze', [g.integers(0)])], { attributes: { axis: 1 } });
  const column = g.op('Unsqueeze', [mask, g.integers(2)]);
  const sum = g.op('ReduceSum', [g.op('Mul', [hidden, column]), g.integers(1)], { attributes: { keepdims: 0 } });
  const count = g.op('ReduceSum', [mask, g.integers(1)], { attributes: { keepdims: 1 } });
  return g.op('Div', [sum, g.op('Max', [count, g.constant(1)])]);
}

/** 0, 1, …, T - 1 for every example. (B T) */
function tokenPositions(g: Graph, ids: Value): Value {
  const length = tokensOf(g, ids);
  const [zero, one] = [g.op('Squeeze', [g.integers(0)]), g.op('Squeeze', [g.integers(1)])];
  const places = g.op('Expand', [g.op('Range', [zero, length, one]), g.op('Shape', [ids])]);
  return g.op('Reshape', [places, g.integers(-1)]);
}

/**
 * The whole model as an ONNX file; dropout is off.
 * @throws OnnxExportError for weights that are missing, of another size, too many for one file, or beyond float16
 */
export function exportOnnx(proto: typeof Onnx, model: ExportedModel): Uint8Array<ArrayBuffer> {
  const { config, plan, pooling, kind = 'single-label', pair = false, labels, maxLength, tokenizer, name } = model;
  const g = new Graph(proto);
  const ids = g.input('input_ids', 'int64', ['batch', 'sequence']);
  const mask = g.op('Cast', [g.input('attention_mask', 'int64', ['batch', 'sequence'])], { attributes: { to: 1 } });
  const types = pair && config.tokenTypes > 1 ? g.input('token_type_ids', 'int64', ['batch', 'sequence']) : null;
  const network: Network = {
    g,
    config,
    plan,
    reach: new Reach(headOnlyPlan),
    layout: paddedLayout(g, config, ids, mask),
    weightOf: weightReader(g, model),
    trains: () => false,
    maskOf: () => null,
    gradients: new Map(),
  };
  const inputs = {
    ids: g.op('Reshape', [ids, g.integers(-1)]),
    ...(config.rotary ? {} : { positions: tokenPositions(g, ids) }),
    ...(types ? { types: g.op('Reshape', [types, g.integers(-1)]) } : {}),
  };
  const { hidden } = encoderForward(network, inputs);
  const outputs = outputsIn(model);
  if (kind === 'token') {
    const byToken = g.op('Concat', [g.op('Shape', [ids]), g.integers(outputs)], { attributes: { axis: 0 } });
    const logits = g.op('Reshape', [headForward(network, hidden), byToken]);
    g.output('logits', logits, 'float', ['batch', 'sequence', outputs]);
  } else {
    const pooled = poolForward(g, pooling, network.layout.unpack(g, hidden), mask);
    g.output('logits', headForward(network, pooled), 'float', ['batch', outputs]);
  }
  return g.toModel('classifier', {
    name,
    labels: JSON.stringify(labels),
    ...ofKind(kind),
    ...(pair ? { pair: 'true' } : {}),
    max_length: String(maxLength),
    pooling,
    tokenizer: JSON.stringify(tokenizer),
    method: JSON.stringify(plan),
  });
}
