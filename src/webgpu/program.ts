import { BatchError } from '../engine/batch-error.ts';
import type { Batch, FeatureBatch } from '../engine/contract.ts';
import { labelCount } from '../engine/labels.ts';
import { part, type Slice, write } from '../gpu/buffers.ts';
import { StagingRing } from '../gpu/readback.ts';
import { Recording } from '../gpu/recording.ts';
import type { TaskKind } from '../model/task-kind.ts';
import { type Boundary, encoderBackward, encoderForward, stateGradient } from './layers/encoder.ts';
import { headBackward, headForward, lossForward } from './layers/head.ts';
import type { Network } from './layers/network.ts';
import { paddedTokens } from './ops/attention.ts';
import { chainEqualIds } from './ops/embedding.ts';
import type { BatchSize, Recorder } from './ops/recorder.ts';
import type { PrefixCache } from './prefix-cache.ts';
import { type Capacity, Workspace } from './workspace.ts';

/** Everything recorded for one capacity: replayed every step. */
export interface Program {
  workspace: Workspace;
  network: Network;
  /** What the head reads: pooled states (B, H), or those of every token (B, T, H). */
  states: Slice;
  logits: Slice;
  losses: Slice;
  /** The last states that are the same at every visit of an example; null where there are none. */
  boundary: Boundary | null;
  /** The forward up to the boundary. */
  frozen: Recording<BatchSize>;
  /** The forward from the boundary to the states that the head reads. */
  live: Recording<BatchSize>;
  classify: Recording<BatchSize>;
  loss: Recording<BatchSize>;
  headBackward: Recording<BatchSize>;
  encoderBackward: Recording<BatchSize>;
  staging: StagingRing;
}

/** Rows that the head computes: examples, or tokens where each is labelled. */
export const headRows = (kind: TaskKind | undefined, { examples, tokens }: BatchSize): number =>
  kind === 'token' ? examples * tokens : examples;

/** Capacity that a batch of this size needs. */
export const capacityFor = ({ examples, tokens }: BatchSize): Capacity => ({
  examples,
  rows: examples * tokens,
  pairs: examples * paddedTokens(tokens) ** 2,
});

export const fits = (capacity: Capacity, room: Capacity): boolean =>
  capacity.examples <= room.examples && capacity.rows <= room.rows && capacity.pairs <= room.pairs;

/**
 * Records the forward and the backward.
 * @param pieces of a whole step, whose losses are read back together
 * @param recorderFor makes a recorder into a recording, with the workspace's constants
 */
export function writeProgram(
  device: GPUDevice,
  network: Omit<Network, 'workspace' | 'inputs'>,
  { capacity, pieces }: { capacity: Capacity; pieces: number },
  recorderFor: (recording: Recording<BatchSize>, workspace: Workspace) => Recorder,
): Program {
  const { classes, config, kind } = network;
  const { examples, rows } = capacity;
  const mostRows = kind === 'token' ? rows : examples;
  const workspace = new Workspace(device, capacity);
  const inputs = {
    ids: workspace.keep('ids', rows),
    nextSame: workspace.keep('next-same', rows),
    lengths: workspace.keep('lengths', examples),
    types: workspace.keep('types', rows),
    labels: workspace.keep('labels', labelCount(kind, mostRows, classes)),
  };
  const whole: Network = { ...network, workspace, inputs };
  const logits = workspace.keep('logits', mostRows * classes);
  const losses = workspace.keep('losses', mostRows);
  const dLogits = workspace.scratch('d-logits', mostRows * classes);

  const newRecording = () => {
    const recording = new Recording<BatchSize>(device);
    return { recording, recorder: recorderFor(recording, workspace) };
  };
  const [frozen, live, classify, loss, headDown, encoderDown] = [
    newRecording(),
    newRecording(),
    newRecording(),
    newRecording(),
    newRecording(),
    newRecording(),
  ];
  const recorders = { frozen: frozen.recorder, live: live.recorder };
  const { states, tape, boundary } = encoderForward(whole, recorders);
  const dStates = stateGradient(whole);
  headForward(whole, classify.recorder, states, logits);
  lossForward(whole, loss.recorder, logits, losses);
  headBackward(whole, headDown.recorder, { states, logits, dLogits, dStates });
  if (network.reach.encoder) encoderBackward(whole, encoderDown.recorder, tape, dStates);
  return {
    workspace,
    network: whole,
    states,
    logits,
    losses,
    boundary,
    frozen: frozen.recording,
    live: live.recording,
    classify: classify.recording,
    loss: loss.recording,
    headBackward: headDown.recording,
    encoderBackward: encoderDown.recording,
    staging: new StagingRing(device, Math.max(4 + pieces * mostRows, mostRows * Math.max(classes, config.hidden))),
  };
}

