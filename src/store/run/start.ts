import { createStore } from 'zustand/vanilla';
import type { NamedTensors } from '../../engine/contract.ts';
import type { TaskKind } from '../../model/task-kind.ts';
import { headBias, headWeight } from '../../model/tensor-names.ts';
import { type Run, sameRun } from '../../training/run.ts';
import type { TaskSummary } from '../../workers/trainer/api.ts';

/** A trained adapter that the run begins with, in place of the seeded start. */
export interface Start {
  name: string;
  /** The encoder that it stands on. */
  model: string;
  method: Run['method'];
  tensors: NamedTensors;
  /** Classes of its head; null without one. */
  labels: readonly string[] | null;
  /** What its head is for; absent: one class a row. */
  kind?: TaskKind | undefined;
}

export const startStore = createStore<{ start: Start | null }>(() => ({ start: null }));

/** Whether a run can begin with an adapter: one of the same encoder and exactly the same method. */
const fits = ({ model, method }: Start, run: Run): boolean => model === run.model && sameRun({ ...run, method }, run);

/**
 * Tensors that a run begins with; null: as seeded. An adapter that no longer fits is dropped. Its head is used where it
 * tells the same classes apart, whatever their order; else a new one begins.
 */
export function startOf(
  run: Run,
  { labels, kind = 'single-label' }: Pick<TaskSummary, 'labels' | 'kind'>,
): NamedTensors | null {
  const { start } = startStore.getState();
  if (!start) return null;
  if (!fits(start, run)) {
    dropStart();
    return null;
  }
  const own = start.labels ?? [];
  const order = labels.map((label) => own.indexOf(label));
  const sameKind = (start.kind ?? 'single-label') === kind;
  const same = start.labels !== null && sameKind && own.length === labels.length && !order.includes(-1);
  return new Map(
    [...start.tensors].flatMap(([name, tensor]) => {
      if (name !== headWeight && name !== headBias) return [[name, tensor] as const];
      if (!same) return [];
      // A head that says a number has one row, and no names to order by.
      return [[name, kind === 'regression' ? tensor : inOrder(tensor, order)] as const];
    }),
  );
}

type Tensor = NamedTensors extends Map<string, infer T> ? T : never;

/** A head's rows in another order. (C, ...) */
function inOrder({ shape, data }: Tensor, order: readonly number[]): Tensor {
  const width = data.length / Math.max(1, order.length);
  const moved = new Float32Array(data.length);
  order.forEach((from, to) => {
    moved.set(data.subarray(from * width, (from + 1) * width), to * width);
  });
  return { shape: [...shape], data: moved };
}

export const beginWith = (start: Start): void => startStore.setState({ start });

export const dropStart = (): void => startStore.setState({ start: null });
