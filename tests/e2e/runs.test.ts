import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SavedState } from '../../src/store/runs/records.ts';
import { button, keptIn, makeSmall, openSite, type Site, trainToEnd } from '../support/site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

/** A forward's time, and what it is more than the frozen encoder's: neighbours on the machine can make that too little to tell. */
const forward = /\d ms \(([+−-]?\d+%|no measurable difference)\)$/;

test('runs tell what a forward costs and sort by any column', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny' });
  await makeSmall(page);
  await trainToEnd(page);
  expect(await page.getByTestId('latency').innerText()).toMatch(forward);
  const slider = page.getByRole('slider', { name: 'Bottleneck dimension' });
  await slider.focus();
  await slider.press('Home');
  await expect.poll(() => button(page, 'Train').isEnabled()).toBe(true);
  await trainToEnd(page);

  await page.getByRole('tab', { name: 'Runs and sweeps' }).click();
  const table = page.getByRole('table', { name: 'Runs' });
  const first = table.getByRole('row').nth(1);
  await expect.poll(() => table.getByRole('cell', { name: forward }).count()).toBe(2);
  expect(await first.innerText()).toContain('Houlsby 1');
  const head = table.getByRole('columnheader', { name: 'Trainable' });
  await head.getByRole('button').press('Enter');
  expect(await head.getAttribute('aria-sort')).toBe('ascending');
  expect(await first.innerText()).not.toContain('Houlsby 16');
  await head.getByRole('button').press('Enter');
  expect(await head.getAttribute('aria-sort')).toBe('descending');
  expect(await first.innerText()).toContain('Houlsby 16');
  await head.getByRole('button').press('Enter');
  expect(await head.getAttribute('aria-sort')).toBe('none');
  expect(complaints).toEqual([]);
});

/** The step of the furthest state that is kept: the one before it stands beside it. */
const keptStep = async (page: Page): Promise<number> =>
  Math.max(0, ...(await keptIn<SavedState>(page, 'states')).map(({ state }) => state.step));

test('a run reopened after a reload answers and goes on where it was paused; a finished one answers as it did', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny' });
  await makeSmall(page, 2);
  for (const step of [1, 2, 3]) {
    await button(page, 'Step').click();
    await page.getByText(`step ${step} of 4`).waitFor();
  }
  await page.getByTestId('probabilities').waitFor();
  const reopen = async () => {
    await page.getByRole('tab', { name: 'Runs and sweeps' }).click();
    await page.getByRole('button', { name: /^Actions for/ }).click();
    await page.getByRole('menuitem', { name: 'Reopen' }).click();
    await page.getByText(/is open with what it had trained/).waitFor();
  };
  await expect.poll(() => keptStep(page)).toBe(3);
  await page.reload();
  await expect.poll(() => button(page, 'Train').isEnabled()).toBe(true);
  await reopen();
  await page.getByText('step 3 of 4').waitFor();
  await button(page, 'Continue').click();
  await page.getByTestId('phase').getByText('Done').waitFor({ timeout: 60_000 });
  await page.getByText('step 4 of 4').waitFor();
  const result = await page.getByTestId('result').innerText();

  await expect.poll(() => keptStep(page)).toBe(4);
  await page.reload();
  await expect.poll(() => button(page, 'Train').isEnabled()).toBe(true);
  await reopen();
  await page.getByTestId('phase').getByText('Done').waitFor();
  expect(await page.getByTestId('result').innerText()).toBe(result);
  // The frozen baseline answers, too: its head came along.
  await page.locator('[data-bar=base]').first().waitFor();
  expect(await page.getByRole('table', { name: 'Runs' }).getByRole('row').count()).toBe(2);
  expect(complaints).toEqual([]);
});
