import { readFileSync } from 'node:fs';
import { type CDPSession, chromium, type Page } from 'playwright';
import { build, preview } from 'vite';
import { chromiumArgs, ensureChromium } from '../support/chromium.ts';

/** Imports a file into the built page, browses its rows, and measures the page: frames, memory, cancelling. */

const outDir = 'node_modules/.bench/import';
/** Milliseconds that the page is measured for once the rows are imported. */
const afterwards = 20_000;
/** Milliseconds into the reading at which it is cancelled once. */
const cancelAt = 500;
const patience = 300_000;

interface Frames {
  count: number;
  longest: number;
  /** Frames that came later than 50 ms after the one before. */
  late: number;
  seconds: number;
}

/** Script that runs in the page: as text, since the loader would add names of its own to functions. */
const counting = `{
  const frames = { count: 0, longest: 0, late: 0, started: performance.now(), last: performance.now(), on: true };
  window.frames_ = frames;
  (function tick() {
    const gap = performance.now() - frames.last;
    frames.count++;
    frames.longest = Math.max(frames.longest, gap);
    if (gap > 50) frames.late++;
    frames.last += gap;
    if (frames.on) requestAnimationFrame(tick);
  })();
}`;
const counted = `(() => {
  const { count, longest, late, started } = Object.assign(window.frames_, { on: false });
  return { count, longest, late, seconds: (performance.now() - started) / 1000 };
})()`;

/** Counts frames in the page from now on; the returned function ends it. */
async function watchFrames(page: Page): Promise<() => Promise<Frames>> {
  await page.evaluate(counting);
  return () => page.evaluate<Frames>(counted);
}

/** Resident bytes of the largest renderer: the page with its workers. */
async function resident(session: CDPSession): Promise<number> {
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const sizes = processInfo.flatMap(({ type, id }) => {
    if (type !== 'renderer') return [];
    const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1];
    return [1024 * Number(kilobytes ?? 0)];
  });
  return Math.max(...sizes);
}

async function report(what: string, page: Page, session: CDPSession, work: () => Promise<void>): Promise<void> {
  const frames = await watchFrames(page);
  let most = 0;
  const timer = setInterval(() => {
    void resident(session).then((bytes) => {
      most = Math.max(most, bytes);
    });
  }, 200);
  await work();
  clearInterval(timer);
  const { count, longest, late, seconds } = await frames();
  console.log(
    `${what}: ${seconds.toFixed(1)} s, ${(count / seconds).toFixed(0)} frames a second, ${late} later than 50 ms, ` +
      `longest ${longest.toFixed(0)} ms; resident at most ${(most / 1e6).toFixed(0)} MB`,
  );
}

const stored = `new Promise((resolve) => {
  const opening = indexedDB.open('bottleneck');
  opening.onsuccess = () => {
    const asking = opening.result.transaction('notes').objectStore('notes').get('own-rows');
    asking.onsuccess = () => {
      opening.result.close();
      resolve(asking.result?.name === 'large.csv');
    };
  };
})`;

/** Resolves when the rows are in the browser's storage. */
async function kept(page: Page): Promise<void> {
  while (!(await page.evaluate<boolean>(stored))) await page.waitForTimeout(1000);
}

/** Opens the rows, searches them, filters them by class and fixes a fault, as a person does. */
async function lookThrough(page: Page, session: CDPSession): Promise<void> {
  const dialog = page.getByRole('dialog');
  const fix = dialog.getByRole('button', { name: 'Fix: keep each once' });
  const search = dialog.getByLabel('Search in texts');
  const found = (count: RegExp) => dialog.getByText(count).waitFor({ timeout: patience });
  await report('dialog opened', page, session, async () => {
    // Rows with faults are shown by themselves.
    await dialog.waitFor({ timeout: patience });
  });
  await report('rows checked', page, session, async () => {
    await fix.waitFor({ timeout: patience });
    await found(/^1,000,000 rows found$/);
  });
  await report('rows searched', page, session, async () => {
    await search.pressSequentially('no such words', { delay: 100, timeout: patience });
    await found(/^0 rows found$/);
  });
  await report('class chosen', page, session, async () => {
    await search.fill('', { timeout: patience });
    const option = await dialog.getByRole('option', { name: /^class 3 / }).textContent();
    await dialog.getByLabel('Class', { exact: true }).selectOption({ label: option ?? '' });
    await found(/^11\d,\d{3} rows found$/);
  });
  // Cut anew, rows of other texts meet in one part: there are fewer repeated ones then, not none.
  const repeated = await dialog.getByText(/^Repeated rows: /).textContent();
  await report('fault mended', page, session, async () => {
    await fix.click({ timeout: patience });
    await dialog.getByText(repeated ?? '', { exact: true }).waitFor({ state: 'detached', timeout: patience });
  });
}

export async function importInPage(path: string): Promise<void> {
  await build({ logLevel: 'error', build: { outDir, emptyOutDir: true } });
  const server = await preview({ logLevel: 'error', build: { outDir }, preview: { port: 0, host: '127.0.0.1' } });
  const browser = await chromium.launch({ args: chromiumArgs, executablePath: ensureChromium() });
  try {
    const page = await browser.newPage();
    const session = await browser.newBrowserCDPSession();
    await page.goto(`${server.resolvedUrls?.local[0]}#/playground`);
    await page.getByTestId('phase').getByText('Ready to train').waitFor({ timeout: patience });
    await report('at rest', page, session, () => page.waitForTimeout(3000));
    await page.getByRole('button', { name: 'Use my own …' }).click();
    await page.locator('input[type=file]').setInputFiles(path);
    const take = page.getByRole('button', { name: 'Import these rows' });
    await take.click();
    await page.waitForTimeout(cancelAt);
    const asked = performance.now();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await take.and(page.locator(':enabled')).waitFor();
    console.log(`cancelled within ${(performance.now() - asked).toFixed(0)} ms`);
    await report('read', page, session, async () => {
      await take.click();
      await take.waitFor({ state: 'detached', timeout: patience });
    });
    await report('sent on and stored', page, session, () => kept(page));
    await report('afterwards', page, session, () => page.waitForTimeout(afterwards));
    await lookThrough(page, session);
  } finally {
    await browser.close();
    await server.close();
  }
}
