import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { firstRun } from '../../src/store/page/state.ts';
import type { RunRecord } from '../../src/store/runs/records.ts';
import { linkTo } from '../../src/store/share/link.ts';
import { measureOf } from '../../src/training/scores/measures.ts';
import { keptIn, openSite, openView, readyToTrain, type Site } from '../support/site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

const teach = (page: Page) => page.getByTestId('teach');
const isOpen = (page: Page, view: string) =>
  page.locator(`nav a[href="#/${view}"][aria-current="page"]`).waitFor({ timeout: 30_000 });
/** The widths of the bars with adapters, as they are set. */
const bars = (page: Page) =>
  page
    .getByTestId('start-class')
    .locator('[data-bar=adapted]')
    .evaluateAll((all) => all.map((bar) => (bar as HTMLElement).style.transform));
const percent = (share: number) => share.toLocaleString('en-US', { style: 'percent', maximumSignificantDigits: 3 });

test('a first visit opens the first minute; one button trains it, and its end names what was measured', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny', firstVisit: true });
  await isOpen(page, 'start');
  // The sentence and its bars are there before anything is pressed.
  await expect.poll(async () => (await bars(page)).length).toBe(4);
  const before = await bars(page);
  expect(await page.getByTestId('tokens').getAttribute('data-moving')).toBe('false');
  await teach(page).click();
  await page.getByTestId('start-status').getByText('Done').waitFor({ timeout: 120_000 });
  await expect.poll(() => bars(page)).not.toEqual(before);
  await expect.poll(() => page.locator('[data-testid=start-class] [data-bar=base]').count()).toBe(4);

  const said = await page.getByTestId('learnt').innerText();
  const [kept] = await keptIn<RunRecord>(page, 'runs');
  const [ours, theirs] = [kept?.final?.test, kept?.baselines?.best.test].map(
    (scores) => measureOf('single-label', scores ?? null) ?? -1,
  ) as [number, number];
  expect(said).toContain(`It now answers ${percent(ours)} of 160 unseen examples correctly`);
  expect(said).toContain(`${percent(theirs)}.`);
  const trained = Number(/learnt ([\d,]+) numbers/.exec(said)?.[1]?.replaceAll(',', ''));
  expect(trained).toBeGreaterThan(1000);
  expect(said).toContain(`a file of ${(trained / 250).toLocaleString('en-US', { maximumSignificantDigits: 3 })} kB`);
  expect(await page.title()).toContain('Done');

  // One's own sentence is answered where it is written.
  const answered = await bars(page);
  await page.getByLabel('An example that it does not train on').fill('run quickly towards something');
  await expect.poll(() => bars(page)).not.toEqual(answered);
  expect(complaints).toEqual([]);
});

test('tokens and gradients move while it trains, not where a person wants no motion', async () => {
  const { page } = await site.visit({ encoder: 'tiny', firstVisit: true });
  const { page: still } = await site.visit({ encoder: 'tiny', firstVisit: true, reducedMotion: 'reduce' });
  for (const [shown, moves] of [
    [page, true],
    [still, false],
  ] as const) {
    await shown.getByTestId('start-class').first().waitFor();
    // A tiny encoder is quick: the drawing is looked at as soon as it changes.
    const seen = shown.evaluate(
      () =>
        new Promise<{ moving: boolean; displayed: boolean }>((resolve) => {
          const look = () => {
            const tokens = document.querySelector('[data-testid=tokens][data-moving=true]');
            const dot = tokens?.querySelector('circle');
            if (!dot) return;
            watcher.disconnect();
            resolve({ moving: true, displayed: getComputedStyle(dot).display !== 'none' });
          };
          const watcher = new MutationObserver(look);
          watcher.observe(document.body, { childList: true, subtree: true, attributes: true });
        }),
    );
    await teach(shown).click();
    expect(await seen).toEqual({ moving: true, displayed: moves });
  }
});

test('the workbench is one click away, and comes first at the next visit', async () => {
  const { page } = await site.visit({ encoder: 'tiny', firstVisit: true });
  await isOpen(page, 'start');
  await page.reload();
  await isOpen(page, 'start');
  await page.getByRole('link', { name: 'Open the workbench' }).click();
  await isOpen(page, 'playground');
  const home = page.url().split('#')[0] ?? '';
  await page.goto('about:blank');
  await page.goto(home);
  await isOpen(page, 'playground');
  await readyToTrain(page);
  await openView(page, 'Start');
  await teach(page).waitFor();
});

test.each([
  [
    'a run',
    `?${linkTo({ ...firstRun, data: { task: 'sms_spam', limit: 32, testLimit: 16 } }, { lock: false, hide: [] }, 'http://x/').split('?')[1]}`,
    'playground',
  ],
  ['a locked run', `?${linkTo(firstRun, { lock: true, hide: ['compare'] }, 'http://x/').split('?')[1]}`, 'playground'],
  ['a view', '#/lessons', 'lessons'],
])('a link with %s goes straight there', async (_, address, view) => {
  const { page } = await site.visit({ encoder: 'tiny', firstVisit: true, address });
  await isOpen(page, view);
});

test('on a phone nothing is wider than the window, and the whole path is drawn', async () => {
  const { page } = await site.visit({ encoder: 'tiny', firstVisit: true, viewport: { width: 390, height: 844 } });
  const head = page.getByRole('button', { name: /^Head, / });
  await head.waitFor();
  const { x = 999, width = 0 } = (await head.boundingBox()) ?? {};
  expect(x + width).toBeLessThanOrEqual(390);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});
