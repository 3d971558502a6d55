import type { onnx as Onnx } from 'onnx-proto';
import type { EncoderConfig } from '../model/encoder-config.ts';
import type { TrainingPlan } from '../model/methods.ts';
import { baseParameters, type TrainableParameter } from '../model/parameters.ts';
import { Reach } from '../model/reach.ts';
import type { TaskKind } from '../model/task-kind.ts';
import { baseName, trainedName } from '../model/tensor-names.ts';
import { anglesName } from './feeds.ts';
import { Graph, tokensOf, type Value } from './graph.ts';
import {
  blocksForward,
  type EncoderInputs,
  type EncoderTape,
  encoderBackward,
  encoderForward,
} from './layers/encoder.ts';
import { headBackward, headForward, lossForward } from './layers/head.ts';
import type { Layout, Network } from './layers/network.ts';

/**
 * The graphs that the engine runs. Tokens come packed: `rows` counts real tokens only, so that dense layers compute no padding;
 * attention unpacks them to (B, T) and packs its result again.
 */

/** A graph's file, and the weights that must be passed beside it. */
export interface BuiltGraph {
  model: Uint8Array<ArrayBuffer>;
  /** Names of those weights, without `bert.`. */
  frozen: string[];
}

export const gradientName = (parameter: string): Value => `d ${parameter}`;
export const maskName = (site: number): Value => `mask ${site}`;

interface GraphParts {
  proto: typeof Onnx;
  config: EncoderConfig;
  plan: TrainingPlan;
  parameters: readonly TrainableParameter[];
}

/** Frozen weights are passed beside the file, trained ones are inputs. */
function makeNetwork(g: Graph, { config, plan, parameters }: GraphParts): Network {
  const trainable = new Map(parameters.map(({ name, shape }) => [name, shape]));
  const frozen = new Map(baseParameters(config).map(({ name, shape }) => [trainedName(name), shape]));
  for (const [name, shape] of trainable) g.input(name, 'float', shape);
  return {
    g,
    config,
    plan,
    reach: new Reach(plan),
    layout: packedLayout(g, config),
    weightOf: (name) => {
      if (trainable.has(name)) return name;
      const shape = frozen.get(name);
      if (!shape) throw new Error(`${name} is neither trained nor a weight of the encoder`);
      return g.outside(baseName(name), shape);
    },
    trains: (name) => trainable.has(name),
    maskOf: (adapter) => (adapter.dropout > 0 ? maskName(plan.adapters.indexOf(adapter)) : null),
    gradients: new Map(),
  };
}

/** `padded`: the row of each index in (B, T), any row at padding. `packed`: the index of each row. */
function packedLayout(root: Graph, { hidden, heads }: EncoderConfig): Layout {
  const padded = root.input('padded', 'int32', ['batch', 'tokens']);
  const packed = root.input('packed', 'int32', ['rows']);
  return {
    unpack: (g, x) => g.op('Gather', [x, padded]),
    pack: (g, x) => g.op('Gather', [g.op('Reshape', [x, g.integers(-1, hidden)]), packed]),
    keyBias: root.input('key_bias', 'float', ['batch', 1, 1, 'tokens']),
    queryMask: root.input('query_mask', 'float', ['batch', 1, 'tokens', 1]),
    tokens: () => tokensOf(root, padded),
    angles: (theta) => root.input(anglesName(theta), 'float', ['tokens', hidden / heads]),
  };
}

const tokenInputs = (g: Graph): EncoderInputs => ({
  ids: g.input('ids', 'int32', ['rows']),
  positions: g.input('positions', 'int32', ['rows']),
  types: g.input('types', 'int32', ['rows']),
});

/** hidden (rows, H) -> pooled (B, H). `pool` (B, rows) holds the share of each row in each example's pooled state. */
function poolForward(g: Graph, hidden: Value): { pooled: Value; pool: Value } {
  const pool = g.input('pool', 'float', ['batch', 'rows']);
  return { pooled: g.op('MatMul', [pool, hidden]), pool };
}

/** The frozen encoder alone: tokens -> states, pooled (B, H). */
export function frozenEncoderGraph(parts: GraphParts): BuiltGraph {
  const g = new Graph(parts.proto);
  const { hidden } = encoderForward(makeNetwork(g, parts), tokenInputs(g));
  g.output('states', poolForward(g, hidden).pooled, 'float', ['batch', parts.config.hidden]);
  return { model: g.toModel('frozen-encoder'), frozen: g.outsideNames };
}

/** The frozen encoder up to some layer: tokens -> states (rows, H). */
export function frozenLayersGraph(parts: GraphParts, layers: number): BuiltGraph {
  const g = new Graph(parts.proto);
  const { hidden } = encoderForward(makeNetwork(g, parts), tokenInputs(g), layers);
  g.output('states', hidden, 'float', ['rows', parts.config.hidden]);
  return { model: g.toModel('frozen-layers'), frozen: g.outsideNames };
}

