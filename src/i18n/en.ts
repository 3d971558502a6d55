import { adapters } from './en/adapters.ts';
import { dataset } from './en/dataset.ts';
import { device } from './en/device.ts';
import { page } from './en/page.ts';
import { run } from './en/run.ts';
import { runs } from './en/runs.ts';
import { share } from './en/share.ts';

/**
 * Texts that a person sees, in English: a file in en/ for each feature, and in it the texts under its name. What the page
 * does not begin with is in late.ts. zh.ts has the keys of both.
 */
export const en = {
  adapters,
  dataset,
  device,
  page,
  run,
  runs,
  share,
};

/**
 * The texts of another language: the keys of the English ones, each with a text of its own. Forms for one thing ("row"
 * beside "rows") are English only: i18next asks Chinese for `_other` alone.
 */
export type Texts<T> = {
  [K in keyof T as K extends `${string}_one` ? never : K]: T[K] extends string ? string : Texts<T[K]>;
};
