import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { putStorage, takeStorage } from '../support/browser-storage.ts';
import { button, keptIn, makeSmall, openSite, type Site, trainToEnd } from '../support/site.ts';

/**
 * What an earlier version of the page wrote opens in this one: all that a browser keeps, a link, an adapter's folder with its
 * run file, and a bundle. `RECORD=1 npx vitest run --project long tests/long/earlier.test.ts` writes them with the page as it
 * is; the records that are there stay what they are, since people's browsers do.
 */

const folder = 'tests/long/earlier/';
const files = {
  storage: '2026-11.json.gz',
  shown: '2026-11.json',
  bundle: '2026-11-bundle.zip',
  plain: '2026-11-plain.zip',
};
const path = (file: keyof typeof files) => `${folder}${files[file]}`;

/** What the page showed of it when it was written. */
interface Shown {
  /** The table of runs, row by row, without what a forward costs. */
  runs: string[];
  adapters: string[];
  /** What answers a sentence: the paused run, the adapter that is used, the run that is carried. */
  runAnswers: string[];
  adapterAnswers: string[];
  carriedAnswers: string[];
  /** How far the run that is carried is. */
  progress: string;
  link: string;
}

const sentence = 'Which river runs through the city of Paris?';
const own = [
  'label,text',
  ...Array.from({ length: 20 }, (_, i) => (i % 2 ? `plant,leaf number ${i}` : `animal,a dog of ${i} years`)),
];
const ownFile = { name: 'pets.csv', mimeType: 'text/csv', buffer: Buffer.from(own.join('\n')) };

const readShown = (): Shown => JSON.parse(readFileSync(path('shown'), 'utf8'));

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

const ready = (page: Page) => expect.poll(() => button(page, 'Train').isEnabled()).toBe(true);

/** The epoch and the step; how long a step takes is another time another. */
const progressOf = async (page: Page) =>
  (await page.getByTestId('progress').innerText()).split(' · ').slice(0, 2).join(' · ');

async function stepThrice(page: Page): Promise<void> {
  for (const step of [1, 2, 3]) {
    await button(page, 'Step').click();
    await page.getByText(`step ${step} of`).waitFor();
    await expect.poll(() => page.getByTestId('phase').innerText()).toBe('Paused');
  }
}

async function answers(page: Page): Promise<string[]> {
  const box = page.getByRole('textbox', { name: 'A sentence' });
  await box.fill('the');
  await page
    .getByTestId('probabilities')
    .getByText(/^3 tokens/)
    .waitFor();
  await box.fill(sentence);
  await page
    .getByTestId('probabilities')
    .getByText(/^14 tokens/)
    .waitFor();
  const rows = await page.getByTestId('probability').allInnerTexts();
  // The class, and what the adapter says; the frozen baseline comes when it is trained. Classes keep the places they had.
  return rows
    .map((row) =>
      row
        .split(/\s*\n\s*/)
        .slice(0, 2)
        .join(' '),
    )
    .sort();
}

async function tableOfRuns(page: Page): Promise<string[]> {
  await page.getByRole('tab', { name: 'Runs and sweeps' }).click();
  const rows = page.getByRole('table', { name: 'Runs' }).getByRole('row');
  await expect.poll(() => rows.count()).toBe(4);
  const texts = await rows.allInnerTexts();
  // How long a forward takes is another time another; when it was trained, a figure of today.
  return texts.slice(1).map((text) =>
    text
      .replace(/\d+(\.\d+)? ms.*$/s, '')
      .replace(/\s+/g, ' ')
      .trim(),
  );
}

async function listOfAdapters(page: Page): Promise<string[]> {
  await page.getByRole('link', { name: 'Adapters', exact: true }).click();
  const use = page.getByRole('button', { name: /^Use / });
  await expect.poll(() => use.count()).toBe(2);
  return (
    await use.evaluateAll((all) => all.map((one) => one.getAttribute('aria-label') ?? one.textContent ?? ''))
  ).sort();
}

async function answersOfAdapter(page: Page): Promise<string[]> {
  await page.getByRole('button', { name: /^Use Quiz topics/ }).click();
  return answers(page);
}

async function reopenPaused(page: Page): Promise<string[]> {
  await page.getByRole('tab', { name: 'Runs and sweeps' }).click();
  await page.getByRole('button', { name: /^Actions for .*LoRA/ }).click();
  await page.getByRole('menuitem', { name: 'Reopen' }).click();
  await page.getByText(/is open with what it had trained/).waitFor();
  return answers(page);
}

async function download(page: Page, format: string, to: string): Promise<void> {
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: `Download: ${format}` }).click(),
  ]);
  writeFileSync(to, readFileSync(await saved.path()));
}

