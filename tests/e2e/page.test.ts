import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunRecord } from '../../src/store/runs/records.ts';
import { keptIn, makeSmall, openSite, pauseAtFirstStep, type Site, trainToEnd } from '../support/site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const progress = (page: Page) => page.getByTestId('progress').innerText();

test('loads, steps, trains, pauses, goes on, resets; the sentence is scored', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny' });
  await page.getByText('236,480 parameters, frozen').waitFor();
  expect(await page.getByTestId('cost').innerText()).toContain('parameters train');

  // Small, so that a processor is quick enough.
  await page.getByLabel('Training rows').fill('32');
  await page.getByLabel('Test rows').fill('16');
  await page.getByLabel('Epochs').fill('60');
  await page.getByLabel('Epochs').blur();
  await button(page, 'Step').click();
  await page.getByText('step 1 of 120').waitFor();
  await expect.poll(() => page.getByTestId('phase').innerText()).toBe('Paused');
  await page.getByTestId('probabilities').waitFor();

  const pausing = pauseAtFirstStep(page);
  await button(page, 'Continue').click();
  await pausing;
  const paused = await progress(page);
  await page.waitForTimeout(500);
  expect(await progress(page)).toBe(paused);

  await button(page, 'Continue').click();
  await expect.poll(() => page.getByTestId('phase').innerText(), { timeout: 120_000 }).toBe('Done');
  expect(await progress(page)).toContain('step 120 of 120');
  // The run's own accuracy, then the frozen baseline's, with what the run gains over it.
  const result = page.getByTestId('result');
  expect(await result.getByRole('row', { name: /^This run [\d.]+%/ }).count()).toBe(1);
  expect(await result.getByRole('row', { name: /^Frozen baseline.* [\d.]+% [+−][\d.]+$/ }).count()).toBeGreaterThan(0);
  // A long name breaks, and its numbers stay in sight.
  const { x = 0, width = 0 } = (await result.boundingBox()) ?? {};
  expect(x + width).toBeLessThan(1280);
  await page.getByText('Accuracy on 16 test rows').waitFor();
  expect(await page.locator('.recharts-line').count()).toBeGreaterThanOrEqual(3);
  await expect.poll(() => page.locator('[data-bar=base]').count()).toBeGreaterThan(0);

  await page.getByRole('region', { name: 'Loss' }).getByRole('button', { name: 'Table' }).click();
  expect(await page.getByRole('region', { name: 'Loss' }).getByRole('row').count()).toBeGreaterThan(5);

  await button(page, 'Reset').click();
  await page.getByText('step 0 of 120').waitFor();
  expect(complaints).toEqual([]);
});

test('the bottleneck, the method and a single site change what trains', async () => {
  const { page, complaints } = await site.visit();
  const cost = page.getByTestId('cost');
  await cost.getByText('79,978').waitFor();
  const slider = page.getByRole('slider', { name: 'Bottleneck dimension' });
  await slider.focus();
  await slider.press('End');
  await cost.getByText(/^1,777,\d+ parameters train/).waitFor();
  await slider.press('Home');
  await cost.getByText(/^10,\d+ parameters train/).waitFor();

  const adapter = page.getByRole('button', { name: /Adapter of layer 1, FFN site/ });
  const before = await cost.innerText();
  await adapter.press('Enter');
  expect(await adapter.getAttribute('aria-pressed')).toBe('false');
  expect(await cost.innerText()).not.toBe(before);

  await page.getByRole('combobox', { name: 'What trains' }).click();
  await page.getByRole('option', { name: 'Full fine-tuning' }).click();
  await cost.getByText('13,389,706 parameters train').waitFor();
  expect(complaints).toEqual([]);
});

test('speaks Chinese, begins with Chinese verse and an encoder of it, trains, and switches', async () => {
  const { page, complaints } = await site.visit({ locale: 'zh-CN' });
  await page.getByText('4,728,832 个参数，已冻结').waitFor();
  expect(await page.getByLabel('分类任务').first().inputValue()).toBe('对句顺序，少量数据（一分钟演示）');
  await button(page, '开始训练').waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe('zh-Hans');
  // A key that was not translated would show as its path.
  expect(await page.locator('body').innerText()).not.toMatch(/\b(chart|cost|method|training|controls|tryIt)\.\w+/);
  await button(page, 'English').click();
  await button(page, 'Train').waitFor();
  await makeSmall(page);
  await trainToEnd(page);
  expect(await page.getByTestId('phase').innerText()).toBe('Done');
  expect(await page.getByTestId('probabilities').innerText()).toMatch(/原序|倒序/);
  // A task in English brings an encoder that reads it.
  await page.getByLabel('Classification task').first().click();
  await page.getByRole('option', { name: 'Spam or not' }).click();
  await page.getByText('13,385,856 parameters, frozen').waitFor();
  expect(complaints).toEqual([]);
});

test('without WebGPU the processor trains, and the badge says so', async () => {
  const { page, complaints } = await site.visit({ withoutGpu: true, encoder: 'tiny' });
  await page.getByText('CPU (WebAssembly)').waitFor();
  await makeSmall(page);
  await button(page, 'Train').click();
  await expect.poll(() => page.getByTestId('phase').innerText(), { timeout: 60_000 }).toBe('Done');
  await page.getByTestId('probabilities').waitFor();
  expect(complaints).toEqual([]);
});

test('frozen weights in 8 bits: what they take is said on either engine, a run trains on them and says so', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny' });
  await page.getByText('236,480 parameters, frozen').waitFor();
  const bits = page.getByRole('radiogroup', { name: 'Frozen weights' });
  const words = page.getByTestId('frozen-bytes');
  await words.filter({ hasText: /^They take 929 kB on this device\.$/ }).waitFor();
  await bits.getByText('8 bits').click();
  await words.filter({ hasText: /^Rounded to 8 bits\./ }).waitFor();

  await page.getByText('This device', { exact: true }).first().click();
  await page.getByText('WebGPU', { exact: true }).first().click();
  await page.getByText('This engine trains because it was chosen.').waitFor();
  await page.getByText('Playground', { exact: true }).first().click();
  await words.filter({ hasText: /^They take 2\d\d kB on this device; in 32 bits 929 kB\.$/ }).waitFor();
  await makeSmall(page);
  await trainToEnd(page);
  const [kept] = await keptIn<RunRecord>(page, 'runs');
  expect(kept?.run.frozenBits).toBe(8);
  expect(complaints).toEqual([]);
});

test('on a phone there is one column at a time', async () => {
  const { page } = await site.visit({ viewport: { width: 390, height: 844 } });
  await button(page, 'Train').waitFor();
  expect(await page.getByLabel('Epochs').isVisible()).toBe(false);
  await page.getByText('Set-up', { exact: true }).click();
  await page.getByLabel('Epochs').waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});
