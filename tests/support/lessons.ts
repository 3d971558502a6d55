import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { LessonId } from '../../src/store/lessons/origin.ts';
import type { LessonsState } from '../../src/store/lessons/state.ts';
import type { RunRecord } from '../../src/store/runs/records.ts';
import type { Expected, ExpectedFile, ExpectedNumber } from '../../src/store/teaching/expected.ts';
import { scoresOf } from '../../src/training/records/records.ts';
import { testScoresOf } from '../../src/training/records/standing.ts';
import { measureOf } from '../../src/training/scores/measures.ts';
import { button, keptIn, openSite, type Site, type Visit } from './site.ts';

/** Each lesson's experiment, run as the lesson says, with the built-in encoder: its claim must show, with room to spare. */

/** Milliseconds that a run may take on a processor. */
const patience = 900_000;

/** The runs of this browser, oldest first. */
const keptRuns = async (page: Page): Promise<RunRecord[]> =>
  (await keptIn<RunRecord>(page, 'runs')).sort((a, b) => a.startedAt - b.startedAt);

/** What the lessons keep, as it is written. */
const keptNote = async (page: Page) =>
  (await keptIn<Partial<LessonsState>>(page, 'notes')).find((note) => note?.predicted !== undefined);

/** Opens a lesson and makes its prediction: the most, the first of the outcomes, or a curve at the top. */
async function predictIn(page: Page, title: string): Promise<void> {
  await page.goto(`${page.url().split('#')[0]}#/lessons`);
  const list = page.getByRole('navigation', { name: 'Lessons' });
  await list.getByRole('button', { name: 'All lessons' }).click();
  await list.getByRole('button', { name: title }).click();
  await page.getByRole('article', { name: title }).waitFor();
  const slider = page.getByRole('slider', { name: 'Predict', exact: true });
  const points = page.getByTestId('draw').getByRole('slider');
  if (await slider.isVisible()) await slider.press('End');
  else if ((await points.count()) > 0) for (const point of await points.all()) await point.press('End');
  else await page.getByRole('radio').first().check();
  expect(await button(page, 'Set up and run').isEnabled()).toBe(false);
  await button(page, 'My prediction stands').click();
}

/** Runs a lesson's experiment at one press, to its end, and gives the records of its runs in their order. */
async function runExperiment(page: Page, title: string): Promise<RunRecord[]> {
  await predictIn(page, title);
  await button(page, 'Set up and run').click();
  await page.getByTestId('compare').waitFor({ timeout: 4 * patience });
  await expect.poll(async () => (await keptRuns(page)).every(({ status }) => status === 'done')).toBe(true);
  return await keptRuns(page);
}

/** What teachers are told to expect: src/store/teaching/expected.json. `npm run test:long` with RECORD_LESSONS=yes writes it anew. */
const expectedFile = 'src/store/teaching/expected.json';

/** Points of accuracy that a machine's rounding may move a run by. */
const drift = 3;

/** Holds the recorded numbers of a lesson's runs against those just measured, or records these. */
function holdExpected(id: LessonId, measured: Expected): void {
  const all = (existsSync(expectedFile) ? JSON.parse(readFileSync(expectedFile, 'utf8')) : {}) as ExpectedFile;
  if (process.env.RECORD_LESSONS) {
    writeFileSync(expectedFile, `${JSON.stringify({ ...all, [id]: measured }, null, 2)}\n`);
    return;
  }
  const told = all[id];
  expect(Object.keys(told?.numbers ?? {})).toEqual(Object.keys(measured.numbers));
  for (const [name, { value, unit }] of Object.entries(measured.numbers)) {
    const recorded = told?.numbers[name];
    expect(recorded?.unit, name).toBe(unit);
    // Ratios of times are of a machine: the claims themselves hold them.
    if (unit !== 'ratio') expect(Math.abs((recorded?.value ?? Number.NaN) - value), name).toBeLessThan(drift);
  }
}

/** Rounded as it is written. */
const rounded = (value: number) => Math.round(10 * value) / 10;
const percent = (value: number): ExpectedNumber => ({ value: rounded(value), unit: 'percent' });
const points = (value: number): ExpectedNumber => ({ value: rounded(value), unit: 'points' });
const ratio = (value: number): ExpectedNumber => ({ value: Math.round(100 * value) / 100, unit: 'ratio' });

