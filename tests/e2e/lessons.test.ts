import { afterAll, beforeAll, expect, test } from 'vitest';
import { lessonIds } from '../../src/store/lessons/origin.ts';
import { button, openSite, type Site } from '../support/site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

test('a lesson sets its experiment up, trains on the live page, takes an answer and remembers it', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny', address: '#/lessons' });
  const list = page.getByRole('navigation', { name: 'Lessons' });
  await expect.poll(() => list.getByRole('button').count()).toBe(lessonIds.length);
  await button(page, 'Set up: head only').click();
  await page.getByText('Parts of speech, head only').waitFor();
  await expect.poll(() => button(page, 'Step').isEnabled()).toBe(true);
  await button(page, 'Step').click();
  await page.getByText('step 1 of').waitFor();

  await page.getByRole('radio', { name: 'The LayerNorms' }).check();
  await page.getByText(/^Not quite/).waitFor();
  await page.getByRole('radio', { name: 'Nothing at all' }).check();
  await page.getByText(/^Right/).waitFor();
  await page.getByRole('heading', { name: 'Lessons: 1 of 7 done' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'Lessons: 1 of 7 done' }).waitFor();
  // The next one is open.
  await page.getByRole('article', { name: 'The bottleneck' }).waitFor();
  expect(complaints).toEqual([]);
});

test('every lesson is there in Chinese, too', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny', locale: 'zh-CN', address: '#/lessons' });
  const list = page.getByRole('navigation', { name: '课程列表' });
  for (const lesson of await list.getByRole('button').all()) {
    await lesson.click();
    expect(await page.getByRole('article').innerText()).not.toMatch(/lessons\.\w+/);
    expect(await page.getByRole('radio').count()).toBe(3);
  }
  expect(complaints).toEqual([]);
});
