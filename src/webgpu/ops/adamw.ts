import adamw from '../../../shaders/adamw.wgsl?raw';
import step from '../../../shaders/step.wgsl?raw';
import type { OptimizerSettings } from '../../engine/contract.ts';
import type { Slice } from '../../gpu/buffers.ts';
import { flatGrid, type GradientParts, type Recorder, record } from './recorder.ts';

const source = step + adamw;

/** Partial sums of squares; PARTIALS in the shader. */
export const normPartials = 8192;

interface AdamW extends OptimizerSettings {
  /** Elements of each flat buffer. */
  count: number;
  /** Number of elements, from the first on, that take weight decay. */
  decayed: number;
  parameters: Slice;
  gradients: Slice;
  /** Added to the gradients first. */
  parts: GradientParts | null;
  firstMoments: Slice;
  secondMoments: Slice;
  /** Scratch of `normPartials` elements. */
  partials: Slice;
  /** The global gradient norm before clipping. (1) */
  norm: Slice;
}

/** Gradient norm, clipping and AdamW in three dispatches, whatever the number of tensors (Loshchilov & Hutter 2019). */
export function adamwStep(recorder: Recorder, label: string, op: AdamW): void {
  const constants = {
    COUNT: op.count,
    DECAYED: op.decayed,
    WEIGHT_DECAY: op.weightDecay,
    BETA1: op.beta1,
    BETA2: op.beta2,
    REST1: 1 - op.beta1,
    REST2: 1 - op.beta2,
    EPSILON: op.epsilon,
    CLIP: op.clip ?? 0,
    PARTS: op.parts?.count ?? 0,
  };
  const of = (entry: string) => ({ label: `${label}/${entry}`, source, entry, constants });
  const { parts } = op;
  record(recorder, {
    ...of(parts ? 'add_parts' : 'sum_squares'),
    slices: parts
      ? [
          ['write', op.gradients],
          ['write', op.partials],
          ['read', parts.copies],
        ]
      : [
          ['read', op.gradients],
          ['write', op.partials],
        ],
    grid: () => flatGrid(normPartials, 32),
  });
  record(recorder, {
    ...of('finish_norm'),
    slices: [
      ['read', op.partials],
      ['write', op.norm],
    ],
    grid: () => [1, 1, 1],
  });
  record(recorder, {
    ...of('update'),
    slices: [
      ['read', op.gradients],
      ['read', op.norm],
      ['write', op.parameters],
      ['write', op.firstMoments],
      ['write', op.secondMoments],
    ],
    grid: () => flatGrid(op.count, 32),
  });
}
