import { carry } from './en/carry.ts';
import { coach } from './en/coach.ts';
import { compare } from './en/compare.ts';
import { data } from './en/data.ts';
import { device } from './en/device.ts';
import { drawing } from './en/drawing.ts';
import { forgetting } from './en/forgetting.ts';
import { inside } from './en/inside.ts';
import { lessons } from './en/lessons.ts';
import { linked } from './en/linked.ts';
import { models } from './en/models.ts';
import { onnx } from './en/onnx.ts';
import { page } from './en/page.ts';
import { recovery } from './en/recovery.ts';
import { results } from './en/results.ts';
import { setup } from './en/setup.ts';
import { shelf } from './en/shelf.ts';
import { tryIt } from './en/try-it.ts';
import { watch } from './en/watch.ts';

/** Every text that a person sees, in English: one file a part of the page in en/. zh.ts has the same keys. */
export const en = {
  ...carry,
  ...coach,
  ...compare,
  ...data,
  ...device,
  ...drawing,
  ...forgetting,
  ...inside,
  ...lessons,
  ...linked,
  ...onnx,
  ...models,
  ...page,
  ...recovery,
  ...results,
  ...setup,
  ...shelf,
  ...watch,
  ...tryIt,
};
