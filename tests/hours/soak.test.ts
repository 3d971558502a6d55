import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Footprint, footprints, watchEngine } from '../support/footprint.ts';
import { button, openSite, readyToTrain, type Site } from '../support/site.ts';

/** A long run holds at its end what it held once it had warmed up: nothing grows with the steps. */

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

type EngineName = 'WebGPU' | 'CPU (WebAssembly)';

/** A page whose run of the tiny encoder is set up, in batches of `batch` rows of 8 tokens. */
async function setUp(engine: EngineName, settings: { rows: number; batch: number; epochs: number }): Promise<Page> {
  const { page } = await site.visit({ encoder: 'tiny', address: '#/device', before: watchEngine });
  await page.getByText(engine, { exact: true }).first().click();
  await page.getByRole('link', { name: 'Playground' }).click();
  await page.getByLabel('Training rows').fill(String(settings.rows));
  await page.getByLabel('Test rows', { exact: true }).fill('16');
  await page.getByLabel('Epochs').fill(String(settings.epochs));
  await page.getByLabel('Batch size').fill(String(settings.batch));
  await page.getByLabel('Longest row').fill('8');
  await page.getByLabel('Longest row').blur();
  await readyToTrain(page);
  return page;
}

const stepOf = async (page: Page): Promise<number> =>
  Number(/step (\d+)/.exec((await page.getByTestId('progress').textContent()) ?? '')?.[1] ?? 0);

/** Longest wait for a step, in milliseconds: the baseline is trained before some. */
const patience = 1_200_000;
/** Milliseconds after which a page that rests has drawn and written all that it is going to. */
const settling = 2000;

/** The footprints of a run that is paused again and again, each time so many steps after the last, or a few more. */
async function soak(page: Page, pieces: readonly number[]): Promise<Footprint[]> {
  const footprint = await footprints(page);
  const found: Footprint[] = [];
  await button(page, 'Train').click();
  for (const piece of pieces) {
    const before = await stepOf(page);
    await expect.poll(() => stepOf(page), { timeout: patience, interval: 50 }).toBeGreaterThan(before + piece);
    // Pressed by the page itself: a click waits for two frames, which a busy machine may not draw for long.
    await button(page, 'Pause').evaluate((pause: HTMLElement) => pause.click());
    await page.getByTestId('phase').getByText('Paused').waitFor({ timeout: patience });
    await page.waitForTimeout(settling);
    const now = await footprint();
    process.stdout.write(`step ${await stepOf(page)}: ${JSON.stringify(now)}\n`);
    found.push(now);
    await button(page, 'Continue').click();
  }
  await page.context().close();
  return found;
}

/** Share that memory may grow by from the warm-up to the end. */
const noise = 1.01;
/** Bytes of code that V8 compiles in a worker once it has seen what is done often. */
const compiled = 250_000;
/** Steps that the page keeps of a run, at most (src/store/run/history.ts), and bytes of one: five numbers in an object. */
const history = { steps: 4000, bytes: 100 };
/** Bytes of page for each epoch that has ended, of which a run has 1,000 at most: its marks in two charts, up to 40 of them. */
const epochBytes = 20_000;
/** Bytes of the record's list of rows that the adapter answers otherwise than the baseline: any of the 16 test rows. */
const flippedBytes = 16 * 400;
/** Chromium's database (LevelDB) writes to a log of up to so many bytes, and then tidies it up. */
const databaseLog = 8e6;

/** @param growth what may have come to the page: steps and epochs that it shows */
function expectSteady(found: readonly Footprint[], growth: { steps: number; epochs: number }): void {
  const [warm, end] = [found[0], found.at(-1)] as [Footprint, Footprint];
  const shown = growth.steps * history.bytes + growth.epochs * epochBytes;
  expect(end.page.objects).toBeLessThan(noise * warm.page.objects + shown);
  expect(end.page.buffers).toBeLessThan(noise * warm.page.buffers);
  expect(end.worker.heap).toBeLessThan(noise * warm.worker.heap + compiled);
  expect(end.worker.buffers).toBeLessThan(noise * warm.worker.buffers);
  expect(end.engine).toEqual(warm.engine);
  expect(end.storage.entries).toBe(warm.storage.entries);
  expect(end.storage.contents).toBeLessThan(noise * warm.storage.contents + flippedBytes);
  expect(end.storage.counted).toBeLessThan(noise * warm.storage.counted + databaseLog);
}

test('CPU (WebAssembly): 20,000 steps after the first 14,000 hold no more memory and storage', async () => {
  const page = await setUp('CPU (WebAssembly)', { rows: 7000, batch: 2, epochs: 13 });
  const [, ...found] = await soak(page, [4000, 10_000, 10_000, 10_000]);
  expectSteady(found, { steps: history.steps, epochs: 8 });
});

test('WebGPU: 1,500 steps after the first 1,400 make no buffer, bind group or pipeline, and hold no more memory', async () => {
  const page = await setUp('WebGPU', { rows: 1200, batch: 2, epochs: 7 });
  const found = await soak(page, [1400, 750, 750]);
  expectSteady(found, { steps: 2500, epochs: 4 });
});
