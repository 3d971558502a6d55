import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { chromiumArgs, findChromium } from '../../commands/support/chromium.ts';
import { siteFolder, sitePaths } from '../support/build-site.ts';
import { makeSmall, trainToEnd } from '../support/site.ts';
import { type StaticHost, serveStatically } from '../support/static-host.ts';

const folder = `${siteFolder}/${sitePaths.tiny}`;

let host: StaticHost;
let browser: Browser;
beforeAll(async () => {
  const executablePath = findChromium();
  browser = await chromium.launch({ args: chromiumArgs, ...(executablePath ? { executablePath } : {}) });
});
beforeEach(async () => {
  host = await serveStatically(folder);
  // Whatever this machine has: enough to share work.
  host.prepend('trainer.worker', "Object.defineProperty(navigator, 'hardwareConcurrency', { value: 3 });");
  return () => host.close();
});
afterAll(() => browser.close());

async function visit(options: BrowserContextOptions = {}): Promise<{ page: Page; errors: string[] }> {
  // As wide as the header needs to name the threads.
  const viewport = { width: 1440, height: 900 };
  const page = await (await browser.newContext({ locale: 'en-US', viewport, ...options })).newPage();
  const errors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(`${host.address}#/playground`);
  return { page, errors };
}

const isolated = (page: Page) => page.evaluate(() => crossOriginIsolated);
const documents = () => host.asked.filter((path) => path.endsWith('/')).length;

test('a host without headers: the page isolates itself with one reload, and trains on several threads', async () => {
  const { page, errors } = await visit();
  await page.getByText('236,480 parameters, frozen').waitFor();
  expect(await isolated(page)).toBe(true);
  await page
    .getByText(/\b[2-9] threads/)
    .first()
    .waitFor();
  await makeSmall(page);
  await trainToEnd(page);
  expect(documents()).toBe(2);

  // From then on it is isolated at once, and reads everything from the host.
  await page.reload();
  await page.getByText('236,480 parameters, frozen').waitFor();
  expect(await isolated(page)).toBe(true);
  expect(documents()).toBe(3);
  const kept = await page.evaluate(async () => {
    const all = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()));
    return all.flat().map(({ url }) => url);
  });
  expect(kept.filter((url) => url.startsWith(host.address))).toEqual([]);
  expect(errors).toEqual([]);
});

test('a service worker that does not help ends in no loop', async () => {
  host.prepend('service-worker.js', "self.addEventListener('fetch', (event) => event.stopImmediatePropagation());");
  const { page } = await visit();
  await page.getByText('236,480 parameters, frozen').waitFor();
  expect(await isolated(page)).toBe(false);
  await page.getByText('1 thread').first().waitFor();
  expect(documents()).toBe(2);
  await page.reload();
  await page.getByText('1 thread').first().waitFor();
  expect(documents()).toBe(3);
});

test('without service workers one thread trains', async () => {
  const { page, errors } = await visit({ serviceWorkers: 'block' });
  await page.getByText('236,480 parameters, frozen').waitFor();
  expect(await isolated(page)).toBe(false);
  await page.getByText('1 thread').first().waitFor();
  await makeSmall(page);
  await trainToEnd(page);
  expect(documents()).toBe(1);
  expect(errors).toEqual([]);
});

test('one wrong bit in the weights: told, and not trained on', async () => {
  host.flip('model.safetensors');
  const { page } = await visit({ serviceWorkers: 'block' });
  await page
    .getByText(/model\.safetensors arrived twice with other content than this release was built with/)
    .waitFor();
  expect(await page.getByRole('button', { name: 'Train', exact: true }).isDisabled()).toBe(true);
  expect(host.asked.filter((path) => path.endsWith('model.safetensors'))).toHaveLength(2);
});

test('nothing that is smuggled into the page becomes a script, and nothing is sent to a stranger', async () => {
  const { page } = await visit({ serviceWorkers: 'block' });
  await page.getByText('236,480 parameters, frozen').waitFor();
  const outcomes = await page.evaluate(async () => {
    const refused = async (attempt: () => unknown) => {
      try {
        await attempt();
        return false;
      } catch {
        return true;
      }
    };
    // What the browser's debugger calls may do more: from here on it is the page.
    await new Promise((resolve) => setTimeout(resolve));
    const element = document.body.appendChild(document.createElement('div'));
    const script = Object.assign(document.createElement('script'), { type: 'text/javascript' });
    return {
      handler: await refused(() => element.setAttribute('onclick', 'globalThis.smuggled = true')),
      html: await refused(() => {
        element.innerHTML = '<img src=x onerror="globalThis.smuggled = true">';
      }),
      text: await refused(() => {
        script.text = 'globalThis.smuggled = true';
      }),
      worker: await refused(() => new Worker('https://page.example/worker.js')),
      function: await refused(() => new Function('globalThis.smuggled = true')()),
      request: await refused(() => fetch('http://page.example/')),
      smuggled: 'smuggled' in globalThis,
    };
  });
  const { smuggled, ...attempts } = outcomes;
  expect(Object.entries(attempts).filter(([, isRefused]) => !isRefused)).toEqual([]);
  expect(smuggled).toBe(false);
});
