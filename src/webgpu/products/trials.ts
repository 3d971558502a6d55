import { createRandom } from '../../base/random.ts';
import { type Arena, type Slice, write } from '../../gpu/buffers.ts';
import { attentionBackward, attentionForward, paddedTokens } from '../ops/attention.ts';
import { matmulBackwardInput, matmulBackwardWeight, matmulForward } from '../ops/matmul.ts';
import type { BatchSize, GradientParts, Recorder } from '../ops/recorder.ts';
import type { TileClass } from './tiles.ts';

/** Trials that a device is measured on: products of each class, at sizes as in a small encoder. */

export const trialSize: BatchSize = { examples: 16, tokens: 64 };
const { examples, tokens } = trialSize;
const rows = examples * tokens;
const [hidden, heads, wide, narrow] = [256, 4, 512, 16];
const copies = 16;

/** A result of a trial, to be compared with the reference path's. */
export interface TrialResult {
  slice: Slice;
  /** Elements of each copy, where the result holds consecutive copies that must be summed. */
  copyOf?: number;
  /** Products that are added up in an element; of random numbers within 1, a quarter as large on average. */
  depth: number;
}

export interface Trial {
  record: (recorder: Recorder) => void;
  results: TrialResult[];
  /** For the recorder. */
  parts: GradientParts | null;
}

export function makeTrial(kind: TileClass, arena: Arena, half = false): Trial {
  const random = createRandom(1);
  const tensor = (label: string, elements: number) => {
    const slice = arena.create(label, elements);
    write(
      arena.device,
      slice,
      Float32Array.from({ length: elements }, () => 2 * random.uniform() - 1),
    );
    return slice;
  };
  const empty = (label: string, elements: number) => arena.create(label, elements);
  if (kind === 'attention') return attentionTrial(tensor, empty, arena);
  if (kind === 'deep') return deepTrial(tensor, empty);
  const [inputs, outputs] = [hidden, kind === 'large' ? wide : narrow];
  const x = tensor('x', rows * inputs);
  // Random bits are no halves to be compared; zeros take as long.
  const weight = half
    ? { ...arena.create('weight', (outputs * inputs) / 2), packed: { bits: 16 as const, rows: outputs, width: inputs } }
    : tensor('weight', outputs * inputs);
  const out = empty('out', rows * outputs);
  // Where the result is narrow, the backward that is narrow too: of a layer from few to many, like an adapter's way up.
  const back = kind === 'large' ? { inputs, outputs } : { inputs: outputs, outputs: inputs };
  const dOut = tensor('d-out', rows * back.outputs);
  const dX = empty('d-x', rows * back.inputs);
  return {
    parts: null,
    record: (recorder) => {
      matmulForward(recorder, 'forward', { inputs, outputs, x, weight, out });
      matmulBackwardInput(recorder, 'backward', { ...back, dOut, weight, dX });
    },
    results: [
      { slice: out, depth: inputs },
      { slice: dX, depth: back.outputs },
    ],
  };
}

type Make = (label: string, elements: number) => Slice;

/** Both weight gradients of an adapter. */
function deepTrial(tensor: Make, empty: Make): Trial {
  const count = hidden * narrow;
  const [x, inner] = [tensor('x', rows * hidden), tensor('inner', rows * narrow)];
  const gradients = empty('gradients', 2 * count);
  const parts = { of: gradients, stride: 2 * count, count: copies, copies: empty('copies', copies * 2 * count) };
  const at = (slice: Slice, from: number) => ({ buffer: slice.buffer, offset: 4 * from, size: 4 * count });
  return {
    parts,
    record: (recorder) => {
      const [up, down] = [
        { inputs: narrow, outputs: hidden },
        { inputs: hidden, outputs: narrow },
      ];
      matmulBackwardWeight(recorder, 'up', { ...up, dOut: x, x: inner, dWeight: at(gradients, 0) });
      matmulBackwardWeight(recorder, 'down', { ...down, dOut: inner, x, dWeight: at(gradients, count) });
    },
    results: [
      { slice: gradients, depth: rows },
      { slice: parts.copies, copyOf: 2 * count, depth: rows },
    ],
  };
}

function attentionTrial(tensor: Make, empty: Make, arena: Arena): Trial {
  const pairs = examples * heads * paddedTokens(tokens) ** 2;
  const lengths = arena.create('lengths', examples);
  write(
    arena.device,
    lengths,
    Uint32Array.from({ length: examples }, (_, i) => tokens - i),
  );
  const qkv = tensor('qkv', rows * 3 * hidden);
  const dContext = tensor('d-context', rows * hidden);
  const [probabilities, dPairs] = [empty('probabilities', pairs), empty('d-pairs', pairs)];
  const [context, dQkv] = [empty('context', rows * hidden), empty('d-qkv', rows * 3 * hidden)];
  const shape = { hidden, heads, qkv, probabilities };
  return {
    parts: null,
    record: (recorder) => {
      attentionForward(recorder, 'attention', { ...shape, lengths, context });
      attentionBackward(recorder, 'attention', { ...shape, dContext, dPairs, dQkv });
    },
    results: [context, dQkv].map((slice) => ({ slice, depth: hidden / heads + tokens })),
  };
}
