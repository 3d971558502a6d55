import { afterAll, beforeAll, expect, test } from 'vitest';
import { button, openSite, openView, type Site, trainLong } from '../support/site.ts';

/** A part of the page that cannot be fetched; every one of them: tests/long/parts.test.ts. */

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

test('what was trained is saved from a view that is not there, and a view that failed is asked for anew', async () => {
  let gone = true;
  const { page } = await site.visit({
    encoder: 'tiny',
    before: async (before) => {
      await before.route(/LessonsView|EncoderChooser/, (route) =>
        gone ? route.fulfill({ status: 404 }) : route.continue(),
      );
    },
  });
  await trainLong(page);
  await openView(page, 'Lessons');
  await page.getByText('This view cannot be shown').waitFor();
  const download = page.waitForEvent('download');
  await button(page, 'Save what was trained').click();
  expect((await download).suggestedFilename()).toMatch(/-bundle\.zip$/);
  await openView(page, 'Playground');
  await page.getByTestId('phase').getByText('Paused').waitFor();
  expect(await page.getByText('This view cannot be shown').count()).toBe(0);
  await button(page, 'Another encoder …').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('This part cannot be shown').waitFor();
  await button(page, 'Close').click();
  await expect.poll(() => dialog.count()).toBe(0);
  gone = false;
  await button(page, 'Another encoder …').click();
  await dialog.getByRole('textbox').first().waitFor();
  await button(page, 'Close').click();
  await openView(page, 'Lessons');
  await page.getByRole('navigation', { name: 'Lessons' }).waitFor();
});
