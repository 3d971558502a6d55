import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { button, makeSmall, openSite, type Site, trainToEnd } from '../support/site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

/** Chooses from a run's menu, and waits until the menu is gone. */
async function choose(page: Page, run: string | RegExp, item: string): Promise<void> {
  await page.getByRole('button', { name: run }).first().click();
  await page.getByRole('menuitem', { name: item }).click();
  await page.getByRole('menuitem').first().waitFor({ state: 'hidden' });
}

test('runs are kept, drawn over each other, renamed, pinned, deleted, brought back, and there after a reload', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny' });
  await makeSmall(page);
  await trainToEnd(page);
  await page.getByLabel('Learning rate').fill('0.004');
  await page.getByLabel('Learning rate').blur();
  await trainToEnd(page);

  await page.getByRole('tab', { name: 'Runs and sweeps' }).click();
  const rows = page.getByRole('table', { name: 'Runs' }).getByRole('row');
  await expect.poll(() => rows.count()).toBe(3);
  expect(await rows.nth(1).innerText()).toContain('Learning rate: 0.002 → 0.004');

  const lines = page.getByRole('region', { name: 'Loss' }).locator('.recharts-line');
  await page.getByRole('tab', { name: 'Charts' }).click();
  await expect.poll(() => lines.count()).toBeGreaterThan(3);
  const alone = await lines.count();
  await page.getByRole('tab', { name: 'Runs and sweeps' }).click();
  await page.getByRole('checkbox', { name: /^Draw/ }).nth(1).check();
  await page.getByRole('tab', { name: 'Charts' }).click();
  await expect.poll(() => lines.count()).toBe(alone + 1);

  await page.getByRole('tab', { name: 'Runs and sweeps' }).click();
  await choose(page, /^Actions for/, 'Rename');
  await page.getByLabel('New name').fill('Twice the rate');
  await button(page, 'Save').click();
  await choose(page, 'Actions for Twice the rate', 'Pin to the top');
  await choose(page, /^Actions for Quiz topics/, 'Delete');
  await expect.poll(() => rows.count()).toBe(2);
  await page.getByRole('button', { name: /^Bring back/ }).click();
  await expect.poll(() => rows.count()).toBe(3);

  await page.reload();
  await page.getByRole('tab', { name: 'Runs and sweeps' }).click();
  await expect.poll(() => rows.count()).toBe(3);
  expect(await rows.nth(1).innerText()).toContain('Twice the rate');
  await choose(page, 'Actions for Twice the rate', 'Reopen');
  expect(await page.getByLabel('Learning rate').inputValue()).toBe('0.004');
  expect(complaints).toEqual([]);
});

test('a sweep trains every bottleneck, can be stopped and continued, and draws the frontier', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny' });
  await makeSmall(page);
  await page.getByRole('tab', { name: 'Runs and sweeps' }).click();
  await page
    .getByRole('group', { name: /^Bottlenecks/ })
    .getByText('32')
    .click();
  await page.getByText(/^2 runs/).waitFor();
  await button(page, 'Sweep').click();
  await button(page, 'Stop the sweep').click();
  await button(page, 'Continue the sweep').click();
  await button(page, 'Sweep').waitFor({ timeout: 120_000 });
  const rows = page.getByRole('table', { name: 'Runs' }).getByRole('row');
  // The run that was stopped midway may stand in the table, too.
  await expect.poll(() => rows.count()).toBeGreaterThanOrEqual(3);
  expect(await rows.nth(1).innerText()).toContain('Bottleneck dimension: 2 → 8');
  const frontier = page.getByRole('region', { name: 'Accuracy against trainable share' });
  await frontier.getByRole('button', { name: 'Table' }).click();
  expect(await frontier.getByRole('row').count()).toBe(3);
  expect(complaints).toEqual([]);
});

test('a trained adapter is kept, answers at another strength, is measured and averaged', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny' });
  await makeSmall(page);
  await trainToEnd(page);
  await page.getByLabel('Learning rate').fill('0.01');
  await page.getByLabel('Learning rate').blur();
  await trainToEnd(page);
  const probabilities = page.getByTestId('probabilities');
  const before = await probabilities.innerText();
  const strength = page.getByRole('slider', { name: 'Adapter strength' });
  await strength.focus();
  await strength.press('Home');
  await expect.poll(() => probabilities.innerText()).not.toBe(before);

  await page.getByRole('link', { name: 'Adapters', exact: true }).click();
  const measure = page.getByRole('button', { name: /^Measure Quiz topics/ });
  await expect.poll(() => measure.count()).toBe(2);
  await measure.first().click();
  await page.getByText(/at 100%/).waitFor();
  for (const box of await page.getByRole('checkbox', { name: /for averaging/ }).all()) await box.check();
  await button(page, 'Average the two chosen').click();
  await page
    .getByText(/on 16 test rows/)
    .nth(2)
    .waitFor();

  await page.reload();
  await page
    .getByRole('button', { name: /^Use Quiz topics/ })
    .first()
    .click();
  await page
    .getByRole('textbox', { name: 'Which adapter answers' })
    .or(page.getByRole('combobox', { name: 'Which adapter answers' }))
    .first()
    .waitFor();
  await probabilities.waitFor();
  expect(complaints).toEqual([]);
});

test('after a second task, adapters have kept the first bit for bit, and full fine-tuning has not', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny', address: '#/adapters' });
  await page.getByLabel('Steps a task').fill('3');
  await page.getByLabel('Steps a task').blur();
  await button(page, 'Show forgetting').click();
  await page.getByText(/^Adapters: .* the same, bit for bit/).waitFor({ timeout: 60_000 });
  await page.getByText(/^Full fine-tuning: .* have changed/).waitFor({ timeout: 60_000 });
  await button(page, 'Show forgetting').waitFor();
  expect(complaints).toEqual([]);
});