async function write(): Promise<void> {
  for (const file of Object.keys(files) as (keyof typeof files)[])
    if (existsSync(path(file))) throw new Error(`${path(file)} is there.`);
  const { page } = await site.visit({ encoder: 'tiny' });
  // A run on own rows, one on an encoder from this computer, and one that is paused: the first two are kept as adapters.
  await page.getByLabel('Epochs').fill('1');
  await page.getByLabel('Epochs').blur();
  await button(page, 'Use my own …').click();
  await page.locator('input[type=file]').setInputFiles(ownFile);
  await button(page, 'Import these rows').click();
  await ready(page);
  await trainToEnd(page);
  await button(page, 'Another encoder …').click();
  await page.getByTestId('folder').setInputFiles('tests/golden/models/tiny');
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Use it/ })
    .click();
  await page.getByRole('region', { name: '1 Encoder' }).getByText('tiny', { exact: true }).waitFor();
  await page.getByRole('combobox', { name: 'Classification task' }).click();
  await page.getByRole('option', { name: 'Topic of a quiz question' }).click();
  await makeSmall(page);
  await ready(page);
  await trainToEnd(page);
  await page.getByRole('combobox', { name: 'What trains' }).click();
  await page.getByRole('option', { name: 'LoRA on query and value' }).click();
  await makeSmall(page, 3);
  await ready(page);
  await stepThrice(page);
  await expect.poll(async () => (await keptIn(page, 'states')).length).toBeGreaterThanOrEqual(3);
  const runAnswers = await answers(page);
  const runs = await tableOfRuns(page);
  const adapters = await listOfAdapters(page);
  const adapterAnswers = await answersOfAdapter(page);
  writeFileSync(path('storage'), await takeStorage(page));

  const other = (await site.visit({ encoder: 'tiny' })).page;
  await other.getByLabel('Learning rate').fill('0.004');
  await makeSmall(other, 3);
  await ready(other);
  await stepThrice(other);
  const carriedAnswers = await answers(other);
  const progress = await progressOf(other);
  await button(other, 'Share').click();
  const link = new URL(await other.getByLabel('Link', { exact: true }).inputValue()).search;
  await other.keyboard.press('Escape');
  await button(other, 'Export').click();
  await download(other, 'Run bundle', path('bundle'));
  await download(other, 'Plain safetensors', path('plain'));
  const shown: Shown = { runs, runAnswers, adapters, adapterAnswers, carriedAnswers, progress, link };
  writeFileSync(path('shown'), `${JSON.stringify(shown, null, 2)}\n`);
}

if (process.env.RECORD) test('is written', write);
else {
  const zipFile = (file: 'bundle' | 'plain') => ({
    name: files[file],
    mimeType: 'application/zip',
    buffer: readFileSync(path(file)),
  });

  async function bringIn(page: Page, file: 'bundle' | 'plain'): Promise<void> {
    await button(page, 'Import an adapter or a run').click();
    await page.getByRole('dialog').locator('input[type=file]').first().setInputFiles(zipFile(file));
  }

  test('all that a browser keeps: runs, adapters, states, own rows, encoders', async () => {
    const shown = readShown();
    const before = (page: Page) => putStorage(page, readFileSync(path('storage')));
    const { page, complaints } = await site.visit({ encoder: 'tiny', before });
    await ready(page);
    expect(await tableOfRuns(page)).toEqual(shown.runs);
    expect(await listOfAdapters(page)).toEqual(shown.adapters);
    expect(await answersOfAdapter(page)).toEqual(shown.adapterAnswers);
    expect(await reopenPaused(page)).toEqual(shown.runAnswers);
    await page.getByTestId('phase').getByText('Paused').waitFor();
    await button(page, 'Continue').click();
    await page.getByTestId('phase').getByText('Done').waitFor({ timeout: 60_000 });

    await button(page, 'Another encoder …').click();
    await button(page, 'Delete tiny').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('combobox', { name: 'Classification task' }).click();
    await page.getByRole('option', { name: /pets.csv/ }).click();
    await ready(page);
    await button(page, 'Rows and checks …').click();
    await page.getByText('20 rows found').waitFor();
    await page.getByText('plant (10)').waitFor({ state: 'attached' });
    await page.keyboard.press('Escape');
    expect(complaints).toEqual([]);
  });

  test('a link, a bundle, and an adapter’s folder with its run file', async () => {
    const shown = readShown();
    const { page, complaints } = await site.visit({ encoder: 'tiny', address: shown.link });
    await ready(page);
    expect(await page.getByLabel('Learning rate').inputValue()).toBe('0.004');
    expect(await page.getByLabel('Epochs').inputValue()).toBe('3');
    expect(await page.getByLabel('Training rows').inputValue()).toBe('32');

    await bringIn(page, 'plain');
    await button(page, 'Save it under Adapters and try it').click();
    expect(await answers(page)).toEqual(shown.carriedAnswers);

    await bringIn(page, 'bundle');
    await button(page, 'Go on with this run').click();
    await expect.poll(() => progressOf(page)).toBe(shown.progress);
    expect(await answers(page)).toEqual(shown.carriedAnswers);
    await button(page, 'Continue').click();
    await page.getByTestId('phase').getByText('Done').waitFor({ timeout: 60_000 });
    expect(complaints).toEqual([]);
  });
}
