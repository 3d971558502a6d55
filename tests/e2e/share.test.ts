import { afterAll, beforeAll, expect, test } from 'vitest';
import { firstRun } from '../../src/store/page/state.ts';
import { linkTo } from '../../src/store/share/link.ts';
import { button, makeSmall, openSite, type Site } from '../support/site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

test('a teacher’s link opens exactly the configuration, locked, with parts hidden', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny' });
  await page.getByLabel('Learning rate').fill('0.005');
  await page.getByLabel('Learning rate').blur();
  await button(page, 'Share').click();
  const choose = (part: string, access: string) =>
    page.getByRole('radiogroup', { name: part }).getByText(access, { exact: true }).click();
  await choose('Training settings', 'Locked');
  await choose('Task', 'Hidden');
  await page.getByLabel('Locked by').fill('Ms Rivera');
  const link = await page.getByLabel('Link', { exact: true }).inputValue();
  expect(complaints).toEqual([]);

  const opened = await site.visit({ encoder: 'tiny', address: new URL(link).search });
  await button(opened.page, 'Train').waitFor();
  expect(await opened.page.getByLabel('Learning rate').inputValue()).toBe('0.005');
  expect(await opened.page.getByLabel('Learning rate').isDisabled()).toBe(true);
  expect(await opened.page.getByLabel('Training rows').count()).toBe(0);
  // What is not locked can be changed.
  expect(await opened.page.getByRole('combobox', { name: 'What trains' }).isDisabled()).toBe(false);
  await opened.page.getByText('Ms Rivera has locked what cannot be changed here (Training settings)').waitFor();
  await button(opened.page, 'Leave the link').click();
  await expect.poll(() => opened.page.getByLabel('Learning rate').isEnabled()).toBe(true);
  expect(new URL(opened.page.url()).search).toBe('');
  expect(opened.complaints).toEqual([]);
});

test('a tampered link gives a message and the defaults', async () => {
  const { page } = await site.visit({ encoder: 'tiny', address: '?run=tampered' });
  await page.getByText('This link cannot be used').waitFor();
  expect(await page.getByLabel('Learning rate').inputValue()).toBe('0.002');
  await button(page, 'Train').waitFor();
});

test('what is wrong with a link is said in Chinese on a Chinese page', async () => {
  const { page } = await site.visit({ encoder: 'tiny', locale: 'zh-CN', address: '?run=tampered' });
  await page.getByText('它已损坏，请重新索取').waitFor();
});

test('single keys train and pause, and the sheet lists them', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny' });
  await makeSmall(page, 200);
  await expect.poll(() => button(page, 'Train').isEnabled()).toBe(true);
  await page.getByRole('heading', { name: 'Bottleneck' }).click();
  await page.keyboard.press('t');
  await button(page, 'Pause').waitFor();
  await page.keyboard.press('t');
  await page.getByTestId('phase').getByText('Paused').waitFor();
  await page.keyboard.press('Shift+?');
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
  expect(complaints).toEqual([]);
});

test('a rate that is far too high brings the coach, whose fix starts anew with a lower one', async () => {
  const run = { ...firstRun, data: { task: 'trivia_topics', limit: 32, testLimit: 16 } };
  // Everything trains, so that nothing frozen holds the loss down: the trouble is the same when the run has ended.
  run.method = { type: 'full' };
  run.training = { ...run.training, epochs: 25, learningRate: 1, schedule: 'constant', clip: null };
  const address = new URL(linkTo(run, { lock: false, hide: [] }, 'http://localhost/')).search;
  const { page, complaints } = await site.visit({ encoder: 'tiny', address });
  await button(page, 'Train').click();
  await page.getByText('The coach').waitFor({ timeout: 60_000 });
  await page.getByRole('button', { name: /^Start anew with a learning rate of/ }).click();
  expect(Number(await page.getByLabel('Learning rate').inputValue())).toBeLessThan(1);
  expect(complaints).toEqual([]);
});
