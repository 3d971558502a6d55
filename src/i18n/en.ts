import { adapters } from './en/adapters.ts';
import { coach } from './en/coach.ts';
import { dataset } from './en/dataset.ts';
import { device } from './en/device.ts';
import { encoder } from './en/encoder.ts';
import { exportTexts } from './en/export.ts';
import { forgetting } from './en/forgetting.ts';
import { importTexts } from './en/import.ts';
import { inspect } from './en/inspect.ts';
import { lessons } from './en/lessons.ts';
import { page } from './en/page.ts';
import { queue } from './en/queue.ts';
import { recovery } from './en/recovery.ts';
import { run } from './en/run.ts';
import { runs } from './en/runs.ts';
import { share } from './en/share.ts';
import { start } from './en/start.ts';

/**
 * Every text that a person sees, in English: a file in en/ for each feature, and in it the texts under its name. zh.ts
 * has the same keys.
 */
export const en = {
  adapters,
  coach,
  dataset,
  device,
  encoder,
  export: exportTexts,
  forgetting,
  import: importTexts,
  inspect,
  lessons,
  page,
  queue,
  recovery,
  run,
  runs,
  share,
  start,
};

/**
 * The texts of another language: the keys of the English ones, each with a text of its own. Forms for one thing ("row"
 * beside "rows") are English only: i18next asks Chinese for `_other` alone.
 */
export type Texts<T> = {
  [K in keyof T as K extends `${string}_one` ? never : K]: T[K] extends string ? string : Texts<T[K]>;
};
