import { download } from '../base/download.ts';
import { PersonError, said } from '../base/message.ts';
import { seedOf, shuffled } from '../base/random.ts';
import { readBuiltInTask } from '../data/built-in/rows.ts';
import { builtInTasks } from '../data/built-in/tasks.ts';
import { type Dataset, makeDataset, type SplitRows } from '../data/dataset.ts';
import { type Run, taskName } from '../training/run.ts';
import { urlOf } from './address.ts';
import type { TaskSummary } from './protocol.ts';
import { tell } from './tell.ts';

/** The rows that are here: a built-in task's or a person's own. */

export interface TaskRows extends SplitRows {
  name: string;
}

/** How many example sentences a task is introduced with. */
const exampleCount = 24;

let task: TaskRows | null = null;

export const loadedRows = (): TaskRows | null => task;
export const loadedTask = (): string | null => task?.name ?? null;

export async function rowsOfTask(name: string): Promise<TaskRows> {
  if (task?.name === name) return task;
  if (!builtInTasks.some((known) => known.name === name))
    throw new PersonError(said`The rows of ${name} are not here. Import the file again.`);
  const { train, test } = await readBuiltInTask(name, (file) => download(urlOf(`datasets/${name}/${file}`)));
  return { name, train, test };
}

export function openTask(rows: TaskRows): void {
  const summary = summaryOf(rows);
  takeTask(rows);
  tell({ type: 'task-ready', task: summary });
}

/** Makes rows the ones that are here. */
export function takeTask(rows: TaskRows): void {
  task = rows;
}

/** @throws DatasetError for rows that cannot be trained on */
export function summaryOf(rows: TaskRows): TaskSummary {
  const { name, train, test } = rows;
  const { labels } = makeDataset(rows, { name, seed: 0 });
  const examples = shuffled(test, seedOf('examples', name))
    .slice(0, exampleCount)
    .map(({ text, label }) => ({ text, label }));
  return { name, trainRows: train.length, testRows: test.length, labels, examples };
}

/** The rows that a run trains on, whichever task is open: the one place where a run turns into rows. */
export const datasetOf = async (run: Run): Promise<Dataset> => datasetFrom(await rowsOfTask(taskName(run)), run);

/** Those rows of a task that a run trains on. */
export function datasetFrom(rows: TaskRows, { data, training }: Run): Dataset {
  const { limit, testLimit, validationShare } = data;
  const named = 'validation' in data ? data.validation : undefined;
  if (named !== undefined && !rows.validation)
    throw new PersonError(
      said`The validation rows of ${named} are not here. Open a bundle that brings its rows, or set a share of the training rows aside.`,
    );
  const { validation, ...others } = rows;
  const used = named !== undefined && validation ? { ...others, validation } : others;
  return makeDataset(used, { name: taskName({ data }), limit, testLimit, validationShare, seed: training.seed });
}
