import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Fault, faults, keptWeights } from '../support/disturb.ts';
import { button, makeSmall, openSite, type Site } from '../support/site.ts';

/** Whatever is lost in mid-run, the run goes on by itself and ends with the weights of one that nothing disturbed. */

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

type EngineName = 'WebGPU' | 'CPU (WebAssembly)';

/** A page whose run is set up: 3 epochs of 10 steps, with many rows to evaluate. */
async function setUp(engine: EngineName): Promise<Page> {
  const { page } = await site.visit({ encoder: 'tiny', address: '#/device' });
  await page.getByText(engine, { exact: true }).first().click();
  await page.getByRole('link', { name: 'Playground' }).click();
  await makeSmall(page, 3);
  await page.getByLabel('Training rows').fill('160');
  await page.getByLabel('Test rows', { exact: true }).fill('200');
  await page.getByLabel('Test rows', { exact: true }).blur();
  await expect.poll(() => button(page, 'Train').isEnabled(), { timeout: 60_000 }).toBe(true);
  return page;
}

async function end(page: Page): Promise<string> {
  await page.getByTestId('phase').getByText('Done').waitFor({ timeout: 120_000 });
  await expect.poll(() => keptWeights(page), { timeout: 30_000 }).not.toBe('');
  const weights = await keptWeights(page);
  await page.context().close();
  return weights;
}

/** What the page shows when a fault is to befall it. */
const phases = {
  training: (page: Page) =>
    page
      .getByTestId('progress')
      .getByText(/step 1\d /)
      .waitFor(),
  baseline: (page: Page) => page.getByTestId('phase').getByText('Baseline').waitFor(),
  evaluating: (page: Page) => page.getByTestId('phase').getByText('Evaluating').waitFor(),
} as const;

const undisturbed = new Map<EngineName, Promise<string>>();
async function through(engine: EngineName): Promise<string> {
  const page = await setUp(engine);
  await button(page, 'Train').click();
  return end(page);
}

async function disturb(engine: EngineName, fault: Fault, phase: keyof typeof phases): Promise<Page> {
  const page = await setUp(engine);
  const reached = phases[phase](page);
  await button(page, 'Train').click();
  await reached;
  await faults[fault](page);
  await page.getByTestId('recovery').waitFor({ timeout: 30_000 });
  return page;
}

const onGpu: Fault[] = ['the device is destroyed', 'the device reports an error', 'the GPU process crashes'];
const anywhere: Fault[] = ['the worker closes without a word', 'the worker throws'];
const cases = [
  ...onGpu.map((fault) => ['WebGPU', fault] as const),
  ...anywhere.map((fault) => ['CPU (WebAssembly)', fault] as const),
];

describe.each(cases)('%s: %s', (engine, fault) => {
  test.each(Object.keys(phases) as (keyof typeof phases)[])('while %s', async (phase) => {
    if (!undisturbed.has(engine)) undisturbed.set(engine, through(engine));
    const expected = await undisturbed.get(engine);
    const page = await disturb(engine, fault, phase);
    expect(await end(page)).toBe(expected);
  });
});
