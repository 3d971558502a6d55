import { readFileSync } from 'node:fs';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Tokenizer } from '../../src/data/tokenizer/tokenizer.ts';
import { button, openSite, type Site, tinyFolder, trainToEnd } from '../support/site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

/** Semicolons, the label between the texts, a pair without its second text, a label spelt in two ways. */
const messy = [
  'id;premise;gold_label;hypothesis',
  '1;"a man; eats";entailment;',
  '2;a dog sleeps;Entailment;an animal sleeps',
  ...Array.from({ length: 24 }, (_, i) =>
    i % 2
      ? `${i};the food of day ${i} is good;contradiction;it is bad`
      : `${i};a good day ${i};entailment;a nice time ${i}`,
  ),
].join('\r\n');

const tokenizer = new Tokenizer(JSON.parse(readFileSync(`${tinyFolder}/tokenizer.json`, 'utf8')));
const texts = { first: 'the food is good', second: 'a nice day' };

async function write(page: Page, { first, second }: typeof texts): Promise<void> {
  const tokens = tokenizer.encodeRow({ text: first, second }, 64).ids.length;
  await page.getByRole('textbox', { name: 'First text' }).fill(first);
  await page.getByRole('textbox', { name: 'Second text' }).fill(second);
  await page
    .getByTestId('probabilities')
    .getByText(new RegExp(`^${tokens} tokens`))
    .waitFor();
}

/** The adapter's probabilities of the pair, as wide as their bars are drawn. */
async function probabilities(page: Page): Promise<[label: string, share: number][]> {
  // Another pair first: an answer is told by its tokens, so that no older one is read.
  await write(page, { first: 'the', second: 'the' });
  await write(page, texts);
  const bars = await page
    .getByTestId('probability')
    .evaluateAll((rows) =>
      rows.map((row): [string, string] => [
        row.querySelector('span')?.textContent ?? '',
        row.querySelector<HTMLElement>('[data-bar=adapted]')?.style.width ?? '',
      ]),
    );
  return bars.map(([label, width]): [string, number] => [label, Number.parseFloat(width) / 100]).sort();
}

function expectSame(ours: [string, number][], theirs: [string, number][]): void {
  expect(ours.map(([label]) => label)).toEqual(theirs.map(([label]) => label));
  for (const [at, [, share]] of ours.entries()) expect(share).toBeCloseTo(theirs[at]?.[1] ?? Number.NaN, 6);
}

async function download(page: Page, format: string): Promise<{ name: string; mimeType: string; buffer: Buffer }> {
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: `Download: ${format}` }).click(),
  ]);
  return { name: saved.suggestedFilename(), mimeType: 'application/zip', buffer: readFileSync(await saved.path()) };
}

test('messy pairs are imported, mended, trained on, tried with two fields, exported, and answer the same elsewhere', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny' });
  await button(page, 'Use my own …').click();
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'pairs.csv', mimeType: 'text/csv', buffer: Buffer.from(messy) });
  await button(page, 'Import these rows').waitFor();
  for (const [role, column] of Object.entries({ Text: 'premise', 'Second text': 'hypothesis', Label: 'gold_label' }))
    expect(await page.getByLabel(role, { exact: true }).inputValue()).toBe(column);
  await button(page, 'Import these rows').click();

  const dialog = page.getByRole('dialog');
  await dialog.getByText('Pairs of which one text is empty: 1').waitFor();
  await dialog.getByText('2: hypothesis: a man; eats ‖ ∅ → entailment').waitFor();
  await button(page, 'Fix all').click();
  await page.getByText('25 rows found').waitFor();
  await button(page, 'Tokens of row 1').click();
  await dialog.getByText(/first text: \d+, second text: \d+/).waitFor();
  expect(await dialog.locator('[data-segment="1"]').count()).toBeGreaterThan(2);
  await page.keyboard.press('Escape');
  await page.getByLabel('Epochs').fill('2');
  await page.getByLabel('Epochs').blur();
  await trainToEnd(page);

  await button(page, 'Another test pair').click();
  await expect.poll(() => page.getByRole('textbox', { name: 'Second text' }).inputValue()).not.toBe('');
  const trained = await probabilities(page);
  await write(page, { ...texts, second: '' });
  await button(page, 'Show tokens').click();
  await page
    .getByTestId('tokens-sentence')
    .getByText(/second text: 1$/)
    .waitFor();
  await button(page, 'Export').click();
  const adapter = await download(page, 'AdapterHub folder');
  const bundle = await download(page, 'Run bundle');
  await page.keyboard.press('Escape');

  for (const [archive, use] of [
    [adapter, 'Save it under Adapters and try it'],
    [bundle, 'Go on with this run'],
  ] as const) {
    const other = await site.visit({ encoder: 'tiny' });
    await expect.poll(() => button(other.page, 'Train').isEnabled()).toBe(true);
    expect(await other.page.getByRole('textbox', { name: 'Second text' }).count()).toBe(0);
    await button(other.page, 'Import an adapter or a run').click();
    await other.page.getByRole('dialog').locator('input[type=file]').first().setInputFiles(archive);
    await button(other.page, use).click();
    await other.page.getByRole('textbox', { name: 'Second text' }).waitFor();
    expectSame(await probabilities(other.page), trained);
    expect(other.complaints).toEqual([]);
  }

  // What was imported is there after a reload, and is a run of pairs.
  await page.reload();
  await page.getByRole('textbox', { name: 'Second text' }).waitFor();
  expect(complaints).toEqual([]);
});

test('the built-in task of pairs fills both fields, and another task takes the second away', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny' });
  const choose = async (name: RegExp) => {
    await page.getByRole('combobox', { name: 'Classification task' }).click();
    await page.getByRole('option', { name }).click();
  };
  const second = page.getByRole('textbox', { name: 'Second text' });
  await choose(/^Does a definition fit/);
  await expect.poll(() => second.inputValue()).not.toBe('');
  await page.getByText(/^Its label: (fits|does not fit)$/).waitFor();
  await page.getByTestId('probabilities').getByText('does not fit').waitFor();
  await choose(/^Spam/);
  await second.waitFor({ state: 'detached' });
  expect(complaints).toEqual([]);
});
