/**
 * The same keys, each with a text of its own: what every other language owes to the English one. Forms for one thing
 * ("row" beside "rows") are English only: i18next asks Chinese for `_other` alone.
 */
export type Texts<T> = {
  [K in keyof T as K extends `${string}_one` ? never : K]: T[K] extends string ? string : Texts<T[K]>;
};
