import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { views } from '../../src/store/view.ts';
import { button, makeSmall, openSite, type Site, trainToEnd } from '../support/site.ts';

let site: Site;
let axe: string;
beforeAll(async () => {
  axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  site = await openSite();
});
afterAll(() => site.close());

/** What axe finds wrong, one line a rule. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const results = (await page.evaluate('axe.run()')) as AxeResults;
  return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}

test.each(['light', 'dark'] as const)('axe finds nothing wrong with any view in the %s theme', async (colorScheme) => {
  const { page, complaints } = await site.visit({ encoder: 'tiny', colorScheme, reducedMotion: 'reduce' });
  await makeSmall(page);
  await trainToEnd(page);
  expect(await violations(page)).toEqual([]);
  for (const tab of await page.getByRole('tab').all()) {
    await tab.click();
    await page.waitForLoadState('networkidle');
    expect(await violations(page), await tab.innerText()).toEqual([]);
  }
  for (const name of ['Take it with you', 'Bring in an adapter or a run']) {
    await button(page, name).click();
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    expect(await violations(page), name).toEqual([]);
    for (const tab of await dialog.getByRole('tab').all()) {
      await tab.click();
      expect(await violations(page), await tab.innerText()).toEqual([]);
    }
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
  }
  for (const view of views) {
    await page.evaluate((hash) => {
      location.hash = hash;
    }, `#/${view}`);
    await page.getByRole('main').getByRole('heading').first().waitFor();
    expect(await violations(page), view).toEqual([]);
  }
  expect(complaints).toEqual([]);
});
