import type { en, Texts } from './en.ts';
import type { LateTexts } from './late.ts';
import { adapters } from './zh/adapters.ts';
import { cards } from './zh/cards.ts';
import { classroom } from './zh/classroom.ts';
import { coach } from './zh/coach.ts';
import { dataset } from './zh/dataset.ts';
import { device } from './zh/device.ts';
import { encoder } from './zh/encoder.ts';
import { exportTexts } from './zh/export.ts';
import { forgetting } from './zh/forgetting.ts';
import { glossary } from './zh/glossary.ts';
import { importTexts } from './zh/import.ts';
import { inspect } from './zh/inspect.ts';
import { kinds } from './zh/kinds.ts';
import { lessons } from './zh/lessons.ts';
import { page } from './zh/page.ts';
import { queue } from './zh/queue.ts';
import { recovery } from './zh/recovery.ts';
import { run } from './zh/run.ts';
import { runs } from './zh/runs.ts';
import { share } from './zh/share.ts';
import { start } from './zh/start.ts';
import { teaching } from './zh/teaching.ts';
import { words } from './zh/words.ts';

export { errors } from './zh/errors/all.ts';

/** 页面上的全部文字，简体中文：zh/ 里每个文件对应一项功能，键与 en.ts 相同。首次说中文时才载入。 */
export const zh: Texts<typeof en & LateTexts> = {
  adapters,
  cards,
  classroom,
  coach,
  dataset,
  device,
  encoder,
  export: exportTexts,
  forgetting,
  glossary,
  import: importTexts,
  inspect,
  kinds,
  lessons,
  page,
  queue,
  recovery,
  run,
  runs,
  share,
  start,
  teaching,
  words,
};
