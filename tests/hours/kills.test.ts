import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chromiumArgs, findChromium } from '../../commands/support/chromium.ts';
import { createRandom } from '../../src/base/random.ts';
import { sitePaths } from '../support/build-site.ts';
import { keptWeights } from '../support/disturb.ts';
import { button, keptIn, readyToTrain, serveSite } from '../support/site.ts';

/** One long run, ended again and again at random moments, comes to the weights of one that ran through. */

/** Fifty are asked for by KILLS=50. */
const kills = Number(process.env.KILLS ?? 12);
/** Every so many, the whole browser is killed. */
const browserEvery = 6;
/** Epochs of 20 steps: as many as the kills leave time for. */
const epochs = 10 + kills;

let server: Awaited<ReturnType<typeof serveSite>>;
let home: string;
beforeAll(async () => {
  server = await serveSite();
  home = new URL(`${sitePaths.tiny}/index.html`, server.resolvedUrls?.local[0]).href;
});
afterAll(() => server.close());

/** A browser with a profile on the disk, as a person has. */
async function launch(profile: string): Promise<BrowserContext> {
  const executablePath = findChromium();
  const args = [...chromiumArgs, `--bottleneck-profile=${profile}`];
  const context = await chromium.launchPersistentContext(profile, {
    args,
    locale: 'en-US',
    ...(executablePath ? { executablePath } : {}),
  });
  await context.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'serviceWorker'));
  return context;
}

async function open(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  page.on('dialog', (dialog) => void dialog.accept().catch(() => undefined));
  await page.goto(`${home}#/playground`);
  return page;
}

async function setUp(page: Page): Promise<void> {
  await page.getByLabel('Training rows').fill('320');
  await page.getByLabel('Test rows', { exact: true }).fill('16');
  await page.getByLabel('Epochs').fill(String(epochs));
  await page.getByLabel('Epochs').blur();
  await readyToTrain(page);
}

/** Ends the page without a word to it. */
const ways = {
  close: (page: Page) => page.close({ runBeforeUnload: false }),
  leave: async (page: Page) => {
    await page.goto('about:blank').catch(() => undefined);
    await page.close();
  },
  crash: async (page: Page) => {
    const cdp = await page.context().newCDPSession(page);
    const crashed = page.waitForEvent('crash');
    void cdp.send('Page.crash').catch(() => undefined);
    await crashed;
    await page.close();
  },
};

/** The step that was saved last; 0: none. */
const savedStep = async (page: Page): Promise<number> =>
  Math.max(0, ...(await keptIn<{ state: { step: number } }>(page, 'states')).map(({ state }) => state.step));

/** The step that the page shows. */
const shownStep = async (page: Page): Promise<number> =>
  Number(/step (\d+)/.exec((await page.getByTestId('progress').textContent()) ?? '')?.[1] ?? 0);

async function through(): Promise<string> {
  const profile = mkdtempSync(join(tmpdir(), 'bottleneck-profile-'));
  const context = await launch(profile);
  const page = await open(context);
  await setUp(page);
  await button(page, 'Train').click();
  await page.getByTestId('phase').getByText('Done').waitFor({ timeout: 600_000 });
  await expect.poll(() => keptWeights(page), { timeout: 30_000 }).not.toBe('');
  const weights = await keptWeights(page);
  await context.close();
  rmSync(profile, { recursive: true, force: true });
  return weights;
}

test(`${kills} kills at random moments cost a few seconds each, and nothing of the result`, async () => {
  const expected = await through();
  const { uniform } = createRandom(7);
  const profile = mkdtempSync(join(tmpdir(), 'bottleneck-profile-'));
  let context = await launch(profile);
  let page = await open(context);
  await setUp(page);
  await button(page, 'Train').click();
  /** Steps that were shown and had to be made again, at most. */
  let lost = 0;
  for (let kill = 0; kill < kills; kill++) {
    await expect.poll(() => shownStep(page), { timeout: 60_000, interval: 20 }).toBeGreaterThan(0);
    await page.waitForTimeout(100 + 900 * uniform());
    if ((await page.getByTestId('phase').textContent()) === 'Done')
      throw new Error(`the run ended before kill ${kill}`);
    const shown = await shownStep(page);
    if (kill % browserEvery === browserEvery - 1) {
      execFileSync('pkill', ['-9', '-f', `bottleneck-profile=${profile}`]);
      await context.close().catch(() => undefined);
      context = await launch(profile);
    } else {
      const way = (['close', 'leave', 'crash'] as const)[Math.floor(3 * uniform())] ?? 'close';
      await ways[way](page);
    }
    page = await open(context);
    await page.getByTestId('last-run').waitFor({ timeout: 60_000 });
    const saved = await savedStep(page);
    expect(saved).toBeGreaterThan(0);
    lost = Math.max(lost, shown - saved);
    await button(page, 'Go on').click();
  }
  await page.getByTestId('phase').getByText('Done').waitFor({ timeout: 600_000 });
  await expect.poll(() => keptWeights(page), { timeout: 30_000 }).not.toBe('');
  expect(await keptWeights(page)).toBe(expected);
  process.stdout.write(`${kills} kills: at most ${lost} steps of ${20 * epochs} were made again after one of them.\n`);
  await context.close();
  rmSync(profile, { recursive: true, force: true });
});
