import { gradientCopies } from '../engine/gradient-copies.ts';
import type { Arena } from '../gpu/buffers.ts';
import type { TrainingPlan } from '../model/methods.ts';
import type { GradientParts } from './ops/recorder.ts';
import { deepTile, type TileChoice } from './products/tiles.ts';
import type { Trainable } from './trainable.ts';

interface Parts {
  trainable: Trainable;
  plan: TrainingPlan;
  /** H */
  hidden: number;
  tiles: TileChoice;
}

/** Copies of the gradients for sums that are formed in parts; null where the device forms none so, or has no room. */
export function makeGradientParts(
  { limits }: GPUDevice,
  { trainable, plan, hidden, tiles }: Parts,
  arena: Arena,
): GradientParts | null {
  const { gradients: of, count: stride } = trainable;
  const room = { elements: stride, maxBinding: limits.maxStorageBufferBindingSize };
  const count = gradientCopies(plan, hidden, deepTile(tiles), room);
  return count === 0 ? null : { of, stride, count, copies: arena.create('gradient-parts', count * stride) };
}
