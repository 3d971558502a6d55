import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { teachingPages } from '../../commands/teaching/pages.ts';
import { lessonIds } from '../../src/store/lessons/origin.ts';
import expected from '../../src/store/teaching/expected.json';
import type { ExpectedFile } from '../../src/store/teaching/expected.ts';

/** The teacher's pack in docs/ says what the page says. */

const pages = await teachingPages(expected as ExpectedFile);

test('each lesson and the question set has its two pages in both languages', () => {
  expect(pages.size).toBe(2 * 2 * (lessonIds.length + 1));
  expect(Object.keys(expected).sort()).toEqual([...lessonIds].sort());
});

test.each(['en', 'zh'])('docs/teaching/%s is what `npm run teaching` writes now', (language) => {
  const there = readdirSync(`docs/teaching/${language}`).map((name) => `${language}/${name}`);
  expect(there.sort()).toEqual([...pages.keys()].filter((path) => path.startsWith(`${language}/`)).sort());
  for (const path of there) expect(readFileSync(`docs/teaching/${path}`, 'utf8'), path).toBe(pages.get(path));
});

test('every word of them is among the texts', () => {
  for (const [path, text] of pages) expect(text, path).not.toMatch(/\b(lessons|teaching|runs)\.\w+|\{\{/);
});

test('teachers are told numbers, learners are not', () => {
  for (const [path, text] of pages)
    if (path.includes('-teacher') && !path.includes('questions'))
      expect(text, path).toMatch(/\d+(\.\d+)?(%| points?| ×| 个百分点)/);
});
