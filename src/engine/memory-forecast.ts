import type { EncoderConfig } from '../model/encoder-config.ts';
import { type FrozenBits, storedElements } from '../model/frozen-bits.ts';
import { type Adapter, sites, type TrainingPlan } from '../model/methods.ts';
import { baseParameters, elementCount, trainableParameters } from '../model/parameters.ts';
import { Reach } from '../model/reach.ts';
import { thetasOf } from '../model/rotary.ts';
import type { TaskKind } from '../model/task-kind.ts';
import { fusedName } from '../model/tensor-names.ts';
import { type DeepTile, gradientCopies } from './gradient-copies.ts';
import { labelCount } from './labels.ts';
import { type BatchSizes, rowsAtOnce } from './micro-batches.ts';

/**
 * Memory that a run will take on a device, before anything is loaded: every buffer that the WebGPU engine makes, by
 * arena. Frozen weights are counted in the bits that the run sets; at 32, where the device reads halves as fast, they
 * take less.
 */

export interface BatchShape {
  /** B */
  examples: number;
  /** T, at most maxLength */
  tokens: number;
  /** Pieces that the rows are computed in, one after another; absent: 1. */
  microBatches?: number;
}

export interface RunShape {
  config: EncoderConfig;
  plan: TrainingPlan;
  /** C */
  classes: number;
  /** Absent: single-label. */
  kind?: TaskKind | undefined;
  /** Bits that frozen matrices are stored in; absent: 32. */
  frozenBits?: FrozenBits | undefined;
}

type ArenaName = 'frozen' | 'trainable' | 'optimizer' | 'activations' | 'scratch';

interface PlannedBuffer {
  arena: ArenaName;
  label: string;
  bytes: number;
}

export interface MemoryForecast {
  /** Bytes by arena. */
  arenas: Record<ArenaName, number>;
  total: number;
  /** The largest single buffer: what the device must be able to bind. */
  largest: { label: string; bytes: number };
}

/** Elements that every parameter of the flat buffers is padded to. */
const flatAlignment = 64;
/** Partial sums of the gradient norm, and slices that ops bind where they have nothing to bind. */
const fixedScratchElements = 8192 + 12 + 4 + 4 + 4 * flatAlignment;

const bufferBytes = (elements: number) => Math.max(16, 16 * Math.ceil(elements / 4));
const ceilTo = (value: number, multiple: number) => multiple * Math.ceil(value / multiple);

/** Every buffer whose size follows from the batch. A name in `scratch` is made once, however many layers use it. */
class Activations {
  readonly kept: [label: string, elements: number][] = [];
  readonly scratch = new Map<string, number>();

  keep(label: string, elements: number): void {
    this.kept.push([label, elements]);
  }

  share(name: string, elements: number): void {
    this.scratch.set(name, elements);
  }

  /** A buffer of its own where the backward reads it, else shared scratch. */
  keepIf(needed: boolean, layer: number, name: string, elements: number): void {
    if (needed) this.keep(`layer.${layer}.${name}`, elements);
    else this.share(name, elements);
  }
}

interface Layers {
  config: EncoderConfig;
  plan: TrainingPlan;
  reach: Reach;
}

const normTapeOf = (rows: number, hidden: number) => Math.ceil(rows / 4) * (4 * hidden + 4);

/** An adapter's own, and room for the gradient of its input. */
function adapterActivations(
  to: Activations,
  adapter: Adapter,
  { config: { hidden }, reach }: Layers,
  { rows }: BatchSizes,
): void {
  const { layer, site, bottleneck } = adapter;
  to.keep(`layer.${layer}.${site}.bottleneck-preactivation`, rows * bottleneck);
  to.keep(`layer.${layer}.${site}.bottleneck-active`, rows * bottleneck);
  to.share(`d-bottleneck-${bottleneck}`, rows * bottleneck);
  if (reach.adapterInput(adapter)) to.share('d-adapter-input', rows * hidden);
}

