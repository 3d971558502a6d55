import { afterAll, beforeAll, expect, test } from 'vitest';
import { button, openSite, type Site, trainToEnd } from '../support/site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite('own-data');
});
afterAll(() => site.close());

/** Semicolons, a blank in a column's name, a row without text, and a label spelt in two ways. */
const messy = [
  'Label ; text',
  'animal;',
  'Animal;a cat sleeps',
  ...Array.from({ length: 16 }, (_, i) => (i % 2 ? `plant;"leaf; number ${i}"` : `animal;a dog of ${i} years`)),
].join('\r\n');

test('a messy file is imported, mended, trained on, relabelled, trained on again, and there after a reload', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny' });
  await button(page, 'Use my own …').click();
  const files = page.locator('input[type=file]');
  await files.setInputFiles({ name: 'broken.csv', mimeType: 'text/csv', buffer: Buffer.from('') });
  await page.getByText('broken.csv is empty.').waitFor();
  await files.setInputFiles({ name: 'messy.csv', mimeType: 'text/csv', buffer: Buffer.from(messy) });
  await page.getByRole('table', { name: 'Preview' }).getByText('a cat sleeps').waitFor();
  expect(await page.getByLabel('Delimiter').inputValue()).toBe(';');
  await button(page, 'Import these rows').click();

  await button(page, 'Rows and checks …').click();
  await button(page, 'Fix: use the usual spelling').click();
  await button(page, 'Fix: remove empty rows').click();
  await page.getByText('17 rows found').waitFor();
  await page.keyboard.press('Escape');
  await page.getByLabel('Epochs').fill('1');
  await page.getByLabel('Epochs').blur();
  await trainToEnd(page);

  await button(page, 'Rows and checks …').click();
  await page.getByRole('checkbox', { name: 'Choose row 1', exact: true }).check();
  await page.getByRole('checkbox', { name: 'Choose row 2', exact: true }).check();
  await page.getByLabel('Label for chosen and new rows').fill('plant');
  await button(page, 'Relabel 2 chosen').click();
  await page
    .getByRole('option', { name: 'plant (10)' })
    .or(page.getByText('plant (10)'))
    .first()
    .waitFor({ state: 'attached' });
  await page.keyboard.press('Escape');
  await trainToEnd(page);

  await page.reload();
  await button(page, 'Rows and checks …').click();
  await page.getByText('plant (10)').waitFor({ state: 'attached' });
  expect(await page.getByLabel('Tested on, %').inputValue()).toBe('20');
  await page.keyboard.press('Escape');
  await page.getByRole('tab', { name: 'Runs and sweeps' }).click();
  const rows = page.getByRole('table', { name: 'Runs' }).getByRole('row');
  await expect.poll(() => rows.count()).toBe(3);
  expect(complaints).toEqual([]);
});
