import { cards } from './en/cards.ts';
import { classroom } from './en/classroom.ts';
import { coach } from './en/coach.ts';
import { encoder } from './en/encoder.ts';
import { exportTexts } from './en/export.ts';
import { forgetting } from './en/forgetting.ts';
import { glossary } from './en/glossary.ts';
import { importTexts } from './en/import.ts';
import { inspect } from './en/inspect.ts';
import { kinds } from './en/kinds.ts';
import { lessons } from './en/lessons.ts';
import { queue } from './en/queue.ts';
import { recovery } from './en/recovery.ts';
import { start } from './en/start.ts';
import { teaching } from './en/teaching.ts';
import { words } from './en/words.ts';

/** English texts that no part of the page's first script shows; add-late.ts adds them. In Chinese they come with the others. */
export const late = {
  cards,
  classroom,
  coach,
  encoder,
  export: exportTexts,
  forgetting,
  glossary,
  import: importTexts,
  inspect,
  kinds,
  lessons,
  queue,
  recovery,
  start,
  teaching,
  words,
};
export type LateTexts = typeof late;