/** From a layer's input to the dense outputs of its sublayers, which ModernBERT's layers have, too. */
function sublayerActivations(
  to: Activations,
  layer: number,
  { config, plan, reach }: Layers,
  { rows, pairs }: BatchSizes,
): void {
  const { hidden, heads, intermediate } = config;
  const inAttention = reach.to(layer, 'attention');
  const weightsTrain = plan.base === 'all';
  to.keepIf(inAttention, layer, 'qkv', rows * 3 * hidden);
  to.keepIf(inAttention, layer, 'probabilities', pairs * heads);
  to.keepIf(weightsTrain, layer, 'context', rows * hidden);
  to.keepIf(weightsTrain, layer, 'active', rows * intermediate);
  for (const [site, dense] of [
    ['attention', 'dense-output'],
    ['ffn', 'ffn-dense-output'],
  ] as const) {
    const adapter = plan.adapters.find((one) => one.layer === layer && one.site === site);
    to.keepIf(adapter?.placement === 'sequential', layer, dense, rows * hidden);
    if (reach.to(layer, `${site}-norm`)) to.keep(`layer.${layer}.${site}.norm`, normTapeOf(rows, hidden));
    else to.share('norm', normTapeOf(rows, hidden));
  }
  if (!inAttention) return;
  to.share('d-context', rows * hidden);
  to.share('d-qkv', rows * 3 * hidden);
  to.share('d-pairs', pairs * heads);
}

function layerActivations(to: Activations, layer: number, layers: Layers, sizes: BatchSizes): void {
  const { config, plan, reach } = layers;
  const { rows } = sizes;
  const { hidden, intermediate } = config;
  sublayerActivations(to, layer, layers, sizes);
  for (const { layer: at, rank, target } of plan.loras) {
    if (at !== layer) continue;
    to.keep(`layer.${layer}.${target}.reduced`, rows * rank);
    to.share(`d-lora-${target}`, rows * rank);
  }
  for (const site of sites) {
    to.keep(`layer.${layer}.${site}.out`, rows * hidden);
    const adapter = plan.adapters.find((one) => one.layer === layer && one.site === site);
    if (!adapter) continue;
    if (adapter.placement === 'double-norm') {
      to.keep(`layer.${layer}.${site}.first-norm`, normTapeOf(rows, hidden));
      to.keep(`layer.${layer}.${site}.adapter-input`, rows * hidden);
      to.share('d-first-sum', rows * hidden);
    }
    adapterActivations(to, adapter, layers, sizes);
  }
  to.keepIf(reach.to(layer, 'ffn'), layer, 'preactivation', rows * intermediate);
  if (reach.to(layer, 'ffn-norm')) to.share('d-sum', rows * hidden);
  if (reach.to(layer, 'ffn')) to.share('d-preactivation', rows * intermediate);
  if (reach.to(layer, 'attention-norm')) to.share('d-attended', rows * hidden);
}

/** Of a ModernBERT: see `webgpu/layers/add-before-norm.ts` for what of the stream is kept. */
function modernLayerActivations(to: Activations, layer: number, layers: Layers, sizes: BatchSizes): void {
  const { config, plan, reach } = layers;
  const { rows } = sizes;
  const { hidden, intermediate } = config;
  sublayerActivations(to, layer, layers, sizes);
  for (const site of sites) {
    const isLast = site === 'ffn' && layer + 1 === config.layers;
    const isBoundary = site === 'ffn' && layer + 1 === reach.frozenLayers(config.layers);
    if (isBoundary) to.keep(`layer.${layer}.${site}.out`, rows * hidden);
    else to.share(`h-${site}`, rows * hidden);
    if (isLast || plan.base === 'all') to.keep(`layer.${layer}.${site}.normed`, rows * hidden);
    else to.share('normed', rows * hidden);
    if (reach.to(layer, `${site}-norm`)) to.share(`d-${site}-sum`, rows * hidden);
    const adapter = plan.adapters.find((one) => one.layer === layer && one.site === site);
    if (adapter) adapterActivations(to, adapter, layers, sizes);
  }
  // The embeddings' gradient before their LayerNorm.
  if (plan.base === 'all') to.share('d-sum', rows * hidden);
  to.keepIf(reach.to(layer, 'ffn'), layer, 'wide', rows * 2 * intermediate);
  if (!reach.to(layer, 'ffn')) return;
  to.share('d-active', rows * intermediate);
  to.share('d-wide', rows * 2 * intermediate);
}

