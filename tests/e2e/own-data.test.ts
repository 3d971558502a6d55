import { afterAll, beforeAll, expect, test } from 'vitest';
import { button, openSite, type Site, trainToEnd } from '../support/site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
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

  // Faults open the view by themselves, and the page counts them.
  await page.getByRole('dialog').getByText('Rows without text: 1').waitFor();
  await button(page, 'Fix all').click();
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

test('what cannot be read leaves the choice of how to read it, and rows without a label can be left out', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny' });
  const rows = Array.from({ length: 24 }, (_, i) => `a text of ${i} words,${i === 20 ? '' : i % 2 ? 'odd' : 'even'}`);
  await button(page, 'Use my own …').click();
  const buffer = Buffer.from(['text,label', ...rows].join('\n'));
  await page.locator('input[type=file]').setInputFiles({ name: 'rows.csv', mimeType: 'text/csv', buffer });
  await button(page, 'Import these rows').waitFor();
  await page.getByLabel('Format').selectOption('json');
  await page.getByText('rows.csv line 1, column 1: not JSON').waitFor();
  await page.getByLabel('Format').selectOption('csv');
  await button(page, 'Import these rows').click();
  await page.getByText('rows.csv line 22: column label is empty.').waitFor();
  await button(page, 'Leave rows without a label out, and import').click();
  await button(page, 'Rows and checks …').click();
  await page.getByText('23 rows found').waitFor();
  expect(complaints).toEqual([]);
});

test('rows in many pieces are cut anew without a word from the file, and there after a reload', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny' });
  const dialog = page.getByRole('dialog');
  const ready = () => page.getByTestId('phase').getByText('Ready to train').waitFor({ timeout: 60_000 });
  const rows = Array.from({ length: 5001 }, (_, i) => `text ${i},${i % 2 ? 'odd' : 'even'}`);
  await button(page, 'Use my own …').click();
  const file = { name: 'many.csv', mimeType: 'text/csv', buffer: Buffer.from(['text,label', ...rows].join('\n')) };
  await page.locator('input[type=file]').setInputFiles(file);
  await button(page, 'Import these rows').click();
  await ready();
  await button(page, 'Rows and checks …').click();
  await dialog.getByText('4,001 training rows, 1,000 test rows').waitFor();
  await page.getByText('5,001 rows found').waitFor();
  await page.getByLabel('Tested on, %').fill('40');
  await dialog.getByText('3,001 training rows, 2,000 test rows').waitFor();
  await page.getByLabel('Search in texts').fill('text 4999');
  await page.getByText('1 row found').waitFor();
  await page.keyboard.press('Escape');
  await ready();

  await page.reload();
  await ready();
  await button(page, 'Rows and checks …').click();
  await dialog.getByText('3,001 training rows, 2,000 test rows').waitFor();
  expect(complaints).toEqual([]);
});

test('labels that are ids are told of where training would begin, and lead to the check that says why', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny' });
  const ids = ['text,label', ...Array.from({ length: 1200 }, (_, i) => `a sentence of its own ${i},u${i}`)].join('\n');
  await button(page, 'Use my own …').click();
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'ids.csv', mimeType: 'text/csv', buffer: Buffer.from(ids) });
  // A column of ids is never guessed to be the label: a person says so.
  await page.getByLabel('Label', { exact: true }).selectOption('label');
  await button(page, 'Import these rows').click();
  await page.getByRole('dialog', { name: 'My own rows: ids.csv' }).waitFor();
  await page.keyboard.press('Escape');
  const notice = page.getByRole('alert', { name: 'These rows cannot be trained on' });
  await notice.getByText('Is the label column a number or an id?').waitFor();
  await button(page, 'See what is wrong with them').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Classes found: 1,200. Is the label column a number or an id?').waitFor();
  // The rows of the task before are no longer meant.
  expect(await dialog.getByText('Rows cut off').count()).toBe(0);
  expect(complaints).toEqual([]);
});

test('rows in a language that the encoder does not know are warned of, and not the built-in ones', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny' });
  const warning = page.getByTestId('mostly-unknown');
  await button(page, 'Use my own …').click();
  const rows = Array.from({ length: 20 }, (_, i) => `${i % 2 ? '好' : '坏'},"今天的饭菜第 ${i} 次"`);
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'food.csv', mimeType: 'text/csv', buffer: Buffer.from(['label,text', ...rows].join('\n')) });
  await button(page, 'Import these rows').click();
  await warning.getByText('of the tokens are unknown ([UNK])').waitFor();
  await page.getByRole('combobox', { name: 'Classification task' }).click();
  await page.getByRole('option', { name: /^Spam/ }).click();
  await warning.waitFor({ state: 'detached' });
  expect(complaints).toEqual([]);
});