/** What the page says was measured, as a number. */
const measured = async (page: Page): Promise<number> =>
  Number.parseFloat(((await page.getByTestId('measured').textContent()) ?? '').replace('−', '-'));

/** Test accuracy, in percent. */
function accuracyOf(record: RunRecord | undefined): number {
  const scores = record && testScoresOf(record);
  if (!scores) throw new Error('the run has no scores');
  return 100 * (measureOf('single-label', scores) ?? Number.NaN);
}

/** Accuracy after each epoch, in percent. */
const accuraciesOf = (record: RunRecord | undefined): number[] =>
  (record?.epochs ?? []).map((epoch) => 100 * (measureOf('single-label', scoresOf(epoch)) ?? Number.NaN));

/** The curve drawn at the top is in the chart, and its distance said: of a measured course, what each point lacks to 100. */
async function expectDrawn(page: Page, course: readonly number[]): Promise<void> {
  const distance = course.reduce((sum, value) => sum + 100 - value, 0) / course.length;
  for (const place of ['distance', 'drawn-distance']) {
    const words = (await page.getByTestId(place).textContent()) ?? '';
    expect(words).toContain('Your curve lies above the measured one');
    expect(Number.parseFloat(words.replace(/^[^\d]*/, ''))).toBeCloseTo(distance, 0);
  }
  await page.locator('.recharts-legend-wrapper').getByText('Your drawing').first().waitFor();
}

