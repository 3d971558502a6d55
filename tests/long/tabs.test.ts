import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunRecord } from '../../src/store/runs/records.ts';
import { button, keptIn, makeSmall, openSite, type Site, trainLong, trainToEnd } from '../support/site.ts';

/** Two tabs of one browser: one trains, the other looks and sets up, and nothing of either is overwritten. */

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

const elsewhere = (page: Page) => page.getByText(/^Another tab trains/);
const row = (page: Page, name: string) => page.getByRole('row', { name: new RegExp(name) });

async function choose(page: Page, name: string, item: string): Promise<void> {
  await row(page, name)
    .getByRole('button', { name: /^Actions for/ })
    .click();
  await page.getByRole('menuitem', { name: item }).click();
}

test('while one tab trains the other looks, sets up and renames; once the first is gone it trains', async () => {
  const { page: first, complaints } = await site.visit({ encoder: 'tiny' });
  first.context().setDefaultTimeout(120_000);
  await trainLong(first);
  await expect.poll(() => first.title()).toMatch(/^\d+ % · Bottleneck$/);

  const second = await first.context().newPage();
  await second.goto(first.url());
  await elsewhere(second).waitFor();
  expect(await button(second, 'Train').isDisabled()).toBe(true);
  expect(await second.getByTestId('last-run').count()).toBe(0);
  await second.keyboard.press('t');
  await makeSmall(second);
  await second.getByText('step 0 of 2').waitFor();
  expect(await second.getByTestId('phase').innerText()).toBe('Ready to train');

  // The first tab's run is in the table, and named and pinned from here while it trains there.
  await second.getByRole('tab', { name: 'Runs and sweeps' }).click();
  await choose(second, 'Houlsby 16', 'Rename');
  await second.getByLabel('New name').fill('of the first tab');
  await button(second, 'Save').click();
  await choose(second, 'of the first tab', 'Pin');
  await first.bringToFront();
  // By its key: behind another tab, a button may wait long until it is drawn.
  await first.keyboard.press('t');
  await expect.poll(() => first.title()).toMatch(/^Paused at \d+ % · Bottleneck$/);
  await expect
    .poll(async () =>
      (await keptIn<RunRecord>(first, 'runs')).map(({ name, pinned, steps }) => [name, pinned, steps.length > 0]),
    )
    .toEqual([['of the first tab', true, true]]);
  await first.getByRole('tab', { name: 'Runs and sweeps' }).click();
  await row(first, 'of the first tab').waitFor();

  // At rest, it makes way; but a run that it has is not taken from it.
  await expect.poll(() => elsewhere(second).count()).toBe(0);
  await first.keyboard.press('t');
  await elsewhere(second).waitFor();
  await first.close({ runBeforeUnload: false });
  await expect.poll(() => button(second, 'Train').isEnabled()).toBe(true);
  await trainToEnd(second);
  await expect.poll(() => second.title()).toBe('Done · Bottleneck');
  const kept = await keptIn<RunRecord>(second, 'runs');
  expect(kept.map(({ name, status }) => [name === 'of the first tab', status]).sort()).toEqual([
    [false, 'done'],
    [true, 'unfinished'],
  ]);

  // A run that is deleted in one tab is gone in the other, and what the second has is not offered to the third.
  const third = await second.context().newPage();
  await third.goto(second.url());
  await third.getByRole('tab', { name: 'Runs and sweeps' }).click();
  await row(third, 'of the first tab').waitFor();
  await choose(second, 'of the first tab', 'Delete');
  await expect.poll(() => row(third, 'of the first tab').count()).toBe(0);
  expect(complaints).toEqual([]);
});
