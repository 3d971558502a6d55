import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { button, openSite, openView, readyToTrain, type Site, trainLong } from '../support/site.ts';

/** Parts of the page that cannot be fetched, as after a new release on a plain host: every one, with a run on. */

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

interface Part {
  file: RegExp;
  open: (page: Page) => Promise<void>;
  /** What is there once the file is. */
  shown: (page: Page) => Promise<void>;
  close?: string;
}

const heading = (page: Page, name: string) => page.getByRole('heading', { name }).first().waitFor();

const parts: Record<string, Part> = {
  charts: {
    file: /ChartsPanel/,
    // Open from the start.
    open: async () => undefined,
    shown: (page) => page.getByRole('region', { name: 'Loss' }).waitFor(),
  },
  'runs and sweeps': {
    file: /ComparePanel/,
    open: (page) => page.getByRole('tab', { name: 'Runs and sweeps' }).click(),
    shown: (page) => page.locator('#sweep-title').waitFor(),
  },
  inside: {
    file: /InspectPanel/,
    open: (page) => page.getByRole('tab', { name: 'Inside' }).click(),
    shown: (page) => page.getByRole('tabpanel', { name: 'Inside' }).getByRole('heading').first().waitFor(),
  },
  share: {
    file: /SharePanel/,
    open: (page) => button(page, 'Share').click(),
    shown: (page) => page.getByLabel('Link', { exact: true }).waitFor(),
    close: 'Close',
  },
  shortcuts: {
    file: /ShortcutSheet/,
    open: (page) => page.keyboard.press('Shift+?'),
    shown: (page) => page.getByText('Single-key shortcuts').waitFor(),
    close: 'Close',
  },
  import: {
    file: /AdapterImportDialog/,
    open: (page) => button(page, 'Import an adapter or a run').click(),
    shown: (page) => page.getByRole('dialog').locator('input[type=file]').first().waitFor({ state: 'attached' }),
    close: 'Close',
  },
  export: {
    file: /ExportDialog/,
    open: (page) => button(page, 'Export').click(),
    shown: (page) => page.getByRole('tab', { name: 'Code' }).waitFor(),
    close: 'Close',
  },
  start: {
    file: /StartView/,
    open: (page) => openView(page, 'Start'),
    shown: (page) => heading(page, 'Teach a frozen language model something new'),
  },
  adapters: {
    file: /AdaptersView/,
    open: (page) => openView(page, 'Adapters'),
    shown: (page) => heading(page, 'Adapters'),
  },
  device: {
    file: /DeviceView/,
    open: (page) => openView(page, 'This device'),
    shown: (page) => heading(page, 'This device'),
  },
  lessons: {
    file: /LessonsView/,
    open: (page) => openView(page, 'Lessons'),
    shown: (page) => page.getByRole('navigation', { name: 'Lessons' }).waitFor(),
  },
  class: {
    file: /ClassView/,
    open: (page) =>
      page.evaluate(() => {
        location.hash = '#/class';
      }),
    shown: (page) => heading(page, 'Your class'),
  },
  picture: {
    file: /assets\/dist-/,
    open: async (page) => {
      await openView(page, 'Playground');
      await page.getByRole('tab', { name: 'Charts' }).click();
      await button(page, 'Loss as PNG').click();
    },
    shown: async (page) => void (await page.waitForEvent('download')),
  },
  language: {
    file: /assets\/zh-/,
    open: (page) => button(page, '中文').click(),
    shown: (page) => button(page, '暂停').waitFor(),
  },
};

test('every part that cannot be fetched says so, the run goes on, and "Try again" brings it', async () => {
  const missing = new Set(Object.values(parts).map(({ file }) => file));
  const { page } = await site.visit({
    encoder: 'tiny',
    before: async (before) => {
      await before.route(/\/assets\//, (route) =>
        [...missing].some((file) => file.test(route.request().url()))
          ? route.fulfill({ status: 404, body: 'gone' })
          : route.continue(),
      );
    },
  });
  await trainLong(page);
  const failed = page.getByRole('alert').filter({ hasText: /could not be fetched/ });
  const again = page.getByRole('alert').getByRole('button', { name: 'Try again' });
  for (const [name, { file, open, shown, close }] of Object.entries(parts)) {
    await open(page);
    await expect.poll(() => failed.count(), { message: name }).toBe(1);
    missing.delete(file);
    await again.click();
    await shown(page);
    await expect.poll(() => failed.count(), { message: name }).toBe(0);
    if (close) await button(page, close).click();
  }
  // The run has not been touched.
  await button(page, '暂停').click();
});

test('once the page rests, a network that goes away takes nothing from it', async () => {
  const { page } = await site.visit({ encoder: 'tiny' });
  await readyToTrain(page);
  const has = (name: string) =>
    page.evaluate((part) => performance.getEntriesByType('resource').some((entry) => entry.name.includes(part)), name);
  for (const { file } of Object.values(parts))
    await expect.poll(() => has(file.source.replaceAll('\\', '')), { message: file.source }).toBe(true);
  await page.context().setOffline(true);
  for (const { open, shown, close } of Object.values(parts).filter(({ file }) => !/dist|zh/.test(file.source))) {
    await open(page);
    await shown(page);
    if (close) await button(page, close).click();
  }
  await button(page, '中文').click();
  // The view that was opened last.
  await heading(page, '班级');
});
