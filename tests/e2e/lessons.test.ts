import { afterAll, beforeAll, expect, test } from 'vitest';
import { lessonIds } from '../../src/store/lessons/origin.ts';
import { button, openSite, type Site } from '../support/site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

test('a lesson asks for a prediction, trains on the live page, takes an answer and remembers all of it', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny', address: '#/lessons' });
  const list = page.getByRole('navigation', { name: 'Lessons' });
  await expect.poll(() => list.getByRole('button').count()).toBe(lessonIds.length);
  const train = button(page, 'Train: head only');
  expect(await train.isEnabled()).toBe(false);
  await page.getByRole('slider', { name: 'Your prediction' }).press('ArrowRight');
  await button(page, 'I say 51%').click();
  await page.getByTestId('prediction').getByText('You said 51%. The experiment will tell.').waitFor();
  await train.click();
  await page.getByText('Parts of speech, head only').waitFor();
  // The measured accuracy is that of the run's own record.
  await page
    .getByTestId('prediction')
    .getByText(/^You said 51%. It was \d+(\.\d)?%.$/)
    .waitFor({ timeout: 120_000 });
  await page.getByLabel('Why was that so?').fill('The encoder did not move.');

  await page.getByRole('radio', { name: 'The LayerNorms' }).check();
  await page.getByText(/^Not quite/).waitFor();
  await page.getByRole('radio', { name: 'Nothing at all' }).check();
  await page.getByText(/^Right/).waitFor();
  await page.getByRole('heading', { name: 'Lessons: 1 of 7 done' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'Lessons: 1 of 7 done' }).waitFor();
  // The next one is open.
  await page.getByRole('article', { name: 'The bottleneck' }).waitFor();
  await list.getByRole('button', { name: 'Why freeze?' }).click();
  await page.getByTestId('prediction').getByText('You said 51%. It was').waitFor();
  expect(await page.getByLabel('Why was that so?').inputValue()).toBe('The encoder did not move.');
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
