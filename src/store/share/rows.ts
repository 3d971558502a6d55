import { createStore } from 'zustand/vanilla';
import { type Message, messageOf } from '../../base/message.ts';
import { languageOf } from '../../data/built-in/tasks.ts';
import { ofKind } from '../../model/task-kind.ts';
import { kindOf, type Run, taskName } from '../../training/run.ts';
import { datasetStore, isOwn, type OwnData } from '../dataset/state.ts';
import { attempt } from '../page/attempt.ts';
import { firstRuns, pageStore } from '../page/state.ts';
import { chooseTask, loadRows, openRun } from '../run/actions.ts';
import { type LinkedData, linkStore, type RowFacts } from './link.ts';

/**
 * A link to a run on somebody's own rows: facts about them go into the link, and they are asked for when it is opened.
 */

/** Respects in which the rows that are here differ from those of the link. */
export type RowDifference = 'rows' | 'test' | 'columns' | 'texts';

export interface LinkedRowsState {
  /** Differences of the chosen rows from the link's; empty: they are the same; null: nothing was compared. */
  differences: readonly RowDifference[] | null;
  /** Why the link's rows cannot be used. */
  problem: Message | null;
}

const nothing: LinkedRowsState = { differences: null, problem: null };
export const linkedRowsStore = createStore<LinkedRowsState>(() => nothing);
const { setState } = linkedRowsStore;

// Fetched when a link with rows is made or opened: packing them is no part of the page's start.
const packing = () => import('../../data/rows/linked-rows.ts');

/** Facts about the run's rows for a link, and the rows themselves where they are few; null for a built-in task's. */
export async function dataForLink(run: Run, data: OwnData | null): Promise<LinkedData | null> {
  if (!isOwn(run) || data?.name !== taskName(run)) return null;
  const { packLinkedRows, linkedRowsChecksum } = await packing();
  const { rows, test, columns } = data;
  const sha256 = await linkedRowsChecksum(data);
  const facts: RowFacts = {
    rows: rows.length,
    test: test?.length ?? null,
    ...(columns ? { columns } : {}),
    ...(sha256 ? { sha256 } : {}),
  };
  return { facts, packed: packLinkedRows(data) };
}

/** Differences of rows from what a link states. Texts are compared only where everything else is the same. */
export async function rowDifferences(data: OwnData, facts: RowFacts): Promise<RowDifference[]> {
  const { columns } = facts;
  const found: RowDifference[] = [];
  if (data.rows.length !== facts.rows) found.push('rows');
  if ((data.test?.length ?? null) !== facts.test) found.push('test');
  // A link of an earlier version names no second column.
  const named = ['text', 'label', ...(columns?.second === undefined ? [] : (['second'] as const))] as const;
  if (columns && data.columns && named.some((role) => data.columns?.[role] !== columns[role])) found.push('columns');
  if (found.length > 0 || facts.sha256 === undefined) return found;
  const { linkedRowsChecksum } = await packing();
  return (await linkedRowsChecksum(data)) === facts.sha256 ? [] : ['texts'];
}

/**
 * Opens the rows of the link's run, once the last visit's own rows are here: those, if they are the ones that it names; else
 * those that the link brings, if no others have to make way for them; else a person is asked.
 */
export async function openLinkedRows(run: Run): Promise<void> {
  const { facts, packed } = linkStore.getState();
  const { data } = datasetStore.getState();
  datasetStore.subscribe(compare);
  if (data?.name === taskName(run) && (!facts || (await rowDifferences(data, facts)).length === 0)) void loadRows(run);
  else if (packed && !data) await takeLinkedRows();
  else pageStore.setState({ missingRows: taskName(run) });
}

/** Uses the rows that came with the link. */
export async function takeLinkedRows(): Promise<void> {
  const { packed, facts } = linkStore.getState();
  const { run } = pageStore.getState();
  if (!packed) return;
  try {
    const { unpackLinkedRows } = await packing();
    const columns = facts?.columns;
    const { data, past } = datasetStore.getState();
    const kind = kindOf(run);
    const own = {
      name: taskName(run),
      ...unpackLinkedRows(packed, kind),
      ...(columns ? { columns } : {}),
      ...ofKind(kind),
    };
    datasetStore.setState({ data: own, past: data ? [...past, data] : past });
    openRun(run, { reload: true });
  } catch (error) {
    setState({ problem: messageOf(error) });
    pageStore.setState({ missingRows: taskName(run) });
  }
}

/** Uses the rows of that name that are here, though they are not the link's. */
export const takeRowsHere = (): void => openRun(pageStore.getState().run, { reload: true });

/** Trains on a built-in task with the same settings. */
export function takeBuiltInTask(): void {
  setState(nothing);
  chooseTask(taskName(firstRuns[languageOf(pageStore.getState().run.model) ?? 'en']));
}

export const dismissDifferences = (): void => setState({ differences: null });

/** Compares rows that come while the link's run is on the page with what the link states. */
function compare({ data }: { data: OwnData | null }, { data: before }: { data: OwnData | null }): void {
  const { facts } = linkStore.getState();
  // Rows that a person edits afterwards are not compared: only those that were asked for.
  const isAsked =
    pageStore.getState().missingRows !== null || (linkedRowsStore.getState().differences ?? []).length > 0;
  if (!facts || !data || data === before || !isAsked) return;
  attempt(async () => {
    const differences = await rowDifferences(data, facts);
    if (datasetStore.getState().data === data) setState({ differences });
  });
}
