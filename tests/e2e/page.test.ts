import { type Browser, chromium, type Page } from 'playwright';
import { build, type PreviewServer, preview } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chromiumArgs, findChromium } from '../../scripts/support/chromium.ts';

/** The built page, under a sub-path, as a person uses it. */

let server: PreviewServer;
let browser: Browser;
let address: string;

beforeAll(async () => {
  await build({ logLevel: 'error', build: { outDir: 'node_modules/.e2e/some/path', emptyOutDir: true } });
  server = await preview({
    logLevel: 'error',
    build: { outDir: 'node_modules/.e2e' },
    preview: { port: 0, host: '127.0.0.1' },
  });
  address = new URL('some/path/index.html', server.resolvedUrls?.local[0]).href;
  const executablePath = findChromium();
  browser = await chromium.launch({ args: chromiumArgs, ...(executablePath ? { executablePath } : {}) });
});

afterAll(async () => {
  await browser.close();
  await server.close();
});

interface Visit {
  page: Page;
  /** What the console complained of. */
  complaints: string[];
}

async function visit(options: { locale?: string; width?: number; withoutGpu?: boolean } = {}): Promise<Visit> {
  const { locale = 'en-US', width = 1280, withoutGpu = false } = options;
  const context = await browser.newContext({ locale, viewport: { width, height: 800 } });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  // A worker has a navigator of its own: its script is served with a first line that takes the GPU away.
  if (withoutGpu)
    await page.route('**/trainer.worker*', async (route) => {
      const response = await route.fetch();
      const body = `Object.defineProperty(navigator, 'gpu', { value: undefined });\n${await response.text()}`;
      await route.fulfill({ response, body });
    });
  await page.goto(address);
  return { page, complaints };
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const progress = (page: Page) => page.getByTestId('progress').innerText();

test('loads, steps, trains, pauses, goes on, resets; the sentence is scored', async () => {
  const { page, complaints } = await visit();
  await page.getByText('5,388,288 parameters, frozen').waitFor();
  expect(await page.getByTestId('cost').innerText()).toContain('70,282 parameters train');

  // Small, so that a processor is quick enough.
  await page.getByLabel('Training rows').fill('32');
  await page.getByLabel('Test rows').fill('16');
  await page.getByLabel('Epochs').fill('2');
  await page.getByLabel('Epochs').blur();
  await button(page, 'Step').click();
  await page.getByText('step 1 of 4').waitFor();
  await expect.poll(() => page.getByTestId('phase').innerText()).toBe('Paused');
  await page.getByTestId('probabilities').waitFor();

  await button(page, 'Continue').click();
  await button(page, 'Pause').click();
  await expect.poll(() => page.getByTestId('phase').innerText(), { timeout: 60_000 }).toBe('Paused');
  const paused = await progress(page);
  await page.waitForTimeout(500);
  expect(await progress(page)).toBe(paused);

  await button(page, 'Continue').click();
  await expect.poll(() => page.getByTestId('phase').innerText(), { timeout: 120_000 }).toBe('Done');
  expect(await progress(page)).toContain('step 4 of 4');
  expect(await page.getByTestId('result').innerText()).toMatch(
    /with the adapter, .* frozen: .* points on 16 test rows/,
  );
  expect(await page.locator('.recharts-line').count()).toBeGreaterThanOrEqual(3);
  await expect.poll(() => page.locator('.bar.base').count()).toBeGreaterThan(0);

  await page.getByRole('region', { name: 'Loss' }).getByRole('button', { name: 'Table' }).click();
  expect(await page.getByRole('region', { name: 'Loss' }).getByRole('row').count()).toBe(5);

  await button(page, 'Reset').click();
  await page.getByText('step 0 of 4').waitFor();
  expect(complaints).toEqual([]);
});

test('the bottleneck, the method and a single site change what trains', async () => {
  const { page, complaints } = await visit();
  const cost = page.getByTestId('cost');
  await cost.getByText('70,282').waitFor();
  const slider = page.getByRole('slider', { name: 'Bottleneck dimension' });
  await slider.focus();
  await slider.press('End');
  await cost.getByText(/^1,055,\d+ parameters train/).waitFor();
  await slider.press('Home');
  await cost.getByText(/^8,\d+ parameters train/).waitFor();

  const site = page.getByRole('button', { name: /Adapter of layer 1, FFN site/ });
  const before = await cost.innerText();
  await site.press('Enter');
  expect(await site.getAttribute('aria-pressed')).toBe('false');
  expect(await cost.innerText()).not.toBe(before);

  await page.getByRole('combobox', { name: 'What trains' }).click();
  await page.getByRole('option', { name: 'Full fine-tuning' }).click();
  await cost.getByText('5,390,858 parameters train').waitFor();
  expect(complaints).toEqual([]);
});

test('speaks Chinese, and switches', async () => {
  const { page } = await visit({ locale: 'zh-CN' });
  await page.getByText('5,388,288 个参数，已冻结').waitFor();
  await button(page, '开始训练').waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe('zh-Hans');
  // A key that was not translated would show as its path.
  expect(await page.locator('body').innerText()).not.toMatch(/\b(chart|cost|method|training|controls|tryIt)\.\w+/);
  await button(page, '切换到英文').click();
  await button(page, 'Train').waitFor();
});

test('without WebGPU it says so, and what to do; the page can still be looked around', async () => {
  const { page } = await visit({ withoutGpu: true });
  await page.getByText('This browser cannot train here yet').waitFor();
  await page
    .getByText(/Chrome or Edge 113/)
    .first()
    .waitFor();
  await page.getByTestId('cost').getByText('70,282').waitFor();
  expect(await button(page, 'Train').isDisabled()).toBe(true);
});

test('on a phone there is one column at a time', async () => {
  const { page } = await visit({ width: 390 });
  await button(page, 'Train').waitFor();
  expect(await page.getByLabel('Epochs').isVisible()).toBe(false);
  await page.getByText('Set-up', { exact: true }).click();
  await page.getByLabel('Epochs').waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});
