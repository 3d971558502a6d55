import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright';
import { preview } from 'vite';
import { expect } from 'vitest';
import { chromiumArgs, findChromium } from '../../commands/support/chromium.ts';
import { siteFolder, sitePaths, tinyFolder } from './build-site.ts';

export { tinyFolder };

/** The built page, under a sub-path, as a person uses it. */

export interface VisitOptions extends BrowserContextOptions {
  /** The encoder that the server offers: the small one that the page brings along, or the tests' tiny one. */
  encoder?: 'built-in' | 'tiny';
  withoutGpu?: boolean;
  /** Behind the page's address: "?run=…#/lessons". */
  address?: string;
  /** Somebody who was never here, and is shown the first minute; else the workbench comes first. */
  firstVisit?: boolean;
  /** Called at the site's address before the page itself is opened. */
  before?: (page: Page) => Promise<void>;
}

export interface Visit {
  page: Page;
  /** Errors and warnings of the console, and uncaught errors of the page. */
  complaints: string[];
}

export interface Site {
  visit(options?: VisitOptions): Promise<Visit>;
  close(): Promise<void>;
}

/** Serves the built page, and the one with the tests' tiny encoder. */
export const serveSite = () =>
  preview({ logLevel: 'error', build: { outDir: siteFolder }, preview: { port: 0, host: '127.0.0.1' } });

/** Serves the built page and starts a browser. */
export async function openSite(): Promise<Site> {
  const server = await serveSite();
  const root = server.resolvedUrls?.local[0] ?? '';
  const executablePath = findChromium();
  const browser = await chromium.launch({ args: chromiumArgs, ...(executablePath ? { executablePath } : {}) });
  return {
    visit: (options) => visit(browser, root, options),
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
}

async function visit(browser: Browser, root: string, options: VisitOptions = {}): Promise<Visit> {
  const { encoder = 'built-in', withoutGpu = false, address = '', firstVisit = false, before, ...rest } = options;
  const home = new URL(`${sitePaths[encoder]}/index.html`, root).href;
  const context = await browser.newContext({
    locale: 'en-US',
    viewport: { width: 1280, height: 800 },
    ...rest,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  // A worker has no document to report to: its violations are in the console.
  await page.exposeFunction('complainOfPolicy', (violation: string) => complaints.push(violation));
  await page.addInitScript(() => {
    // It would keep the whole page anew for each visit. What it does: static-host.test.ts and offline.test.ts.
    Reflect.deleteProperty(Navigator.prototype, 'serviceWorker');
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) => {
      const { complainOfPolicy } = globalThis as unknown as { complainOfPolicy: (violation: string) => void };
      complainOfPolicy(`${violatedDirective} refuses ${blockedURI} in ${sourceFile}`);
    });
  });
  if (!firstVisit)
    await page.addInitScript(() => {
      // Frames of other origins have no storage.
      if (location.protocol.startsWith('http')) localStorage.setItem('bottleneck.visited', 'yes');
    });
  // A worker has a navigator of its own: its script is served with a first line that takes the GPU away.
  if (withoutGpu)
    await page.route('**/trainer.worker*', async (route) => {
      const response = await route.fetch();
      const body = `Object.defineProperty(navigator, 'gpu', { value: undefined });\n${await response.text()}`;
      await route.fulfill({ response, body });
    });
  if (before) {
    const empty = new URL('before.html', home).href;
    // With an icon of its own: the browser would ask the host for one, and complain that there is none.
    const body = '<link rel="icon" href="data:," />';
    await page.route(empty, (route) => route.fulfill({ contentType: 'text/html', body }));
    await page.goto(empty);
    await before(page);
  }
  await page.goto(`${home}${address}`);
  return { page, complaints };
}

export const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });

/** Settings so small that a run of the tiny encoder takes a moment, even on a processor. */
export async function makeSmall(page: Page, epochs = 1): Promise<void> {
  await page.getByLabel('Training rows').fill('32');
  await page.getByLabel('Test rows', { exact: true }).fill('16');
  await page.getByLabel('Epochs').fill(String(epochs));
  await page.getByLabel('Epochs').blur();
}

/**
 * Pauses as soon as a step is done, when called before training starts. The page itself watches for it: a quick run ends
 * before a test gets to look for the button.
 */
export async function pauseAtFirstStep(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const press = () => {
          if (!/step [1-9]/.test(document.querySelector('[data-testid=progress]')?.textContent ?? '')) return;
          const pause = [...document.querySelectorAll('button')].find(({ textContent }) => textContent === 'Pause');
          if (!pause) return;
          watcher.disconnect();
          pause.click();
          resolve();
        };
        const watcher = new MutationObserver(press);
        watcher.observe(document.body, { childList: true, subtree: true, characterData: true });
      }),
  );
  await page.getByTestId('phase').getByText('Paused').waitFor({ timeout: 60_000 });
}

/** All that a store of the browser's storage holds, as it is written there: after the page shows it. */
export const keptIn = <T>(page: Page, name: string): Promise<T[]> =>
  page.evaluate(
    (store) =>
      new Promise<T[]>((resolve, reject) => {
        const opening = indexedDB.open('bottleneck');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const all = opening.result.transaction(store).objectStore(store).getAll();
          all.onerror = () => reject(all.error);
          all.onsuccess = () => {
            opening.result.close();
            resolve(all.result);
          };
        };
      }),
    name,
  );

/** Waits until the page can train: the encoder is loaded and its engine open, which takes a while on a busy machine. */
export const readyToTrain = (page: Page) =>
  expect.poll(() => button(page, 'Train').isEnabled(), { timeout: 60_000 }).toBe(true);

/** Trains the run that is set up, to its end. */
export async function trainToEnd(page: Page): Promise<void> {
  await readyToTrain(page);
  await button(page, 'Train').click();
  await page.getByTestId('phase').getByText('Done').waitFor({ timeout: 120_000 });
}

/** Starts a run that is under way as long as the test is: an epoch takes a while, since each is written down. */
export async function trainLong(page: Page): Promise<void> {
  await makeSmall(page, 100);
  await page.getByLabel('Training rows').fill('3200');
  await page.getByLabel('Training rows').blur();
  await button(page, 'Train').click();
  await page
    .getByTestId('progress')
    .getByText(/step [1-9]/)
    .waitFor({ timeout: 60_000 });
}

/** Opens a view by the header's link. */
export const openView = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Views' }).getByText(name, { exact: true }).click();
