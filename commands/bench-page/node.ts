/** npm run bench-page */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium, type Page } from 'playwright';
import { build, preview } from 'vite';
import { chromiumArgs, ensureChromium } from '../support/chromium.ts';
import { makeSwitchable, measureSaving } from './saving.ts';

const usage = `Usage: npm run bench-page -- [--history N] [--seconds N] [--idle | --engine | --start | --saving]

Measures the built page while it is told of training: a history of N steps (10,000), then reports of 20 steps five times a
second, with the charts open. The engine is left out, so that the processor is the page's. Prints the main thread's tasks
over 50 ms and the time between frames. --idle measures the same page without reports, as what this machine can do.
--engine lets the real worker train instead, on the processors that the page draws with.
--start measures the page as it is, engine and all: how long it takes to open, first with an empty cache and then again, and
from Train to the first step.
--saving lets the real worker train, with and without saving the run's state on the way by turns of N seconds, and prints the
share of the time that saving takes.`;

const { values } = parseArgs({
  options: {
    history: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '15' },
    idle: { type: 'boolean', default: false },
    engine: { type: 'boolean', default: false },
    start: { type: 'boolean', default: false },
    saving: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const reportsPerSecond = 5;
const stepsPerReport = 20;
/** Milliseconds of a frame at 60 a second; a frame half as late again was missed. */
const frame = 1000 / 60;
/** Milliseconds after which a page that has opened is idle. */
const settling = 2000;
/** Milliseconds from which on a task counts as long, as in the page's bars. */
const longTask = 50;

interface Measured {
  /** Durations of tasks over 50 ms. */
  tasks: number[];
  /** Times between two frames. */
  frames: number[];
}

/** Measures the page's main thread for some milliseconds. */
const watch = (page: Page, milliseconds: number): Promise<Measured> =>
  page.evaluate(
    (duration) =>
      new Promise<Measured>((resolve) => {
        const measured: Measured = { tasks: [], frames: [] };
        const observer = new PerformanceObserver((list) => {
          measured.tasks.push(...list.getEntries().map((entry) => entry.duration));
        });
        observer.observe({ entryTypes: ['longtask'] });
        const began = performance.now();
        let last = began;
        const tick = (now: number) => {
          measured.frames.push(now - last);
          last = now;
          if (now - began < duration) return requestAnimationFrame(tick);
          observer.disconnect();
          return resolve(measured);
        };
        requestAnimationFrame(tick);
      }),
    milliseconds,
  );

const quantile = (values: readonly number[], share: number) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))] ?? 0;

function print({ tasks, frames }: Measured, seconds: number): void {
  const ms = (value: number) => `${value.toFixed(1)} ms`;
  const lines = [
    [
      'tasks over 50 ms',
      `${tasks.length} in ${seconds} s${tasks.length > 0 ? `, longest ${ms(Math.max(...tasks))}` : ''}`,
    ],
    // Of all reports, the longest task each: those without one count as short.
    ['95th percentile of the longest task a report', tasksPerReport(tasks, seconds)],
    ['frames', `${(frames.length / seconds).toFixed(1)} a second`],
    [
      'between frames',
      `median ${ms(quantile(frames, 0.5))}, p95 ${ms(quantile(frames, 0.95))}, longest ${ms(Math.max(...frames))}`,
    ],
    ['frames missed', `${((100 * frames.filter((time) => time > 1.5 * frame).length) / frames.length).toFixed(1)} %`],
  ];
  for (const [name = '', value] of lines) console.log(`${name.padEnd(46)} ${value}`);
}

function tasksPerReport(tasks: readonly number[], seconds: number): string {
  const reports = reportsPerSecond * seconds;
  const all = [...tasks, ...new Array<number>(Math.max(0, reports - tasks.length)).fill(0)];
  const value = quantile(all, 0.95);
  return value < longTask ? 'under 50 ms' : `${value.toFixed(1)} ms`;
}

/** The script of the worker that reports a history, in one piece. */
async function standIn(history: number, reports: number): Promise<string> {
  const entry = fileURLToPath(new URL('history-worker.ts', import.meta.url));
  const built = await build({
    configFile: false,
    logLevel: 'error',
    define: { HISTORY: String(history), REPORTS: String(reports), STEPS: String(stepsPerReport) },
    build: { write: false, lib: { entry, formats: ['es'], fileName: 'worker' } },
  });
  const [output] = Array.isArray(built) ? built : [built];
  if (!output || !('output' in output)) throw new Error(`${entry} was not built.`);
  return output.output[0].code;
}

