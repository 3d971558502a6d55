/** What a task asks of a row, and so what the head's outputs mean and which loss trains them. */

export const taskKinds = [
  /** One of the classes: softmax cross entropy. */
  'single-label',
  /** Any number of the classes: a sigmoid and a binary cross entropy for each. */
  'multi-label',
  /** A number: squared error of the one output. */
  'regression',
  /** One of the classes for each word: the head stands on every token, and cross entropy counts the first piece of a word. */
  'token',
] as const;
export type TaskKind = (typeof taskKinds)[number];

/** A kind as data say it: one class a row goes without saying, as in data of versions that knew no other. */
export const ofKind = (kind: TaskKind | undefined): { kind?: TaskKind } =>
  kind === undefined || kind === 'single-label' ? {} : { kind };

/** Outputs of the head. @param classes names of the classes; none where a number is asked for */
export const outputsOf = (kind: TaskKind, classes: number): number => (kind === 'regression' ? 1 : classes);
