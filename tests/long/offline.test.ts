import { type Browser, type BrowserContext, chromium, type Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chromiumArgs, findChromium } from '../../commands/support/chromium.ts';
import { buildSite, makeTinyPublic, siteFolder, sitePaths } from '../support/build-site.ts';
import { button, keptIn, makeSmall, trainToEnd } from '../support/site.ts';
import { type StaticHost, serveStatically } from '../support/static-host.ts';

/** After one visit the page needs no network, and a new release waits until a person takes it. */

let browser: Browser;
let host: StaticHost;
beforeAll(async () => {
  const executablePath = findChromium();
  browser = await chromium.launch({ args: chromiumArgs, ...(executablePath ? { executablePath } : {}) });
});
afterAll(() => browser.close());

async function open(context: BrowserContext): Promise<{ page: Page; complaints: string[] }> {
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`${host.address}#/playground`);
  await page.getByText('236,480 parameters, frozen').waitFor({ timeout: 120_000 });
  return { page, complaints };
}

const show = (page: Page, view: string) => page.getByRole('link', { name: view, exact: true }).click();

/** Waits until "This device" says that the page itself is kept. */
async function waitUntilKept(page: Page): Promise<void> {
  const own = page.locator('dt', { hasText: 'The page itself' }).locator('xpath=..');
  await expect
    .poll(
      async () => {
        await show(page, 'Lessons');
        await show(page, 'This device');
        await page.getByRole('heading', { name: 'A room without network' }).waitFor();
        return (await own.count()) > 0 ? own.textContent() : '';
      },
      { timeout: 120_000, interval: 1000 },
    )
    .toMatch(/[kM]B, kept$/);
  await show(page, 'Playground');
}

test('after one visit: open, train, compare, export, change the language, reload and go on, without a server', async () => {
  host = await serveStatically(`${siteFolder}/${sitePaths.tiny}`);
  const context = await browser.newContext({ locale: 'en-US', acceptDownloads: true });
  const first = await open(context);
  await waitUntilKept(first.page);
  await first.page.close();
  await context.setOffline(true);
  await host.close();

  const { page, complaints } = await open(context);
  await makeSmall(page);
  await trainToEnd(page);
  await page
    .getByText(/frozen baseline/i)
    .first()
    .waitFor();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    (async () => {
      await button(page, 'Export').click();
      await page.getByRole('button', { name: 'Download: AdapterHub folder' }).click();
    })(),
  ]);
  expect(await download.failure()).toBeNull();
  await page.keyboard.press('Escape');
  await button(page, '中文').click();
  await page.getByText('试一试').first().waitFor();
  await button(page, 'English').click();
  expect(await keptIn(page, 'runs')).toHaveLength(1);

  await page.reload();
  await page.getByText('236,480 parameters, frozen').waitFor({ timeout: 120_000 });
  await makeSmall(page);
  await trainToEnd(page);
  expect(await keptIn(page, 'runs')).toHaveLength(2);
  expect(complaints).toEqual([]);
  await context.close();
});

test('“Ready for a room without network” keeps all tasks, and says so', async () => {
  host = await serveStatically(`${siteFolder}/${sitePaths.tiny}`);
  const context = await browser.newContext({ locale: 'en-US' });
  const { page } = await open(context);
  await waitUntilKept(page);
  await show(page, 'This device');
  await page
    .getByText(/^0 kB of .* kept$/)
    .first()
    .waitFor();
  await button(page, 'Get ready for a room without network').click();
  await page.getByText('Ready: everything that the page brings along').waitFor({ timeout: 120_000 });
  await host.close();
  await context.setOffline(true);
  await page.reload();
  await show(page, 'Playground');
  await page.getByRole('combobox', { name: 'Classification task' }).click();
  await page.getByRole('option', { name: 'Spam or not' }).click();
  await page.getByText('4,178 training rows').waitFor({ timeout: 60_000 });
  await context.close();
});

const later = 'release/later';
const laterTagline = 'A later release of the page';

test('a new release: an open tab keeps its own files, is asked, and is not taken over in a run or beside another tab', async () => {
  const folder = 'node_modules/.e2e-public-later';
  makeTinyPublic(folder);
  // Its scripts have other names, and the host has only those.
  await buildSite(later, folder, [
    {
      name: 'later',
      enforce: 'pre',
      transform: (code, id) =>
        id.endsWith('/src/i18n/en/page.ts') ? code.replace(/tagline: '[^']*'/, `tagline: '${laterTagline}'`) : null,
    },
  ]);
  host = await serveStatically(`${siteFolder}/${sitePaths.tiny}`);
  const context = await browser.newContext({ locale: 'en-US' });
  const { page, complaints } = await open(context);
  await waitUntilKept(page);
  host.serve(`${siteFolder}/${later}`);

  // A view that was never opened is fetched now.
  await show(page, 'Adapters');
  await page.getByRole('heading', { name: 'Adapters' }).first().waitFor();
  await show(page, 'Playground');
  await page.reload();
  await page.getByText('236,480 parameters, frozen').waitFor();
  const tagline = () => page.getByRole('heading', { level: 1 }).getAttribute('title');
  expect(await tagline()).not.toBe(laterTagline);
  await page.getByText('A new version of this page is there').waitFor({ timeout: 120_000 });

  await page.getByLabel('Epochs').fill('200');
  await page.getByLabel('Epochs').blur();
  await button(page, 'Train').click();
  await page.getByText('It can be used as soon as the run is paused or done.').waitFor();
  expect(await button(page, 'Use it').isDisabled()).toBe(true);
  await button(page, 'Pause').click();
  await page.getByTestId('phase').getByText('Paused').waitFor();

  const second = await context.newPage();
  await second.goto(`${host.address}#/playground`);
  await button(page, 'Use it').click();
  await page.getByText('1 other tab still uses the version of before.').waitFor();
  expect(await tagline()).not.toBe(laterTagline);
  await second.close();
  await button(page, 'Use it').click();
  await expect.poll(tagline, { timeout: 60_000 }).toBe(laterTagline);
  expect(await keptIn(page, 'runs')).toHaveLength(1);
  await page.getByText('236,480 parameters, frozen').waitFor();

  // What only the release before had is gone.
  const kept = await page.evaluate(async () => (await (await caches.open('page-files')).keys()).map(({ url }) => url));
  const indexes = kept.filter((url) => /\/assets\/index-/.test(url) && /\.js\?/.test(url));
  expect(indexes).toHaveLength(1);
  expect(complaints).toEqual([]);
  await context.close();
  await host.close();
});
