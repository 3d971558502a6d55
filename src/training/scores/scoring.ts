import type { TaskKind } from '../../model/task-kind.ts';
import type { Scoring } from './scores.ts';
import { singleLabel } from './single-label.ts';

/** How a kind of task is scored. What is not one class a row is fetched for it: it is no part of the page's start. */
export const scoringOf = async (kind: TaskKind): Promise<Scoring<TaskKind>> =>
  kind === 'single-label' ? singleLabel : (await import('./kinds.ts')).scorings[kind];
