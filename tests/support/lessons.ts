import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RunRecord } from '../../src/store/runs/records.ts';
import { testScoresOf } from '../../src/training/records/standing.ts';
import { button, keptIn, openSite, readyToTrain, type Site, type Visit } from './site.ts';

/** Each lesson's experiment, run as the lesson says, with the built-in encoder: its claim must show, with room to spare. */

/** Milliseconds that a run may take on a processor. */
const patience = 900_000;

/** The runs of this browser, oldest first. */
const keptRuns = async (page: Page): Promise<RunRecord[]> =>
  (await keptIn<RunRecord>(page, 'runs')).sort((a, b) => a.startedAt - b.startedAt);

async function openLesson(page: Page, title: string): Promise<void> {
  await page.goto(`${page.url().split('#')[0]}#/lessons`);
  await page.getByRole('navigation', { name: 'Lessons' }).getByRole('button', { name: title }).click();
  await page.getByRole('article', { name: title }).waitFor();
}

async function setUp(page: Page, what: string): Promise<void> {
  await button(page, `Set up: ${what}`).click();
  await readyToTrain(page);
}

/** Trains what a lesson's button sets up, and gives its record. */
async function trained(page: Page, what: string): Promise<RunRecord> {
  await setUp(page, what);
  const before = (await keptRuns(page)).length;
  await button(page, 'Train').click();
  await page.getByTestId('phase').getByText('Done').waitFor({ timeout: patience });
  await expect.poll(async () => (await keptRuns(page)).slice(before).at(-1)?.status).toBe('done');
  const record = (await keptRuns(page)).at(-1);
  if (!record) throw new Error('the run was not kept');
  return record;
}

/** Test accuracy, in percent. */
function accuracyOf(record: RunRecord | undefined): number {
  const scores = record && testScoresOf(record);
  if (!scores) throw new Error('the run has no scores');
  return 100 * scores.accuracy;
}

/** The median of the step times of a run's second half. */
function stepTimeOf({ steps }: RunRecord): number {
  const times = steps.slice(steps.length / 2).map(({ milliseconds }) => milliseconds);
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}

/** The probabilities of the run being trained, in percent, with the adapters at a strength from 0 to 1.5. */
async function probabilitiesAt(page: Page, strength: number): Promise<number[]> {
  const slider = page.getByRole('slider', { name: 'Adapter strength' });
  await slider.press('Home');
  for (let i = 0; i < Math.round(strength / 0.05); i++) await slider.press('ArrowRight');
  // The answer follows the slider a moment later.
  await page.waitForTimeout(3000);
  const numbers = page.getByTestId('probabilities').locator('[data-bar=adapted] + span');
  return (await numbers.allInnerTexts()).map((text) => Number.parseFloat(text));
}

interface Lesson {
  claim: string;
  run: (page: Page) => Promise<void>;
}

const lessons = {
  1: {
    claim: 'the head alone is the frozen baseline',
    run: async (page) => {
      await openLesson(page, 'Why freeze?');
      const record = await trained(page, 'head only');
      const baseline = record.baselines?.sameBudget?.test?.accuracy ?? Number.NaN;
      expect(accuracyOf(record).toFixed(1)).toBe((100 * baseline).toFixed(1));
      // Four classes: guessing gives a quarter.
      expect(accuracyOf(record)).toBeGreaterThan(60);
    },
  },
  3: {
    claim: 'adapters that begin at nothing move the answer after twenty steps',
    run: async (page) => {
      await openLesson(page, 'The identity at the start');
      await setUp(page, 'Houlsby adapters');
      await page.getByTestId('probabilities').waitFor();
      const before = [await probabilitiesAt(page, 0), await probabilitiesAt(page, 1.5)];
      expect(before[1]).toEqual(before[0]);
      for (let i = 1; i <= 2; i++) {
        await button(page, '10 steps').click();
        await page.getByText(`step ${10 * i} of`).waitFor({ timeout: patience });
        await page.getByTestId('phase').getByText('Paused').waitFor();
      }
      const [without, strong] = [await probabilitiesAt(page, 0), await probabilitiesAt(page, 1.5)];
      const moved = without.map((share, i) => Math.abs(share - (strong[i] ?? Number.NaN)));
      expect(Math.max(...moved)).toBeGreaterThan(5);
    },
  },
  4: {
    claim: 'where adapters stand matters, and the last layer alone is quickest',
    run: async (page) => {
      await openLesson(page, 'Where adapters stand');
      const last = await trained(page, 'adapters in the last layer');
      const first = await trained(page, 'adapters in the first layer');
      const all = await trained(page, 'adapters in all layers');
      expect(accuracyOf(all) - accuracyOf(last)).toBeGreaterThan(10);
      expect(accuracyOf(first) - accuracyOf(last)).toBeGreaterThan(10);
      expect(Math.abs(accuracyOf(all) - accuracyOf(first))).toBeLessThan(5);
      expect(stepTimeOf(last)).toBeLessThan(0.8 * stepTimeOf(first));
    },
  },
  5: {
    claim: 'from bottleneck to bottleneck the gain gets smaller',
    run: async (page) => {
      await openLesson(page, 'Parameters against quality');
      await readyToTrain(page);
      await button(page, 'Train all of them, one after another').click();
      const done = async () => (await keptRuns(page)).filter(({ status }) => status === 'done');
      await expect.poll(async () => (await done()).length, { timeout: 4 * patience, interval: 2000 }).toBe(4);
      const [one, four, sixteen, sixtyFour] = (await done()).map(accuracyOf) as [number, number, number, number];
      expect(sixteen - one).toBeGreaterThan(5);
      expect(four - one).toBeGreaterThan(sixtyFour - sixteen + 1);
      expect(sixtyFour - sixteen).toBeLessThan(4);
    },
  },
  6: {
    claim: 'adapters save gradients and optimizer state, and some time',
    run: async (page) => {
      await openLesson(page, 'What it costs');
      const full = await trained(page, 'full fine-tuning, one epoch');
      const adapters = await trained(page, 'Houlsby adapters, one epoch');
      // Weights apart, gradients and two moments follow the trained parameters.
      expect(adapters.counts.trainable).toBeLessThan(0.05 * full.counts.trainable);
      expect(adapters.memoryBytes).toBeLessThan(0.7 * full.memoryBytes);
      expect(stepTimeOf(adapters)).toBeLessThan(0.95 * stepTimeOf(full));
    },
  },
} satisfies Record<number, Lesson>;

/** The lessons that have an experiment with a claim in numbers. */
const allLessons = [1, 3, 4, 5, 6] as const;

/** @param engine as the page calls it */
export function testLessons(engine: 'CPU (WebAssembly)' | 'WebGPU'): void {
  describe(`on ${engine}`, () => {
    let site: Site;
    let visit: Visit;
    beforeAll(async () => {
      site = await openSite();
    });
    afterAll(() => site.close());
    beforeEach(async () => {
      visit = await site.visit();
      const { page } = visit;
      await page.goto(`${page.url()}#/device`);
      await page.getByRole('radiogroup').getByText(engine, { exact: true }).click();
      await page.getByText('This engine trains because it was chosen.').waitFor({ timeout: 60_000 });
    });
    afterEach(async () => {
      expect(visit.complaints).toEqual([]);
      await visit.page.context().close();
    });

    for (const number of allLessons) {
      const { claim, run } = lessons[number];
      test(`lesson ${number}: ${claim}`, () => run(visit.page));
    }
  });
}