/** The forward from the lowest layer whose states change; from the tokens where no layer below is frozen. */
function changingForward(
  network: Network,
  frozenLayers: number,
): { hidden: Value; tape: EncoderTape; inputs: EncoderInputs | null } {
  const { g, config } = network;
  if (frozenLayers === 0) {
    const inputs = tokenInputs(g);
    return { ...encoderForward(network, inputs), inputs };
  }
  const states = g.input('states', 'float', ['rows', config.hidden]);
  return { ...blocksForward(network, states, { from: frozenLayers, to: config.layers }), inputs: null };
}

/** What the head gives, and for what. */
interface HeadShape {
  /** Outputs. */
  classes: number;
  kind: TaskKind;
}

/** Rows of the head: an example each, or a token where each is labelled. */
const headRows = (kind: TaskKind) => (kind === 'token' ? 'rows' : 'batch');

/**
 * Tokens -> what the head reads (`encoded`), logits, losses and, where `training` is true, the gradient of everything that
 * trains. Above frozen layers, their `states` (rows, H) replace the tokens.
 */
export function trainingGraph(parts: GraphParts, head: HeadShape): BuiltGraph {
  const { config, plan, proto } = parts;
  const g = new Graph(proto);
  const network = makeNetwork(g, parts);
  plan.adapters.forEach(({ dropout }, site) => {
    if (dropout > 0) g.input(maskName(site), 'float', ['mask_rows', 'mask_columns']);
  });
  const { hidden, tape, inputs } = changingForward(network, network.reach.frozenLayers(config.layers));
  const pooling = head.kind === 'token' ? null : poolForward(g, hidden);
  const states = pooling?.pooled ?? hidden;
  g.output('encoded', states, 'float', [headRows(head.kind), config.hidden]);
  const encoderDown = (branch: Network, dStates: Value) => {
    // forward: pooled = pool hidden
    const dLast = pooling ? branch.g.op('Gemm', [pooling.pool, dStates], { attributes: { transA: 1 } }) : dStates;
    encoderBackward(branch, inputs, tape, dLast);
  };
  classify(network, parts, { ...head, states, encoderDown });
  return { model: g.toModel('training'), frozen: g.outsideNames };
}

/** The head alone: `encoded` -> logits, losses and, where `training` is true, the head's gradients. */
export function headGraph(parts: GraphParts, head: HeadShape): BuiltGraph {
  const g = new Graph(parts.proto);
  for (const { name, shape } of parts.parameters) g.input(name, 'float', shape);
  const reach = new Reach(parts.plan);
  const network = { g, reach, weightOf: (name: string) => name, gradients: new Map<string, Value>() };
  const states = g.input('encoded', 'float', [headRows(head.kind), parts.config.hidden]);
  classify(network, parts, { ...head, states, encoderDown: () => {} });
  return { model: g.toModel('head'), frozen: [] };
}

interface Classification<N> extends HeadShape {
  states: Value;
  /** Carries the gradient on into the encoder. */
  encoderDown: (branch: N, dStates: Value) => void;
}

/** Adds logits and losses, then one `If` around everything that only training needs. */
function classify<N extends Pick<Network, 'g' | 'weightOf' | 'gradients' | 'reach'>>(
  network: N,
  { parameters }: Pick<GraphParts, 'parameters'>,
  { states, classes, kind, encoderDown }: Classification<N>,
): void {
  const { g } = network;
  const targets = g.input('targets', 'float', [headRows(kind), classes]);
  const share = g.input('share', 'float', []);
  const logits = headForward(network, states);
  g.output('logits', logits, 'float', [headRows(kind), classes]);
  g.output('losses', lossForward(g, kind, logits, targets), 'float', [headRows(kind)]);

  const training = g.input('training', 'bool', []);
  const branch = { ...network, g: g.branch() };
  const dStates = headBackward(branch, kind, { states, logits, targets, share });
  if (dStates) encoderDown(branch, dStates);
  const otherwise = g.branch();
  for (const { name, shape } of parameters) {
    const gradient = network.gradients.get(name);
    if (!gradient) throw new Error(`the backward formed no gradient of ${name}`);
    branch.g.output(`then ${name}`, gradient, 'float', shape);
    otherwise.output(`else ${name}`, g.constant(new Float32Array(0), [0]), 'float', [0]);
  }
  const attributes = { then_branch: { graph: branch.g }, else_branch: { graph: otherwise } };
  const results = g.ops('If', [training], parameters.length, { attributes });
  parameters.forEach(({ name, shape }, i) => {
    g.output(gradientName(name), results[i] ?? '', 'float', shape);
  });
}
