import type { en } from './en.ts';
import type { Texts } from './texts.ts';
import { carry } from './zh/carry.ts';
import { coach } from './zh/coach.ts';
import { compare } from './zh/compare.ts';
import { data } from './zh/data.ts';
import { device } from './zh/device.ts';
import { drawing } from './zh/drawing.ts';
import { forgetting } from './zh/forgetting.ts';
import { inside } from './zh/inside.ts';
import { lessons } from './zh/lessons.ts';
import { linked } from './zh/linked.ts';
import { models } from './zh/models.ts';
import { onnx } from './zh/onnx.ts';
import { page } from './zh/page.ts';
import { recovery } from './zh/recovery.ts';
import { results } from './zh/results.ts';
import { setup } from './zh/setup.ts';
import { shelf } from './zh/shelf.ts';
import { tryIt } from './zh/try-it.ts';
import { watch } from './zh/watch.ts';

/** 页面上的全部文字，简体中文：zh/ 里每个文件对应页面的一部分。键与 en.ts 相同。 */
export const zh: Texts<typeof en> = {
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
