import { msg, UserError } from '../../base/message.ts';
import { seedOf, shuffled } from '../../base/random.ts';
import { kindOfTask } from '../../data/built-in/kinds.ts';
import { readBuiltInTask } from '../../data/built-in/rows.ts';
import { builtInTasks } from '../../data/built-in/tasks.ts';
import { type Dataset, type Example, isStratified, makeDatasetOf } from '../../data/dataset.ts';
import { RowCollector } from '../../data/rows/packed-rows.ts';
import type { Row } from '../../data/rows/row.ts';
import { labelOf } from '../../data/rows/row-labels.ts';
import { splitRows } from '../../data/rows/split.ts';
import { textsOf } from '../../data/rows/texts.ts';
import { ofKind, type TaskKind } from '../../model/task-kind.ts';
import { isPair, kindOf, type Run, taskName, textsFor } from '../../training/run.ts';
import type { TaskRows, TaskSummary, TrainedAdapter, TrainerApi } from './api.ts';

/** A task's rows: where they come from, and which of them a run trains on. */

/** How many example sentences a task is introduced with. */
const exampleCount = 24;

/**
 * A built-in task's rows.
 * @param fetchFile by the path beside the page
 */
export async function readTask(
  name: string,
  fetchFile: (path: string) => Promise<Uint8Array | null>,
): Promise<TaskRows> {
  if (!builtInTasks.some((known) => known.name === name))
    throw new UserError(msg`The rows of ${name} are not here. Import the file again.`);
  const { train, test } = await readBuiltInTask(name, (file) => fetchFile(`datasets/${name}/${file}`));
  return { name, kind: kindOfTask(name), train, test };
}

/** @throws DatasetError for rows that cannot be trained on */
export function summaryOf(rows: TaskRows): TaskSummary {
  const { name, kind = 'single-label', train, test } = rows;
  const { labels } = makeDatasetOf(kind, rows, { name, seed: 0 });
  const examples = shuffled(test, seedOf('examples', name))
    .slice(0, exampleCount)
    .map((row) => ({ ...textsOf(row), label: labelOf(kind, row) }));
  return { name, ...ofKind(kind), trainRows: train.length, testRows: test.length, labels, examples };
}

/** The rows of a task that a run trains on: only here does a run turn into rows. */
export function datasetFrom(rows: TaskRows, run: Run): Dataset<TaskKind> {
  const { data, training } = run;
  const kind = kindOf(run);
  if (kind !== (rows.kind ?? 'single-label'))
    throw new UserError(
      msg`The rows of ${rows.name} are labelled otherwise than the run wants (data.kind: ${kind}). Import the file again, and say what the answer is.`,
    );
  const { limit, testLimit, validationShare } = data;
  const named = 'validation' in data ? data.validation : undefined;
  if (named !== undefined && !rows.validation)
    throw new UserError(
      msg`The validation rows of ${named} are not here. Open a bundle that brings its rows, or set a share of the training rows aside.`,
    );
  const { validation, ...others } = rows;
  const used = named !== undefined && validation ? { ...others, validation } : others;
  return makeDatasetOf<TaskKind>(kind, used, {
    name: taskName({ data }),
    limit,
    testLimit,
    validationShare,
    seed: training.seed,
    pair: isPair(run),
  });
}

/**
 * Rows that an adapter is measured on, of the classes that it knows.
 * @param run that it was trained by
 * @throws UserError where a row has another class, or one text where two are needed
 */
export function testRowsOf(
  rows: readonly Row[],
  { run, labels }: Pick<TrainedAdapter, 'run' | 'labels'>,
): Pick<Dataset, 'test' | 'labels'> {
  if (isPair(run) && rows.some(({ second }) => second === undefined))
    throw new UserError(msg`It was trained on pairs of texts; these rows have one text each.`);
  const test = rows.map((row): Example => ({ ...textsFor(run, row), label: labels.indexOf(row.label) }));
  const unknown = rows.find((_, i) => test[i]?.label === -1);
  if (unknown) throw new UserError(msg`It does not know the class ${unknown.label} of the rows.`);
  return { labels: [...labels], test };
}

/** A person's own rows: they arrive in pieces, and are split here. */
export class OwnRows {
  #key: number | null = null;
  #parts = { rows: new RowCollector(), test: new RowCollector(), validation: new RowCollector() };

  /** Adds some rows; a new key drops those that came under another. */
  add({ key, part, rows }: TrainerApi['addRows']['ask']): void {
    if (this.#key !== key)
      this.#parts = { rows: new RowCollector(), test: new RowCollector(), validation: new RowCollector() };
    this.#key = key;
    this.#parts[part].add(rows);
  }

  /** @throws UserError where rows of that key never came */
  taskRows({ name, kind = 'single-label', key, split }: TrainerApi['loadRows']['ask']): TaskRows {
    if (this.#key !== key) throw new UserError(msg`The rows of ${name} are not here. Import the file again.`);
    const { rows, test, validation } = this.#parts;
    return {
      name,
      kind,
      ...(split
        ? splitRows(rows.rows, { ...split, stratified: isStratified(kind) })
        : { train: rows.rows, test: test.rows }),
      ...(validation.rows.length > 0 ? { validation: validation.rows } : {}),
    };
  }
}