/** Rows are padded to whole groups of four tokens where they attend to each other. */
function sizesOf({ examples: batchSize, tokens, microBatches = 1 }: BatchShape): BatchSizes {
  const examples = rowsAtOnce({ batchSize, microBatches });
  return { examples, rows: examples * tokens, pairs: examples * ceilTo(tokens, 4) ** 2 };
}

function batchBuffers({ config, plan, classes, kind }: RunShape, sizes: BatchSizes): PlannedBuffer[] {
  const { examples, rows } = sizes;
  const { hidden } = config;
  const to = new Activations();
  const perToken = kind === 'token';
  const headRows = perToken ? rows : examples;
  for (const [label, elements] of [
    ['ids', rows],
    ['next-same', rows],
    ['lengths', examples],
    ['types', rows],
    ['labels', labelCount(kind, headRows, classes)],
    ...(perToken ? [] : [['pooled', examples * hidden] as const]),
    ['logits', headRows * classes],
    ['losses', headRows],
    ['embeddings.out', rows * hidden],
  ] as const)
    to.keep(label, elements);
  to.share('d-logits', headRows * classes);
  to.share(perToken ? 'd-hidden' : 'd-pooled', headRows * hidden);
  to.share('embedded', rows * hidden);
  const reach = new Reach(plan);
  if (reach.below(0)) to.keep('embeddings.norm', normTapeOf(rows, hidden));
  else to.share('norm', normTapeOf(rows, hidden));
  if (reach.encoder) to.share('d-hidden', rows * hidden);
  const { rotary } = config;
  for (const theta of rotary ? thetasOf(rotary) : [])
    to.keep(`angles.${theta}`, Math.floor(Math.sqrt(sizes.pairs)) * (hidden / config.heads));
  const ofLayer = rotary ? modernLayerActivations : layerActivations;
  for (let layer = 0; layer < config.layers; layer++) ofLayer(to, layer, { config, plan, reach }, sizes);
  return [
    ...to.kept.map(([label, elements]) => ({ arena: 'activations' as const, label, bytes: bufferBytes(elements) })),
    ...[...to.scratch].map(([label, elements]) => ({ arena: 'scratch' as const, label, bytes: bufferBytes(elements) })),
    { arena: 'scratch', label: 'constants', bytes: 4 * fixedScratchElements },
  ];
}

/** Facts of a device that decide how many copies of the gradients it makes. */
interface CopyLimits {
  maxStorageBufferBindingSize: number;
  /** Tile of adapters' gradients; absent where the device does not compute these in parts. */
  deepTile?: DeepTile | undefined;
}

const withoutCopies: CopyLimits = { maxStorageBufferBindingSize: 0 };

function frozenBuffers(config: EncoderConfig, bits: FrozenBits): PlannedBuffer[] {
  const blocks = new Map<string, number>();
  for (const { name, shape } of baseParameters(config))
    blocks.set(fusedName(name), (blocks.get(fusedName(name)) ?? 0) + storedElements(name, shape, bits));
  return [...blocks].map(([label, elements]) => ({ arena: 'frozen', label, bytes: bufferBytes(elements) }));
}

/** Bytes of an encoder's frozen weights, stored in so many bits. */
export const frozenBytes = (config: EncoderConfig, bits: FrozenBits): number =>
  frozenBuffers(config, bits).reduce((sum, { bytes }) => sum + bytes, 0);

function weightBuffers({ config, plan, classes, frozenBits = 32 }: RunShape, device: CopyLimits): PlannedBuffer[] {
  const flat = trainableParameters(config, plan, classes).reduce(
    (sum, { shape }) => sum + ceilTo(elementCount(shape), flatAlignment),
    0,
  );
  const bytes = bufferBytes(flat);
  const room = { elements: flat, maxBinding: device.maxStorageBufferBindingSize };
  const copies = gradientCopies(plan, config.hidden, device.deepTile, room);
  return [
    ...frozenBuffers(config, frozenBits),
    { arena: 'trainable', label: 'parameters', bytes },
    { arena: 'trainable', label: 'gradients', bytes },
    { arena: 'optimizer', label: 'first moments', bytes },
    { arena: 'optimizer', label: 'second moments', bytes },
    ...(copies > 0 ? [{ arena: 'scratch' as const, label: 'copies of the gradients', bytes: copies * bytes }] : []),
  ];
}

