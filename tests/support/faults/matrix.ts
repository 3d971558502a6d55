import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import type { RunRecord } from '../../../src/store/runs/records.ts';
import { sitePaths } from '../build-site.ts';
import { keptWeights, faults as onTheSpot } from '../disturb.ts';
import { button, keptIn, openView, readyToTrain, serveSite } from '../site.ts';
import { openBrowser, removeProfile, siteIsKnown } from './own-browser.ts';
import { holdAt, isSweep, type StageName, setFull, type WorkerFault, watchWrites } from './stages.ts';

/** Every fault in every state of a run that no other test has: docs/reliability.md lists both. */

const timeout = 240_000;

/** A browser of its own for each run: what befalls one is not felt by the next. */
interface Place {
  context: BrowserContext;
  /** Opens the page in another tab. */
  another(): Promise<Page>;
  /** Kills the browser, and opens the page in another with the same profile. */
  again(): Promise<Page>;
}

async function inBrowser<T>(use: (place: Place) => Promise<T>): Promise<T> {
  const server = await serveSite();
  const home = new URL(`${sitePaths.tiny}/index.html`, server.resolvedUrls?.local[0]).href;
  const profile = mkdtempSync(join(tmpdir(), 'bottleneck-profile-'));
  let browser = await openBrowser(profile);
  const another = async () => {
    browser.context.setDefaultTimeout(timeout);
    const page = await browser.context.newPage();
    await page.goto(`${home}#/playground`);
    return page;
  };
  const again = async () => {
    await siteIsKnown(profile, new URL(home).origin);
    // What the page was told is written, the browser may still be about to write.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await browser.end('SIGKILL');
    browser = await openBrowser(profile);
    return another();
  };
  try {
    return await use({ context: browser.context, another, again });
  } finally {
    await browser.end();
    await removeProfile(profile);
    await server.close();
  }
}

type EngineName = 'WebGPU' | 'CPU (WebAssembly)';

/** Rows to train on and to test on: without a graphics card, WebGPU is slow. */
const rows = { WebGPU: ['80', '32'], 'CPU (WebAssembly)': ['96', '100'] } as const;

const showSweep = (page: Page) => page.getByRole('tab', { name: 'Runs and sweeps' }).click();

/** Starts a run of 3 epochs, or a sweep of three of them. */
async function start(page: Page, engine: EngineName, sweep: boolean): Promise<void> {
  await openView(page, 'This device');
  await page.getByText(engine, { exact: true }).first().click();
  await openView(page, 'Playground');
  await page.getByLabel('Training rows').fill(rows[engine][0]);
  await page.getByLabel('Test rows', { exact: true }).fill(rows[engine][1]);
  await page.getByLabel('Epochs').fill('3');
  await page.getByLabel('Epochs').blur();
  await readyToTrain(page);
  if (sweep) await showSweep(page);
  await button(page, sweep ? 'Sweep' : 'Train').click();
}

/** Waits until all runs have ended: a sweep's panel then offers another. */
async function end(page: Page, sweep: boolean): Promise<void> {
  if (sweep) await button(page, 'Sweep').waitFor();
  await page.getByTestId('phase').getByText('Done').waitFor();
}

interface Outcome {
  /** What `keptWeights` gives of each run, in no order. */
  weights: string[];
  /** What the runs came to, in the order that they began. */
  runs: { status: string; losses: number[] }[];
}

/** What is kept once so many runs' ends are. */
async function outcome(page: Page, count: number): Promise<Outcome> {
  const weights = async () => (await keptWeights(page)).split('\n').filter((line) => line !== '');
  await expect.poll(async () => (await weights()).length, { timeout: 60_000 }).toBe(count);
  const runs = (await keptIn<RunRecord>(page, 'runs')).sort((a, b) => a.startedAt - b.startedAt);
  const losses = ({ epochs }: RunRecord) => epochs.flatMap(({ trainLoss, test }) => [trainLoss, test?.loss ?? 0]);
  return { weights: await weights(), runs: runs.map((run) => ({ status: run.status, losses: losses(run) })) };
}

const undisturbed = new Map<string, Promise<Outcome>>();
function through(engine: EngineName, sweep: boolean): Promise<Outcome> {
  const name = `${engine} ${sweep}`;
  const known = undisturbed.get(name);
  if (known) return known;
  const made = inBrowser(async ({ context, another }) => {
    await watchWrites(context);
    const page = await another();
    await start(page, engine, sweep);
    await end(page, sweep);
    return outcome(page, sweep ? 3 : 1);
  });
  undisturbed.set(name, made);
  return made;
}

/** A run that is held where a fault is to befall it. */
interface Case extends Place {
  page: Page;
  stage: StageName;
  release(fault?: WorkerFault): Promise<void>;
}

/** What comes of a fault: the weights of runs that nothing disturbed, those of some, or numbers equal up to the last digits. */
type Promised = 'the same' | 'the same, save one' | 'nearly the same';

interface Fault {
  engine: EngineName;
  stages: readonly StageName[];
  /** @returns the page that goes on */
  befall(held: Case): Promise<Page>;
  /** The same, unless said. */
  promised?(stage: StageName): Promised;
}

const recovered = async ({ page }: Case): Promise<Page> => {
  await page.locator('[data-testid=recovery][data-stage=over]').waitFor({ timeout: 60_000 });
  return page;
};

/** Goes on with what an earlier visit left; a sweep by either of its two buttons. */
async function goOn(page: Page, stage: StageName, name = 'Go on'): Promise<Page> {
  await page.getByTestId('last-run').waitFor();
  if (isSweep(stage)) await showSweep(page);
  await button(page, name).click();
  return page;
}

