/** Built-in tasks whose rows are pairs of texts. By themselves, since every run asks, and needs no more of the tasks. */
const pairTasks: readonly string[] = ['wordnet_kinds'];

export const isPairTask = (name: string): boolean => pairTasks.includes(name);
