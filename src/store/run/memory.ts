import { rowsAtOnce } from '../../engine/micro-batches.ts';
import { computedMemory } from '../../engine/run-memory.ts';
import { type Run, rowLength } from '../../training/run.ts';
import { headOutputs, planFor } from '../page/selectors.ts';
import type { PageState } from '../page/state.ts';

/**
 * Memory that a method needs with the run's batches, by arena, as computed; null where it names layers that the encoder
 * does not have.
 */
export function computedMemoryOf(
  { encoder, task, run }: Pick<PageState, 'task' | 'run'> & { encoder: NonNullable<PageState['encoder']> },
  method: Run['method'],
): ReturnType<typeof computedMemory> | null {
  const { config } = encoder;
  const plan = planFor(method, config);
  if (!plan) return null;
  const shape = { config, plan, classes: headOutputs(task) };
  const { batchSize, microBatches } = run.training;
  const examples = rowsAtOnce({ batchSize, microBatches });
  const tokens = rowLength(run, config);
  return computedMemory(shape, { examples, rows: examples * tokens, pairs: examples * tokens ** 2 });
}
