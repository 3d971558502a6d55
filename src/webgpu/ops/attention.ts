import attention from '../../../shaders/attention.wgsl?raw';
import step from '../../../shaders/step.wgsl?raw';
import tile from '../../../shaders/tile.wgsl?raw';
import type { Slice } from '../../gpu/buffers.ts';
import type { Grid } from '../../gpu/recorder.ts';
import { type BatchSize, type Recorder, record, tileCount } from './recorder.ts';

const source = step + tile + attention;
const groupSize = 8;

export interface AttentionShape {
  /** H */
  hidden: number;
  /** A */
  heads: number;
}

/** For every head of every example (z): so many invocations. */
const perHead =
  ({ heads }: AttentionShape, invocations: (tokens: number) => number) =>
  ({ examples, tokens }: BatchSize): Grid => [Math.ceil(invocations(tokens) / groupSize), 1, examples * heads];

/** Records out = a product of two operands; see the entry points of shaders/attention.wgsl. */
function product(
  recorder: Recorder,
  label: string,
  shape: AttentionShape,
  entry: string,
  tensors: [Slice, Slice, Slice],
) {
  const [a, b, out] = tensors;
  const overPairs = entry === 'scores' || entry === 'backward_probabilities';
  record(recorder, {
    label: `${label}/${entry}`,
    source,
    entry,
    constants: { HIDDEN: shape.hidden, HEADS: shape.heads },
    slices: [
      ['read', a],
      ['read', b],
      ['write', out],
    ],
    grid: perHead(shape, (tokens) => tileCount(tokens, overPairs ? tokens : shape.hidden / shape.heads)),
  });
}

/** Records a row-wise change of the pairs in place, one query an invocation. */
function rowwise(recorder: Recorder, label: string, shape: AttentionShape, entry: string, read: Slice, pairs: Slice) {
  record(recorder, {
    label: `${label}/${entry}`,
    source,
    entry,
    constants: { HIDDEN: shape.hidden, HEADS: shape.heads },
    slices: [
      ['read', read],
      ['write', pairs],
    ],
    grid: perHead(shape, (tokens) => tokens),
  });
}

interface AttentionForward extends AttentionShape {
  /** Query, key, value side by side. (B, T, 3H) */
  qkv: Slice;
  /** Real tokens of each example. (B) */
  lengths: Slice;
  /** Kept for the backward. (B, A, T, T) */
  probabilities: Slice;
  /** (B, T, H) */
  context: Slice;
}

/** context = softmax(Q Kᵀ / √d over real keys) V */
export function attentionForward(recorder: Recorder, label: string, op: AttentionForward): void {
  const { qkv, lengths, probabilities, context } = op;
  product(recorder, label, op, 'scores', [qkv, qkv, probabilities]);
  rowwise(recorder, label, op, 'softmax', lengths, probabilities);
  product(recorder, label, op, 'context', [probabilities, qkv, context]);
}

interface AttentionBackward extends AttentionShape {
  /** (B, T, H) */
  dContext: Slice;
  qkv: Slice;
  probabilities: Slice;
  /** Scratch. (B, A, T, T) */
  dPairs: Slice;
  /** (B, T, 3H) */
  dQkv: Slice;
}

/** forward: S = Q Kᵀ / √d, P = softmax(S), context = P V */
export function attentionBackward(recorder: Recorder, label: string, op: AttentionBackward): void {
  const { dContext, qkv, probabilities, dPairs, dQkv } = op;
  product(recorder, label, op, 'backward_value', [probabilities, dContext, dQkv]);
  product(recorder, label, op, 'backward_probabilities', [dContext, qkv, dPairs]);
  rowwise(recorder, label, op, 'backward_softmax', probabilities, dPairs);
  product(recorder, label, op, 'backward_query', [dPairs, qkv, dQkv]);
  product(recorder, label, op, 'backward_key', [dPairs, qkv, dQkv]);
}