/** Opens the built page in a browser. */
async function withPage(use: (page: Page, address: string) => Promise<void>): Promise<void> {
  const outDir = 'node_modules/.bench-page';
  await build({ logLevel: 'error', build: { outDir, emptyOutDir: true } });
  const server = await preview({ logLevel: 'error', build: { outDir }, preview: { port: 0, host: '127.0.0.1' } });
  const browser = await chromium.launch({ args: chromiumArgs, executablePath: ensureChromium() });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'en-US' });
    // tsx names functions with a helper that the page lacks.
    await page.addInitScript('globalThis.__name = (named) => named');
    // Who was here before comes to the workbench.
    await page.addInitScript("localStorage.setItem('bottleneck.visited', 'yes')");
    await use(page, server.resolvedUrls?.local[0] ?? '');
  } finally {
    await browser.close();
    await server.close();
  }
}

/** In the page: whether it shows more steps than so many. */
const isPast = (steps: number) =>
  Number(/step (\d+)/.exec(document.querySelector('[data-testid=progress]')?.textContent ?? '')?.[1]) > steps;

async function measureDrawing(
  page: Page,
  address: string,
  history: number,
  seconds: number,
  idle: boolean,
): Promise<void> {
  const body = await standIn(history, reportsPerSecond * (seconds + 5));
  // With the headers of the real one: without them an isolated page starts no worker.
  await page.route('**/trainer.worker*', async (route) => route.fulfill({ response: await route.fetch(), body }));
  await page.goto(address);
  const train = page.getByRole('button', { name: 'Train', exact: true });
  await train.waitFor();
  await page.getByRole('region', { name: 'Loss' }).waitFor();
  if (!idle) {
    await train.click();
    await page.waitForFunction(isPast, history);
  }
  await page.waitForTimeout(1000);
  print(await watch(page, 1000 * seconds), seconds);
}

async function measureTraining(page: Page, address: string, seconds: number): Promise<void> {
  await page.goto(address);
  await opened(page);
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await page.waitForFunction(isPast, 10);
  print(await watch(page, 1000 * seconds), seconds);
}

/** Pairs of turns, with saving and without. */
const savingRounds = 6;

async function measureSavingWhile(page: Page, address: string, seconds: number): Promise<void> {
  await makeSwitchable(page);
  await page.goto(address);
  await opened(page);
  // Long epochs, and as many as it takes; small steps, of which a turn has many.
  await page.getByLabel('Training rows').fill('6000');
  await page.getByLabel('Batch size').fill('2');
  await page.getByLabel('Epochs').fill('40');
  await page.getByLabel('Epochs').blur();
  await opened(page);
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  // The rows are cut into tokens first.
  await page.waitForFunction(isPast, 10, { timeout: 180_000 });
  await measureSaving(page, savingRounds, seconds);
}

/** In the page: milliseconds since navigation began, once a run can be trained; null before that. */
const readyAfter = () =>
  [...document.querySelectorAll('button')].some(({ textContent, disabled }) => textContent === 'Train' && !disabled)
    ? performance.now()
    : null;

async function opened(page: Page): Promise<number> {
  const time = await page.waitForFunction(readyAfter, undefined, { polling: 'raf' });
  return Number(await time.jsonValue());
}

async function measureStart(page: Page, address: string): Promise<void> {
  await page.goto(address);
  const times: [string, number][] = [['ready with an empty cache', await opened(page)]];
  for (const again of ['opened again', 'and again']) {
    // Work that the page still does once it is ready must not slow its next start.
    await page.waitForTimeout(settling);
    await page.reload();
    times.push([again, await opened(page)]);
  }
  const began = performance.now();
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await page.waitForFunction(isPast, 0, { polling: 'raf' });
  times.push(['from Train to the first step', performance.now() - began]);
  for (const [name, time] of times) console.log(`${name.padEnd(46)} ${(time / 1000).toFixed(2)} s`);
}

if (values.help) console.log(usage);
else if (values.start) await withPage(measureStart);
else if (values.saving) await withPage((page, address) => measureSavingWhile(page, address, Number(values.seconds)));
else if (values.engine) await withPage((page, address) => measureTraining(page, address, Number(values.seconds)));
else {
  const { history, seconds, idle } = values;
  await withPage((page, address) => measureDrawing(page, address, Number(history), Number(seconds), idle));
}