function byArena(buffers: readonly PlannedBuffer[]): MemoryForecast['arenas'] {
  const arenas: MemoryForecast['arenas'] = { frozen: 0, trainable: 0, optimizer: 0, activations: 0, scratch: 0 };
  for (const { arena, bytes } of buffers) arenas[arena] += bytes;
  return arenas;
}

/** Bytes that a batch takes beside the weights: what the backward reads, and what is used again and again. */
export function forecastActivations(run: RunShape, sizes: BatchSizes): { activations: number; scratch: number } {
  const { activations, scratch } = byArena(batchBuffers(run, sizes));
  return { activations, scratch };
}

/** Memory of a run with batches of this shape. @param device absent: one that makes no copies of gradients */
export function forecastMemory(run: RunShape, batch: BatchShape, device = withoutCopies): MemoryForecast {
  const buffers = [...weightBuffers(run, device), ...batchBuffers(run, sizesOf(batch))];
  const arenas = byArena(buffers);
  const { label, bytes } = buffers.reduce((a, b) => (b.bytes > a.bytes ? b : a));
  const total = Object.values(arenas).reduce((sum, one) => sum + one, 0);
  return { arenas, total, largest: { label, bytes } };
}

/** A device's limits. */
export interface DeviceLimits extends CopyLimits {
  maxBufferSize: number;
  /** Bytes in all, where a person or a device sets a limit; absent: only single buffers count. */
  memory?: number | undefined;
}

/** The part of a run that does not fit: its largest buffer, or all of them together. In bytes. */
export interface PreFlightProblem {
  kind: 'buffer' | 'memory';
  needs: number;
  most: number;
}

export interface PreFlight {
  forecast: MemoryForecast;
  /** Null where all fits. */
  problem: PreFlightProblem | null;
  /** Shapes that fit, the nearest first; none where the encoder itself is too large. */
  instead: BatchShape[];
  /** The fewest pieces in which this very batch fits, with the same numbers; null where not even single rows fit. */
  microBatches: number | null;
}

/** Bytes of the largest buffer that a device can make and bind. */
export const maxBuffer = ({ maxBufferSize, maxStorageBufferBindingSize }: DeviceLimits): number =>
  Math.min(maxBufferSize, maxStorageBufferBindingSize);

function problemOf({ largest, total }: MemoryForecast, limits: DeviceLimits): PreFlightProblem | null {
  const most = maxBuffer(limits);
  if (largest.bytes > most) return { kind: 'buffer', needs: largest.bytes, most };
  const { memory } = limits;
  return memory !== undefined && total > memory ? { kind: 'memory', needs: total, most: memory } : null;
}

/** Lengths are tried in steps of this many tokens. */
const lengthStep = 8;

/** The last of the candidates that fits; each takes more than those before it. */
function lastThatFits(candidates: readonly number[], fits: (candidate: number) => boolean): number | null {
  let [low, high] = [0, candidates.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (fits(candidates[middle] ?? 0)) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? null : (candidates[low - 1] ?? null);
}

/** Compares a run's memory with a device's limits; finds micro-batches, smaller batches or shorter lengths that fit. */
export function preFlight(run: RunShape, batch: BatchShape, limits: DeviceLimits): PreFlight {
  const forecast = forecastMemory(run, batch, limits);
  const problem = problemOf(forecast, limits);
  const { microBatches: pieces = 1 } = batch;
  if (!problem) return { forecast, problem, instead: [], microBatches: pieces };
  const fits = (shape: BatchShape) => problemOf(forecastMemory(run, shape, limits), limits) === null;
  const batches = Array.from({ length: batch.examples - 1 }, (_, i) => i + 1);
  const lengths = Array.from({ length: Math.ceil(batch.tokens / lengthStep) - 1 }, (_, i) => lengthStep * (i + 1));
  const examples = lastThatFits(batches, (count) => fits({ ...batch, examples: count }));
  const tokens = lastThatFits(lengths, (length) => fits({ ...batch, tokens: length }));
  const instead = [
    ...(examples === null ? [] : [{ ...batch, examples }]),
    ...(tokens === null ? [] : [{ ...batch, tokens }]),
  ];
  const fewer = Array.from({ length: batch.examples - pieces }, (_, i) => batch.examples - i);
  const microBatches = lastThatFits(fewer, (count) => fits({ ...batch, microBatches: count }));
  return { forecast, problem, instead, microBatches };
}
