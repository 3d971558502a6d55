import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { button, makeSmall, openSite, type Site, trainToEnd } from '../support/site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

const progress = (page: Page) => page.getByTestId('progress').innerText();

/** A digit more in a number moves it by some 0.0001 of the page, a line that comes or goes whole panels by 0.1. */
const maxMoved = 0.01;

/** Notes how much of the page moves, as shares of it, from now on. */
const watchShifts = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const shifts: number[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.push((entry as PerformanceEntry & { value: number }).value);
    }).observe({ type: 'layout-shift' });
  });
const shifted = (page: Page): Promise<number> =>
  page.evaluate(() => (window as unknown as { shifts: number[] }).shifts.reduce((sum, shift) => sum + shift, 0));

test.each([1920, 1280, 390])('nothing jumps while a run trains, and once more, on a page %i wide', async (width) => {
  const { page, complaints } = await site.visit({
    encoder: 'tiny',
    viewport: { width, height: width > 1800 ? 1080 : 844 },
  });
  const part = async (name: string) => {
    if (width < 700) await page.getByText(name, { exact: true }).click();
  };
  await part('Set-up');
  await makeSmall(page, 3);
  await part('Training');
  await expect.poll(() => button(page, 'Train').isEnabled()).toBe(true);
  await page.waitForLoadState('networkidle');
  await watchShifts(page);
  await trainToEnd(page);
  const again = button(page, 'Train again');
  await again.waitFor();
  const progressed = await progress(page);
  await again.click();
  await expect.poll(() => progress(page)).not.toBe(progressed);
  await page.getByTestId('phase').getByText('Done').waitFor({ timeout: 60_000 });
  expect(await shifted(page)).toBeLessThan(maxMoved);
  await page.getByRole('tab', { name: 'Runs and sweeps' }).click();
  await page.getByText('Nothing: the same settings').waitFor();
  expect(complaints).toEqual([]);
});
