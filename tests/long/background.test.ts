import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunRecord } from '../../src/store/runs/records.ts';
import { openBrowser, removeProfile } from '../support/faults/own-browser.ts';
import { button, keptIn, makeSmall, openSite, type Site, tinyFolder } from '../support/site.ts';

/** A run, and a sweep, in a tab that is really hidden: another is in front, and the browser throttles it. */

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

async function setUp(page: Page): Promise<void> {
  await makeSmall(page, 4);
  await page.getByLabel('Training rows').fill('320');
  await page.getByLabel('Training rows').blur();
}

/** What the runs of a page came to, in the order that they began. */
const numbers = async (page: Page) =>
  (await keptIn<RunRecord>(page, 'runs'))
    .sort((a, b) => a.startedAt - b.startedAt)
    .map(({ run, status, epochs, baseline }) => ({ name: run.name, status, epochs, baseline }));

async function setUpSweep(page: Page): Promise<void> {
  await setUp(page);
  await page.getByRole('tab', { name: 'Runs and sweeps' }).click();
  await expect.poll(() => button(page, 'Sweep').isEnabled()).toBe(true);
}

test('a run and a sweep go on in a hidden tab, to the same numbers', async () => {
  const { page: seen } = await site.visit({ encoder: 'tiny' });
  const profile = await mkdtemp(join(tmpdir(), 'bottleneck-hidden-'));
  const { context, end } = await openBrowser(profile);
  try {
    await context.route('**/models/minilm-l3/*', async (route) => {
      const file = new URL(route.request().url()).pathname.split('/').at(-1) ?? '';
      await route.fulfill({ body: await readFile(`${tinyFolder}${file}`) });
    });
    const hidden = await context.newPage();
    await hidden.goto(`${seen.url().split('#')[0]}#/playground`);
    for (const page of [seen, hidden]) await setUpSweep(page);
    // In front of the other: nothing of that is drawn, so it is pressed by its own script.
    await context.newPage();
    for (const page of [seen, hidden]) {
      await page.evaluate(() => {
        const start = [...document.querySelectorAll('button')].find(({ textContent }) => textContent === 'Sweep');
        start?.click();
      });
      await expect
        .poll(async () => (await numbers(page)).map(({ status }) => status), { timeout: 300_000 })
        .toEqual(['done', 'done', 'done']);
      if (page === hidden) expect(await hidden.evaluate(() => document.visibilityState)).toBe('hidden');
    }
    expect(await numbers(hidden)).toEqual(await numbers(seen));
    expect(await hidden.title()).toBe('Done · Bottleneck');
  } finally {
    await end();
    await removeProfile(profile);
  }
});
