import { kindOfTask } from '../../data/built-in/kinds.ts';
import { builtInTasks } from '../../data/built-in/tasks.ts';
import { namesOf } from '../../data/rows/row-names.ts';
import { arePairs } from '../../data/rows/texts.ts';
import { ofKind, type TaskKind } from '../../model/task-kind.ts';
import { kindOf, type Run, taskName, withData } from '../../training/run.ts';
import { datasetStore, type OwnData } from '../dataset/state.ts';
import type { SavedAdapter } from '../runs/records.ts';

/** The task of an adapter: its classes decide. */

/** Whether two heads tell the same classes apart, in whatever order. */
export const sameClasses = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((label) => other.includes(label));

const labelsOf = ({ rows, test, kind = 'single-label' }: OwnData): string[] => [
  ...new Set([...rows, ...(test ?? [])].flatMap((row) => namesOf(kind, row))),
];

/** What a head answers: the kind, and the classes that it tells apart. */
interface Answer {
  labels: readonly string[];
  kind: TaskKind;
}

const isOwnAnswer = (own: OwnData, { labels, kind }: Answer): boolean =>
  (own.kind ?? 'single-label') === kind && sameClasses(labelsOf(own), labels);

/** Rows that are here and have this answer: those that `first` names if they do, the person's own, else a built-in task's. */
export function rowsWithClasses(answer: Answer, first: Run['data']): Run['data'] | null {
  const { labels, kind } = answer;
  const own = datasetStore.getState().data;
  const isOwn = own !== null && isOwnAnswer(own, answer);
  const asked = taskName({ data: first });
  if (isOwn && asked === own.name && kindOf({ data: first }) === kind) return first;
  const fitting = builtInTasks.filter((task) => kindOfTask(task.name) === kind && sameClasses(task.labels, labels));
  if (fitting.some(({ name }) => name === asked)) return first;
  if (isOwn) {
    const pair = arePairs(own.rows) ? { pair: true as const } : {};
    return { train: own.name, ...pair, ...ofKind(kind) };
  }
  const [task] = fitting;
  return task ? { task: task.name, limit: task.defaults.limit } : null;
}

/**
 * The rows that an adapter was trained on or, where its run names a built-in task of other classes, rows of its own classes;
 * null: none are known. An adapter of rows that are not here keeps their name.
 */
export function rowsOfAdapter({ run, labels }: Pick<SavedAdapter, 'run' | 'labels'>): Run['data'] | null {
  return 'task' in run.data ? rowsWithClasses({ labels, kind: kindOf(run) }, run.data) : run.data;
}

/** Why an adapter cannot be measured here. */
export type Unmeasurable = 'unknown-task' | 'no-rows';

/** The run that an adapter is measured by: its own, on its own task's rows. */
export function measuredOn(adapter: Pick<SavedAdapter, 'run' | 'labels'>): { run: Run } | { why: Unmeasurable } {
  const data = rowsOfAdapter(adapter);
  if (!data) return { why: 'unknown-task' };
  const own = datasetStore.getState().data;
  if (!('task' in data) && own?.name !== taskName({ data })) return { why: 'no-rows' };
  const answer = { labels: adapter.labels, kind: kindOf(adapter.run) };
  if (!('task' in data) && own && !isOwnAnswer(own, answer)) return { why: 'unknown-task' };
  return { run: withData(adapter.run, data) };
}
