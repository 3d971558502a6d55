import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { views } from '../../src/store/page/view.ts';
import { button, makeSmall, openSite, type Site, trainToEnd } from '../support/site.ts';

let site: Site;
let axe: string;
beforeAll(async () => {
  axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  site = await openSite();
});
afterAll(() => site.close());

/** What axe finds wrong within an element, one line a rule. */
async function violations(page: Page, within = 'html'): Promise<string[]> {
  await page.evaluate(axe);
  const results = (await page.evaluate(`axe.run(${JSON.stringify(within)})`)) as AxeResults;
  return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}

const pasted =
  'text,label\ngood film,pos\nbad film,neg\ngood film,pos\n,neg\nso so,Neg\nlovely,pos\nawful,neg\nfine,pos\npoor,neg';

test.each(['light', 'dark'] as const)(
  'axe finds nothing wrong with any dialog in the %s theme',
  async (colorScheme) => {
    const { page, complaints } = await site.visit({ encoder: 'tiny', colorScheme, reducedMotion: 'reduce' });
    const dialog = page.getByRole('dialog');
    const examine = async (name: string) => {
      await dialog.waitFor();
      expect(await violations(page, '[role="dialog"]'), name).toEqual([]);
    };
    const close = async () => {
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
    };
    await makeSmall(page);
    await trainToEnd(page);
    for (const name of [
      'Another encoder …',
      'Share',
      /^Requests to other sites/,
      /^Layer 1: Attention/,
      /^Layer 1: Add & Norm/,
    ]) {
      await page.getByRole('button', { name, exact: true }).first().click();
      await examine(String(name));
      await close();
    }
    await page.locator('body').press('Shift+?');
    await examine('shortcuts');
    await close();

    await page.getByRole('tab', { name: 'Runs and sweeps' }).click();
    await page.getByRole('button', { name: /^Actions for/ }).click();
    await page.getByRole('menuitem', { name: 'Rename' }).click();
    await examine('rename');
    await close();

    await button(page, 'Use my own …').click();
    await page.getByLabel('or paste rows here').fill(pasted);
    await button(page, 'Look at what is pasted').click();
    await button(page, 'Import these rows').waitFor();
    await examine('preview of rows');
    await button(page, 'Import these rows').click();
    await page.getByText('Repeated rows').waitFor();
    await examine('rows and checks');
    expect(complaints).toEqual([]);
  },
);

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
  for (const name of ['Export', 'Import an adapter or a run', 'Share']) {
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