/** The forward to the states that the head reads. @param restored the states of frozen layers are there already */
export const encodingOf = ({ frozen, live }: Program, restored: boolean): Recording<BatchSize>[] =>
  restored ? [live] : [frozen, live];

/** Forward and backward of a step's rows. @param restored as for `encodingOf` */
export function stepOf(program: Program, restored: boolean): Recording<BatchSize>[] {
  const { classify, loss, headBackward, encoderBackward } = program;
  return [...encodingOf(program, restored), classify, loss, headBackward, encoderBackward];
}

export function destroyProgram({ workspace, staging }: Program): void {
  workspace.destroy();
  staging.destroy();
}

/** Uploads a batch, in queue order. */
export function uploadBatch(device: GPUDevice, { network, states }: Program, batch: Batch | FeatureBatch): void {
  const { inputs, plan, reach } = network;
  write(device, inputs.labels, batch.labels);
  if ('features' in batch) {
    if (reach.encoder) throw new BatchError('features stand for a frozen encoder; here the encoder trains');
    write(device, states, batch.features);
    return;
  }
  write(device, inputs.ids, batch.ids);
  write(device, inputs.lengths, batch.lengths);
  write(device, inputs.types, batch.types ?? new Uint32Array(batch.ids.length));
  if (plan.base === 'all') write(device, inputs.nextSame, chainEqualIds(batch.ids));
}

/** The slice of one example's states at the boundary: its real tokens, or its pooled state. */
function statesOf({ states, pooled }: Boundary, batch: Batch, example: number, width: number): Slice {
  if (pooled) return part(states, example * width, width);
  return part(states, example * batch.length * width, (batch.lengths[example] ?? 0) * width);
}

function copy(encoder: GPUCommandEncoder, from: Slice, to: Slice): void {
  encoder.copyBufferToBuffer(from.buffer, from.offset, to.buffer, to.offset, to.size);
}

/** Fills the boundary from the cache. False, and nothing encoded, unless all of the batch's examples are cached. */
export function restoreBoundary(
  encoder: GPUCommandEncoder,
  { boundary, network }: Program,
  batch: Batch,
  cache: PrefixCache,
): boolean {
  const kept = boundary && batch.keys && cache.find(batch.keys);
  if (!kept) return false;
  // Rows of padding keep what an earlier batch left there: finite numbers that no real row reads.
  kept.forEach((slice, i) => {
    copy(encoder, slice, statesOf(boundary, batch, i, network.config.hidden));
  });
  return true;
}

/** Caches the states that the forward has just left at the boundary, as far as the budget reaches. */
export function keepBoundary(
  encoder: GPUCommandEncoder,
  { boundary, network }: Program,
  batch: Batch,
  cache: PrefixCache,
): void {
  if (!boundary || !batch.keys) return;
  batch.keys.forEach((key, i) => {
    const states = statesOf(boundary, batch, i, network.config.hidden);
    const room = cache.reserve(key, states.size / 4);
    if (room) copy(encoder, states, room);
  });
}
