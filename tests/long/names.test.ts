import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { builtInTasks } from '../../src/data/built-in/tasks.ts';
import { button, makeSmall, openSite, type Site, trainToEnd } from '../support/site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

/** What stands in the run file, and in none of the page's texts. */
const inner = new RegExp(
  [
    ...builtInTasks.map(({ name }) => name),
    String.raw`\bhoulsby \d`,
    'head-only',
    String.raw`\b(method|training|data)\.\w`,
  ].join('|'),
);
const textOf = (page: Page) => page.locator('main').innerText();

test('runs of one name are told apart in words, in both languages, and no inner name is shown', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny' });
  await makeSmall(page);
  await trainToEnd(page);
  await page.getByLabel('Epochs').fill('2');
  await page.getByLabel('Epochs').blur();
  await trainToEnd(page);
  // The adapter of the last layer's feed-forward network is switched off.
  await page.getByRole('button', { name: /^Layer 2: press/ }).click();
  await page.getByRole('button', { name: /^Adapter of layer 2, FFN/ }).click();
  await trainToEnd(page);

  await page.getByRole('tab', { name: 'Runs and sweeps' }).click();
  const rows = page.getByRole('table', { name: 'Runs' }).getByRole('row');
  await expect.poll(() => rows.count()).toBe(4);
  const names = await rows.locator('td:nth-child(2)').allInnerTexts();
  expect(names).toEqual([
    'Quiz topics, Houlsby 16, without Layer 2, FFN, 2 epochs',
    'Quiz topics, Houlsby 16, 2 epochs',
    'Quiz topics, Houlsby 16, 1 epoch',
  ]);
  expect(await rows.nth(1).innerText()).toContain('Sites switched off: none → Layer 2, FFN');
  expect(await textOf(page)).not.toMatch(inner);

  // A sweep says what it trains.
  await button(page, 'Sweep').click();
  expect(await page.getByText(/runs done; now: Quiz topics, Houlsby/).innerText()).not.toMatch(inner);
  await button(page, '中文').click();
  await page.getByText(/正在进行：问答主题，Houlsby/).waitFor();
  await button(page, '开始批量对比').waitFor({ timeout: 120_000 });
  expect(await textOf(page)).not.toMatch(inner);
  const frontier = page.getByRole('region', { name: '准确率与可训练参数占比' });
  await frontier.getByRole('button', { name: '表格' }).click();
  expect(await frontier.innerText()).not.toMatch(inner);

  await page.getByRole('link', { name: '适配器', exact: true }).click();
  const boxes = page.getByRole('checkbox', { name: /用于平均/ });
  await boxes.first().check();
  await boxes.nth(1).check();
  await button(page, '平均所选的两个').click();
  await page.getByText(/的平均$/).waitFor();
  expect(await textOf(page)).not.toMatch(inner);
  expect(complaints).toEqual([]);
});

test('an adapter of another task says so, and what is trained answers again', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny' });
  await makeSmall(page);
  await trainToEnd(page);
  await page.getByRole('combobox', { name: 'Classification task' }).click();
  await page.getByRole('option', { name: 'Spam or not' }).click();
  await makeSmall(page);
  const answers = page.getByRole('combobox', { name: 'Which adapter answers' });
  await answers.click();
  await page.getByRole('option', { name: /^Quiz topics/ }).click();
  await page.getByText(/^This adapter answers for another task\. Its classes: animals, geography/).waitFor();
  await trainToEnd(page);
  expect(await answers.inputValue()).toBe('The run being trained');
  expect(await page.getByText(/answers for another task/).count()).toBe(0);
  expect(await page.getByTestId('probabilities').innerText()).toContain('spam');
  expect(complaints).toEqual([]);
});
