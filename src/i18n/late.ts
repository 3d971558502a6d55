import { classroom } from './en/classroom.ts';
import { coach } from './en/coach.ts';
import { exportTexts } from './en/export.ts';
import { forgetting } from './en/forgetting.ts';
import { glossary } from './en/glossary.ts';
import { importTexts } from './en/import.ts';
import { lessons } from './en/lessons.ts';
import { queue } from './en/queue.ts';
import { recovery } from './en/recovery.ts';
import { start } from './en/start.ts';
import { teaching } from './en/teaching.ts';
import { words } from './en/words.ts';

/** English texts that no part of the page's first script shows; add-late.ts adds them. In Chinese they come with the others. */
export const late = {
  classroom,
  coach,
  export: exportTexts,
  forgetting,
  glossary,
  import: importTexts,
  lessons,
  queue,
  recovery,
  start,
  teaching,
  words,
};
export type LateTexts = typeof late;