const card: EngineName = 'WebGPU';
const processor: EngineName = 'CPU (WebAssembly)';
const everywhere = ['training', 'baseline', 'evaluating', 'saving', 'in a sweep'] as const;
const afterTraining = everywhere.slice(1);

const faults: Record<string, Fault> = {
  'the tab crashes': {
    engine: processor,
    stages: [...afterTraining, 'saving the end', 'between two runs of a sweep'],
    befall: async ({ page, context, another, stage }) => {
      const cdp = await context.newCDPSession(page);
      const crashed = page.waitForEvent('crash');
      void cdp.send('Page.crash').catch(() => undefined);
      await crashed;
      await page.close();
      const next = await goOn(await another(), stage);
      if (stage !== 'between two runs of a sweep') return next;
      // The one that had ended, but was not saved, is no more the sweep's.
      await next.getByTestId('phase').getByText('Done').waitFor();
      await button(next, 'Continue the sweep').click();
      return next;
    },
  },
  'the browser is killed': {
    engine: processor,
    stages: afterTraining,
    befall: async ({ again, stage }) => goOn(await again(), stage, isSweep(stage) ? 'Continue the sweep' : 'Go on'),
  },
  'the worker closes without a word': {
    engine: processor,
    stages: ['saving', 'saving the end', 'in a sweep', 'between two runs of a sweep'],
    befall: async (held) => {
      const { page, stage, release } = held;
      // Here it is not held, its page is.
      if (stage === 'saving the end') await onTheSpot['the worker closes without a word'](page);
      await release('close');
      return recovered(held);
    },
  },
  'the quota is full': {
    engine: processor,
    stages: [...everywhere, 'saving the end'],
    befall: async ({ page, stage, release }) => {
      await setFull(page, true);
      await release();
      const notice = page.getByTestId('not-kept');
      await notice.getByText("The disk or this site's quota is full").waitFor();
      await end(page, isSweep(stage));
      await setFull(page, false);
      // Whatever is written next is written with all that waits.
      if (!isSweep(stage)) await showSweep(page);
      await page
        .getByRole('button', { name: /^Actions for / })
        .first()
        .click();
      await page.getByRole('menuitem', { name: 'Pin' }).click();
      await expect.poll(() => notice.count(), { timeout: 60_000 }).toBe(0);
      return page;
    },
  },
  'the storage is deleted': {
    engine: processor,
    stages: [...everywhere, 'saving the end'],
    // The page no longer has the weights of the runs before.
    promised: (stage) => (isSweep(stage) ? 'the same, save one' : 'the same'),
    befall: async ({ page, context, release }) => {
      const cdp = await context.newCDPSession(page);
      const { origin } = new URL(page.url());
      await cdp.send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb' });
      await release();
      return page;
    },
  },
  'the network is gone': {
    engine: processor,
    stages: everywhere,
    befall: async ({ page, context, release }) => {
      await context.setOffline(true);
      await release();
      return page;
    },
  },
  'the device is destroyed': {
    engine: card,
    stages: ['saving', 'in a sweep'],
    befall: async (held) => {
      await held.release('destroy');
      return recovered(held);
    },
  },
  'the GPU process crashes': {
    engine: card,
    stages: afterTraining,
    befall: async (held) => {
      await onTheSpot['the GPU process crashes'](held.page);
      await held.release();
      return recovered(held);
    },
  },
  'the GPU process crashes twice': {
    engine: card,
    stages: everywhere,
    promised: () => 'nearly the same',
    befall: async (held) => {
      const { page } = held;
      await onTheSpot['the GPU process crashes'](page);
      await held.release();
      await recovered(held);
      await onTheSpot['the GPU process crashes'](page);
      await button(page, 'Try the graphics card again').waitFor();
      return page;
    },
  },
  'the memory is too small': {
    engine: card,
    stages: everywhere,
    // A sweep leaves the run out, and goes on with the next.
    promised: (stage) => (isSweep(stage) ? 'the same, save one' : 'nearly the same'),
    befall: async ({ page, stage, release }) => {
      await release('memory');
      if (!isSweep(stage)) await button(page, 'Train in smaller pieces').click();
      return page;
    },
  },
};

/**
 * Lets each fault befall runs in states where it can, and compares what they end in with what an undisturbed run ends in.
 * @param some the states that are tried of those where a fault can befall a run; `fault` counts from 0
 */
export function testMatrix(some: (stages: readonly StageName[], fault: number) => readonly StageName[]): void {
  describe.each(
    Object.entries(faults).map(([name, fault], i) => [name, { ...fault, stages: some(fault.stages, i) }] as const),
  )('%s', (_, { engine, stages, befall, promised = () => 'the same' }) => {
    test.each(stages)('%s', async (stage) => {
      const sweep = isSweep(stage);
      const expected = await through(engine, sweep);
      await inBrowser(async (place) => {
        const held = await holdAt(place.context, stage);
        const first = await place.another();
        await start(first, engine, sweep);
        await held.reached(first);
        const release = (fault: WorkerFault = 'go on') => held.release(first, fault);
        const page = await befall({ ...place, page: first, stage, release });
        await end(page, sweep);
        const promise = promised(stage);
        const missing = promise === 'the same, save one' ? 1 : 0;
        const { weights, runs } = await outcome(page, expected.weights.length - missing);
        expect(runs).toHaveLength(expected.runs.length);
        if (promise === 'the same') expect({ weights, runs }).toEqual(expected);
        else if (promise === 'the same, save one') expect(expected.weights).toEqual(expect.arrayContaining(weights));
        else
          for (const [i, { losses }] of runs.entries())
            for (const [j, loss] of losses.entries())
              expect(loss).toBeCloseTo(expected.runs[i]?.losses[j] ?? Number.NaN, 3);
      });
    });
  });
}
