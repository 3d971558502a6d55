import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Fault, faults, keptWeights } from '../support/disturb.ts';
import { button, openSite, readyToTrain, type Site } from '../support/site.ts';

/** Whatever is lost in mid-run, the run goes on by itself and ends with the weights of one that nothing disturbed. */

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

type EngineName = 'WebGPU' | 'CPU (WebAssembly)';

/** Runs of which every phase takes a moment: SwiftShader makes the tiny encoder slow, the processor wants a larger one. */
const settings = {
  WebGPU: { encoder: 'tiny', rows: '160', testRows: '300' },
  'CPU (WebAssembly)': { encoder: 'built-in', rows: '96', testRows: '100' },
} as const;

/** A page whose run is set up, of 3 epochs. */
async function setUp(engine: EngineName): Promise<Page> {
  const { encoder, rows, testRows } = settings[engine];
  const { page } = await site.visit({ encoder, address: '#/device' });
  await page.getByText(engine, { exact: true }).first().click();
  await page.getByRole('link', { name: 'Playground' }).click();
  await page.getByLabel('Training rows').fill(rows);
  await page.getByLabel('Test rows', { exact: true }).fill(testRows);
  await page.getByLabel('Epochs').fill('3');
  await page.getByLabel('Epochs').blur();
  await readyToTrain(page);
  return page;
}

async function end(page: Page): Promise<string> {
  await page.getByTestId('phase').getByText('Done').waitFor({ timeout: 240_000 });
  await expect.poll(() => keptWeights(page), { timeout: 30_000 }).not.toBe('');
  const weights = await keptWeights(page);
  await page.context().close();
  return weights;
}

/** What the page shows when a fault is to befall it. */
const phases = {
  training: ['progress', 'step 3 '],
  baseline: ['phase', 'frozen'],
  evaluating: ['phase', 'Evaluating'],
};

const shown = (page: Page, [id = '', text = '']: readonly string[]) =>
  page.waitForFunction(
    ({ id, text }) => document.querySelector(`[data-testid=${id}]`)?.textContent?.includes(text),
    { id, text },
    { polling: 10, timeout: 240_000 },
  );

const undisturbed = new Map<EngineName, Promise<string>>();
async function through(engine: EngineName): Promise<string> {
  const page = await setUp(engine);
  await button(page, 'Train').click();
  return end(page);
}

const onGpu: Fault[] = ['the device is destroyed', 'the device reports an error', 'the GPU process crashes'];
const anywhere: Fault[] = ['the worker closes without a word', 'the worker throws'];
const cases = [
  ...onGpu.map((fault) => ['WebGPU', fault] as const),
  ...anywhere.map((fault) => ['CPU (WebAssembly)', fault] as const),
];

/** Faults that befall every phase; the others befall training alone. */
const anyPhase: Fault[] = ['the device is destroyed', 'the worker closes without a word'];

describe.each(cases)('%s: %s', (engine, fault) => {
  test.each(Object.entries(phases).slice(0, anyPhase.includes(fault) ? 3 : 1))('while %s', async (_, phase) => {
    if (!undisturbed.has(engine)) undisturbed.set(engine, through(engine));
    const expected = await undisturbed.get(engine);
    const page = await setUp(engine);
    const reached = shown(page, phase);
    await button(page, 'Train').click();
    await reached;
    await faults[fault](page);
    await page.locator('[data-testid=recovery][data-stage=over]').waitFor({ timeout: 60_000 });
    expect(await end(page)).toBe(expected);
  });
});
