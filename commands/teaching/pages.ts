import i18next from 'i18next';
import { en } from '../../src/i18n/en.ts';
import { late } from '../../src/i18n/late.ts';
import { zh } from '../../src/i18n/zh.ts';
import { lessonIds } from '../../src/store/lessons/origin.ts';
import type { ExpectedFile } from '../../src/store/teaching/expected.ts';
import {
  questionAnswersOf,
  questionsOf,
  type Say,
  type Sheet,
  teacherSheetOf,
  worksheetOf,
} from '../../src/store/teaching/sheet.ts';
import { markdownOf } from './markdown.ts';

/** The teacher's pack as files, from the texts of the page itself. */

/** Writes each language's words. */
async function sayIn(language: 'en' | 'zh'): Promise<Say> {
  const texts = { en: { ...en, ...late }, zh };
  const own = i18next.createInstance();
  await own.init({
    lng: language,
    resources: { [language]: { translation: texts[language] } },
    interpolation: { escapeValue: false },
  });
  // Every key that a sheet asks for is among the texts, and the test of the files finds one that is not.
  return (key, values) => String(own.t(key as 'page.title', values ?? {}));
}

/**
 * All files of the pack.
 * @returns their texts by their path below docs/teaching
 */
export async function teachingPages(expected: ExpectedFile): Promise<Map<string, string>> {
  const pages = new Map<string, string>();
  for (const language of ['en', 'zh'] as const) {
    const say = await sayIn(language);
    const nameAndDate = `${say('teaching.name')} \\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_  ${say('teaching.date')} \\_\\_\\_\\_\\_\\_\\_\\_\\_\\_`;
    const add = (name: string, sheet: Sheet, note: string) =>
      pages.set(`${language}/${name}.md`, markdownOf(sheet, note));
    lessonIds.forEach((id, i) => {
      add(`${i + 1}-${id}-worksheet`, worksheetOf(say, id), nameAndDate);
      add(`${i + 1}-${id}-teacher`, teacherSheetOf(say, id, expected[id]), '');
    });
    add('questions', questionsOf(say), nameAndDate);
    add('questions-teacher', questionAnswersOf(say), '');
  }
  return pages;
}
