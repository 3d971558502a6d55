import { readFileSync } from 'node:fs';
import { zipSync } from 'fflate';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { button, makeSmall, openSite, type Site, trainToEnd } from '../support/site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

interface Archive {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

const zipFile = (name: string, buffer: Buffer): Archive => ({ name, mimeType: 'application/zip', buffer });

const sentence = 'Which river runs through the city of Paris?';

/** Has the run, or the adapter that answers, score a text. */
async function write(page: Page, text: string, tokens: number): Promise<void> {
  await page.getByRole('textbox', { name: 'A sentence' }).fill(text);
  await page
    .getByTestId('probabilities')
    .getByText(new RegExp(`^${tokens} tokens`))
    .waitFor();
}

/** The adapter's probabilities of the sentence, as wide as their bars are drawn: more digits than are written. */
async function probabilities(page: Page): Promise<Record<string, number>> {
  // An answer to another text first: it is told by its tokens, so that no older answer is read.
  await write(page, 'the', 3);
  await write(page, sentence, 14);
  const bars = await page.getByTestId('probability').evaluateAll((rows) =>
    rows.map((row) => ({
      label: row.querySelector('span')?.textContent ?? '',
      width: row.querySelector<HTMLElement>('[data-bar=adapted]')?.style.width ?? '',
    })),
  );
  return Object.fromEntries(bars.map(({ label, width }) => [label, Number.parseFloat(width) / 100]));
}

function expectSame(ours: Record<string, number>, theirs: Record<string, number>): void {
  expect(Object.keys(ours).sort()).toEqual(Object.keys(theirs).sort());
  for (const [label, value] of Object.entries(ours)) expect(value).toBeCloseTo(theirs[label] ?? Number.NaN, 6);
}

/** Downloads one archive from the dialog, which stays open. */
async function download(page: Page, format: string): Promise<Archive> {
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: `Download: ${format}` }).click(),
  ]);
  return zipFile(saved.suggestedFilename(), readFileSync(await saved.path()));
}

async function bringIn(page: Page, archive: Archive): Promise<void> {
  await button(page, 'Import an adapter or a run').click();
  await page.getByRole('dialog').locator('input[type=file]').first().setInputFiles(archive);
}

test('a paused run goes on in another browser, and its adapter comes back from AdapterHub’s folder', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny' });
  await makeSmall(page, 2);
  for (const step of [1, 2, 3]) {
    await button(page, 'Step').click();
    await page.getByText(`step ${step} of 4`).waitFor();
    await expect.poll(() => page.getByTestId('phase').innerText()).toBe('Paused');
  }
  await button(page, 'Export').click();
  expect(await page.getByRole('button', { name: 'Download: PEFT folder' }).isDisabled()).toBe(true);
  await page.getByText('this run trains something else').waitFor();
  const bundle = await download(page, 'Run bundle');
  await page.getByText(/^Saved:/).waitFor();
  await page.getByRole('tab', { name: 'Code' }).click();
  await page.getByText('AutoAdapterModel.from_pretrained').first().waitFor();
  await page.getByText(`continue_run.py ${bundle.name}`).waitFor();
  await page.keyboard.press('Escape');
  await button(page, 'Continue').click();
  await page.getByTestId('phase').getByText('Done').waitFor({ timeout: 60_000 });
  const trained = await probabilities(page);
  const result = await page.getByTestId('result').innerText();
  await button(page, 'Export').click();
  const adapterHub = await download(page, 'AdapterHub folder');

  const other = await site.visit({ encoder: 'tiny' });
  await expect.poll(() => button(other.page, 'Train').isEnabled()).toBe(true);
  await bringIn(other.page, bundle);
  await other.page.getByText('step 3, 1 of 2 epochs').waitFor();
  await button(other.page, 'Go on with this run').click();
  await other.page.getByText('step 3 of 4').waitFor();
  expect(await other.page.getByTestId('phase').innerText()).toBe('Paused');
  await button(other.page, 'Continue').click();
  await other.page.getByTestId('phase').getByText('Done').waitFor({ timeout: 120_000 });
  expectSame(await probabilities(other.page), trained);
  expect(await other.page.getByTestId('result').innerText()).toBe(result);

  // The built-in encoder has other weights.
  const elsewhere = await site.visit();
  await expect.poll(() => button(elsewhere.page, 'Train').isEnabled()).toBe(true);
  await bringIn(elsewhere.page, bundle);
  await button(elsewhere.page, 'Go on with this run').click();
  await elsewhere.page.getByText('it was trained on other weights or other rows').waitFor();
  expect(await elsewhere.page.getByTestId('phase').innerText()).toBe('Ready to train');

  const third = await site.visit({ encoder: 'tiny' });
  await expect.poll(() => button(third.page, 'Train').isEnabled()).toBe(true);
  await bringIn(third.page, adapterHub);
  await button(third.page, 'Save it under Adapters and try it').click();
  expectSame(await probabilities(third.page), trained);
  expect([...complaints, ...other.complaints, ...elsewhere.complaints, ...third.complaints]).toEqual([]);
});

test('LoRA comes back from PEFT’s folder, and is trained on; a hostile archive changes nothing', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny' });
  await makeSmall(page);
  await page.getByRole('combobox', { name: 'What trains' }).click();
  await page.getByRole('option', { name: 'LoRA on query and value' }).click();
  await trainToEnd(page);
  const trained = await probabilities(page);
  await button(page, 'Export').click();
  const peft = await download(page, 'PEFT folder');

  const other = await site.visit({ encoder: 'tiny' });
  await expect.poll(() => button(other.page, 'Train').isEnabled()).toBe(true);
  await bringIn(other.page, peft);
  await button(other.page, 'Train on from it').click();
  await other.page.getByText('This run begins with').waitFor();
  await expect.poll(() => button(other.page, 'Train').isEnabled()).toBe(true);
  expectSame(await probabilities(other.page), trained);
  await trainToEnd(other.page);

  const progress = await other.page.getByTestId('progress').innerText();
  const hostile = zipFile('hostile.zip', Buffer.from(zipSync({ '../evil.json': new Uint8Array([1]) })));
  await bringIn(other.page, hostile);
  await other.page.getByText('It was refused. The run that is here has not been touched.').waitFor();
  await other.page.getByText('leads out of the archive').waitFor();
  await other.page.keyboard.press('Escape');
  expect(await other.page.getByTestId('progress').innerText()).toBe(progress);
  expect(await other.page.getByTestId('phase').innerText()).toBe('Done');
  expect([...complaints, ...other.complaints]).toEqual([]);
});