/** The median of the step times of a run's second half. */
function stepTimeOf(record: RunRecord | undefined): number {
  const steps = record?.steps ?? [];
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
      const [record] = await runExperiment(page, 'Why freeze?');
      const baseline = measureOf('single-label', record?.baselines?.sameBudget?.test ?? null) ?? Number.NaN;
      expect(accuracyOf(record).toFixed(1)).toBe((100 * baseline).toFixed(1));
      // Four classes: guessing gives a quarter.
      expect(accuracyOf(record)).toBeGreaterThan(60);
      expect(await measured(page)).toBeCloseTo(accuracyOf(record), 1);
      holdExpected('freeze', { numbers: { headOnly: percent(accuracyOf(record)), baseline: percent(baseline * 100) } });
    },
  },
  2: {
    claim: 'a bottleneck of 2 brings a part of what 32 brings, and 32 brings more',
    run: async (page) => {
      const [narrow, wide] = await runExperiment(page, 'The bottleneck');
      const frozen = 100 * (measureOf('single-label', wide?.baselines?.best.test ?? null) ?? Number.NaN);
      const times = (wide?.counts.trainable ?? 0) / (narrow?.counts.trainable ?? 1);
      expect(times).toBeGreaterThan(8);
      expect(times).toBeLessThan(14);
      const [small, large] = [accuracyOf(narrow) - frozen, accuracyOf(wide) - frozen];
      expect(large).toBeGreaterThan(5);
      expect(small).toBeGreaterThan(0.1 * large);
      expect(small).toBeLessThan(0.7 * large);
      await expectDrawn(page, accuraciesOf(narrow));
      holdExpected('bottleneck', {
        numbers: {
          narrow: percent(accuracyOf(narrow)),
          wide: percent(accuracyOf(wide)),
          baseline: percent(frozen),
          gain: points(accuracyOf(wide) - accuracyOf(narrow)),
        },
      });
    },
  },
  3: {
    claim: 'adapters that begin at nothing move the answer after twenty steps',
    run: async (page) => {
      await predictIn(page, 'The identity at the start');
      await button(page, 'Set up and run').click();
      await page.getByTestId('compare').waitFor({ timeout: patience });
      await page.getByText('step 20 of').first().waitFor();
      const [found] = (await keptNote(page))?.identity ?? [];
      expect(found).toMatchObject({ steps: 20, before: 0 });
      expect(found?.after).toBeGreaterThan(0.05);
      // The slider says the same.
      const [without, strong] = [await probabilitiesAt(page, 0), await probabilitiesAt(page, 1.5)];
      const moved = without.map((share, i) => Math.abs(share - (strong[i] ?? Number.NaN)));
      expect(Math.max(...moved)).toBeGreaterThan(5);
      expect(Math.abs(Math.max(...moved) - (await measured(page)))).toBeLessThan(2);
      holdExpected('identity', { numbers: { before: points(0), after: points(100 * (found?.after ?? Number.NaN)) } });
    },
  },
  4: {
    claim: 'where adapters are matters, and the last layer alone is quickest',
    run: async (page) => {
      const [last, first, all] = await runExperiment(page, 'Where adapters go');
      expect(accuracyOf(all) - accuracyOf(last)).toBeGreaterThan(5);
      // More than what counts as alike.
      expect(accuracyOf(first) - accuracyOf(last)).toBeGreaterThan(3);
      expect(Math.abs(accuracyOf(all) - accuracyOf(first))).toBeLessThan(5);
      expect(stepTimeOf(last)).toBeLessThan(0.8 * stepTimeOf(first));
      expect(await page.getByTestId('measured').textContent()).toBe('The first layer');
      holdExpected('places', {
        numbers: {
          lastLayer: percent(accuracyOf(last)),
          firstLayer: percent(accuracyOf(first)),
          allLayers: percent(accuracyOf(all)),
          stepTime: ratio(stepTimeOf(last) / stepTimeOf(first)),
        },
      });
    },
  },
  5: {
    claim: 'up to a bottleneck of 16 more room brings more, and little from there on',
    run: async (page) => {
      const records = await runExperiment(page, 'Parameters and accuracy');
      const [one, four, sixteen, sixtyFour] = records.map(accuracyOf) as [number, number, number, number];
      expect(sixteen - one).toBeGreaterThan(5);
      expect(sixteen - four).toBeGreaterThan(2);
      expect(Math.abs(sixtyFour - sixteen)).toBeLessThan(4);
      expect(await measured(page)).toBeCloseTo(sixtyFour - sixteen, 1);
      holdExpected('quality', {
        numbers: {
          bottleneck1: percent(one),
          bottleneck4: percent(four),
          bottleneck16: percent(sixteen),
          bottleneck64: percent(sixtyFour),
          gain: points(sixtyFour - sixteen),
        },
      });
    },
  },
  6: {
    claim: 'adapters save gradients and optimizer state, and some time',
    run: async (page) => {
      const [full, adapters] = await runExperiment(page, 'What it costs');
      if (!full || !adapters) throw new Error('a run is missing');
      // Weights apart, gradients and two moments follow the trained parameters.
      expect(adapters.counts.trainable).toBeLessThan(0.05 * full.counts.trainable);
      expect(adapters.memoryBytes).toBeLessThan(0.7 * full.memoryBytes);
      expect(stepTimeOf(adapters)).toBeLessThan(0.95 * stepTimeOf(full));
      expect(await measured(page)).toBeCloseTo((100 * adapters.memoryBytes) / full.memoryBytes, 1);
      holdExpected('cost', {
        numbers: {
          memory: percent((100 * adapters.memoryBytes) / full.memoryBytes),
          trainable: percent((100 * adapters.counts.trainable) / full.counts.trainable),
          stepTime: ratio(stepTimeOf(adapters) / stepTimeOf(full)),
        },
      });
    },
  },
  7: {
    claim: 'full fine-tuning forgets the first task, adapters keep it bit for bit',
    run: async (page) => {
      await predictIn(page, 'Forgetting');
      await button(page, 'Set up and run').click();
      await page.getByTestId('compare').waitFor({ timeout: 2 * patience });
      const [found] = (await keptNote(page))?.forgetting ?? [];
      if (!found) throw new Error('nothing was measured');
      expect(found.untouched).toBe(true);
      expect(found.adapters.after).toBe(found.adapters.before);
      expect(found.full.before - found.full.after).toBeGreaterThan(0.1);
      const { course = [] } = found;
      expect(course).toHaveLength(9);
      expect([course[4], course[8]]).toEqual([100 * found.full.before, 100 * found.full.after]);
      await expectDrawn(page, course);
      holdExpected('forgetting', {
        numbers: {
          fullBefore: percent(100 * found.full.before),
          fullAfter: percent(100 * found.full.after),
          adapters: percent(100 * found.adapters.before),
          lost: points(100 * (found.full.before - found.full.after)),
        },
      });
    },
  },
} satisfies Record<number, Lesson>;

/** The lessons, by their numbers on the page. */
const allLessons = [1, 2, 3, 4, 5, 6, 7] as const;

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
