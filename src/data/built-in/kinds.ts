import type { TaskKind } from '../../model/task-kind.ts';

/** Built-in tasks whose rows are no single text with a class. By themselves, since every run asks, and needs no more of the tasks. */

const pairTasks: readonly string[] = ['wordnet_kinds'];
const wordTasks: readonly string[] = ['wordnet_words'];

export const isPairTask = (name: string): boolean => pairTasks.includes(name);

/** What a built-in task's rows are labelled with. */
export const kindOfTask = (name: string): TaskKind => (wordTasks.includes(name) ? 'token' : 'single-label');
