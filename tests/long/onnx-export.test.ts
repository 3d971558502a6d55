import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readExported } from '../support/exported.ts';
import { button, makeSmall, openSite, pauseAtFirstStep, type Site, trainToEnd } from '../support/site.ts';

let site: Site;
let folder: string;
beforeAll(async () => {
  site = await openSite();
  folder = mkdtempSync(join(tmpdir(), 'exported-'));
});
afterAll(async () => {
  await site.close();
  rmSync(folder, { recursive: true, force: true });
});

const panel = (page: Page) => page.getByRole('region', { name: 'ONNX file' });
const download = (page: Page) => button(page, 'Download: ONNX file');
const openDialog = (page: Page) => button(page, 'Export').click();

async function closeDialog(page: Page): Promise<void> {
  await button(page, 'Close').click();
  await panel(page).waitFor({ state: 'detached' });
}

/** Exports the run of the page and reads the file that comes down. */
async function exportRun(page: Page, name: string) {
  const coming = page.waitForEvent('download', { timeout: 60_000 });
  await download(page).click();
  const saved = await coming;
  const path = join(folder, name);
  await saved.saveAs(path);
  const fact = async (label: RegExp) =>
    (await panel(page).locator('dl div').filter({ hasText: label }).locator('dd').innerText()).trim();
  return {
    fileName: saved.suggestedFilename(),
    difference: Number(await fact(/Largest difference/)),
    same: await fact(/Same answer/),
    file: await readExported(path),
  };
}

/** What the adapted encoder makes of the sentence in the box: each class's probability in percent, "< 0.1%" as 0.1. */
async function answerOf(page: Page): Promise<Record<string, number>> {
  const rows = await page.getByTestId('probabilities').getByTestId('probability').all();
  const classes = await Promise.all(
    rows.map(async (row) => [
      (await row.locator('span').first().textContent()) ?? '',
      Number.parseFloat((await row.locator('[data-bar=adapted] + span').textContent())?.replace('<', '') ?? ''),
    ]),
  );
  return Object.fromEntries(classes);
}

/** The file finds the probabilities that the page shows, of its likeliest classes, to a percent: the page shows two digits. */
async function expectSameAnswer(page: Page, { file }: Awaited<ReturnType<typeof exportRun>>) {
  const [probabilities = {}] = await file.probabilities([await page.getByLabel('Sentence').inputValue()]);
  // The page asks the engine anew when training has stopped: until then it shows an older answer.
  await expect
    .poll(async () => {
      const shown = Object.entries(await answerOf(page));
      return Math.max(
        ...shown.map(([label, percent]) => Math.abs(percent - 100 * (probabilities[label] ?? Number.NaN))),
      );
    })
    .toBeLessThan(1);
}

test('a run without WebGPU leaves as a file that answers as the page does, and goes on', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny', withoutGpu: true });
  await makeSmall(page, 40);
  await openDialog(page);
  await panel(page).getByText('Nothing is trained yet').waitFor();
  expect(await download(page).isDisabled()).toBe(true);
  await closeDialog(page);

  const pausing = pauseAtFirstStep(page);
  await button(page, 'Train').click();
  await pausing;
  await openDialog(page);
  const paused = await exportRun(page, 'paused.onnx');
  expect(paused.difference).toBeLessThan(1e-4);
  expect(paused.same).toBe('100%');
  expect(paused.file.metadata.name).toBe('trivia_topics, houlsby 16');
  expect(paused.fileName).toBe('trivia_topics-houlsby-16.onnx');
  expect(paused.file.labels.length).toBeGreaterThan(2);
  await closeDialog(page);
  await expectSameAnswer(page, paused);

  // The file is that of the pause: it is shown until the run goes on.
  await openDialog(page);
  await panel(page).getByText('Largest difference').waitFor();
  await closeDialog(page);
  await button(page, 'Continue').click();
  await expect.poll(() => page.getByTestId('phase').innerText(), { timeout: 120_000 }).toBe('Done');
  await openDialog(page);
  await panel(page).getByText('float32, exact').waitFor();
  expect(await panel(page).getByText('Largest difference').count()).toBe(0);
  const done = await exportRun(page, 'done.onnx');
  expect(done.difference).toBeLessThan(1e-4);
  await closeDialog(page);
  await expectSameAnswer(page, done);

  // The engine does not hold what is on the shelf: no file of it could be compared.
  await page.getByRole('link', { name: 'Adapters', exact: true }).click();
  await page.getByRole('button', { name: /^Export .+/ }).click();
  await panel(page).getByText('Reopen the run that this adapter comes from').waitFor();
  expect(await download(page).isDisabled()).toBe(true);
  expect(complaints).toEqual([]);
});

test('a run on WebGPU leaves with float16 weights, half as large', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny' });
  await page.getByText('236,480 parameters, frozen').waitFor();
  await page.getByText('This device', { exact: true }).first().click();
  await page.getByText('WebGPU', { exact: true }).first().click();
  await page.getByText('WebGPU on the processor').first().waitFor();
  await page.getByText('Playground', { exact: true }).first().click();
  await makeSmall(page);
  await trainToEnd(page);
  await openDialog(page);
  const whole = await exportRun(page, 'whole.onnx');
  expect(whole.difference).toBeLessThan(1e-4);
  await closeDialog(page);
  await expectSameAnswer(page, whole);

  await openDialog(page);
  await panel(page).getByText('float16, half the size').click();
  const half = await exportRun(page, 'half.onnx');
  expect(half.file.bytes).toBeLessThan(0.6 * whole.file.bytes);
  expect(half.difference).toBeLessThan(0.01);
  expect(half.difference).toBeGreaterThan(whole.difference);
  expect(complaints).toEqual([]);
});
