import { classroom } from './en/classroom.ts';
import { glossary } from './en/glossary.ts';
import { lessons } from './en/lessons.ts';
import { teaching } from './en/teaching.ts';

/** English texts that no part of the page's first script shows; add-late.ts adds them. In Chinese they come with the others. */
export const late = { classroom, glossary, lessons, teaching };
export type LateTexts = typeof late;
