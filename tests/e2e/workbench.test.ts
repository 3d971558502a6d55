import { readFile } from 'node:fs/promises';
import Papa from 'papaparse';
import type { Locator, Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { views } from '../../src/store/page/view.ts';
import { button, makeSmall, openSite, type Site, trainToEnd } from '../support/site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

/** What a button saves. */
async function saved(page: Page, save: Locator): Promise<Buffer> {
  const download = page.waitForEvent('download');
  await save.click();
  return readFile(await (await download).path());
}

/** A saved table, one record a row. */
async function savedTable(page: Page, save: Locator): Promise<Record<string, string>[]> {
  const text = (await saved(page, save)).toString('utf8');
  return Papa.parse<Record<string, string>>(text.replace('\ufeff', '').trim(), { header: true }).data;
}

/** The counts of the confusion matrix on the page. (C, C) */
const confusion = (page: Page): Promise<number[][]> =>
  page
    .getByRole('region', { name: 'Confusion matrix' })
    .getByRole('row')
    .evaluateAll((rows) =>
      rows.slice(1).map((row) => [...row.querySelectorAll('td')].map(({ textContent }) => Number(textContent))),
    );
const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0);
const right = (matrix: readonly number[][]) => sum(matrix.map((row, i) => row[i] ?? 0));

test('what the adapter fixed and broke is what the two confusion matrices differ in', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny' });
  await makeSmall(page);
  await trainToEnd(page);
  const flipped = page.getByRole('region', { name: 'Flipped by the adapter' });
  const told = async (name: RegExp) => Number(/\d+/.exec(await flipped.getByText(name).innerText())?.[0]);
  const [fixed, broken] = [await told(/^Fixed/), await told(/^Broken/)];
  const adapted = await confusion(page);
  await page.getByRole('region', { name: 'Confusion matrix' }).getByText('Frozen baseline').click();
  const baseline = await confusion(page);
  expect(sum(adapted.flat())).toBe(16);
  expect(sum(baseline.flat())).toBe(16);
  expect(fixed - broken).toBe(right(adapted) - right(baseline));

  const trainable = await savedTable(page, button(page, 'Trainable parameters as CSV'));
  const cost = await page.getByTestId('cost').innerText();
  expect(cost).toContain(`${trainable[0]?.Value} parameters train`);
  const memory = await savedTable(page, button(page, 'Memory as CSV'));
  const bytes = (part: string) => Number.parseFloat(memory.find((row) => row.Part === part)?.Value ?? '');
  expect(bytes('This run: Optimizer')).toBeGreaterThan(0);
  expect(bytes('This run: Optimizer')).toBeLessThan(bytes('Full, computed: Optimizer'));

  const losses = await savedTable(page, button(page, 'Loss as CSV'));
  const loss = losses.filter((row) => /^\d+$/.test(row.Step ?? ''));
  expect(losses.map((row) => row.Step)).toEqual(['1', '2', 'Epoch 1', 'Frozen baseline, same budget, epoch 1']);
  for (const row of loss) expect(Number(row['Each step'])).toBeGreaterThan(0);
  const picture = await saved(page, button(page, 'Loss as PNG'));
  expect(picture.subarray(1, 4).toString('latin1')).toBe('PNG');
  const frame = await page.getByRole('region', { name: 'Loss' }).boundingBox();
  // The whole figure with its legend and note, three pixels for each of the page's.
  const size = [picture.readUInt32BE(16), picture.readUInt32BE(20)];
  [frame?.width ?? 0, frame?.height ?? 0].forEach((pixels, i) => {
    expect(Math.abs((size[i] ?? 0) - 3 * pixels)).toBeLessThan(6);
  });
  // A figure that is no single drawing leaves as well.
  expect((await saved(page, button(page, 'Memory as PNG'))).length).toBeGreaterThan(10_000);

  await page.emulateMedia({ media: 'print' });
  expect(await page.getByRole('region', { name: 'Loss' }).isVisible()).toBe(true);
  expect(await page.getByRole('region', { name: 'Confusion matrix' }).isVisible()).toBe(true);
  expect(await page.getByRole('button', { name: 'Reset' }).isVisible()).toBe(false);
  expect(complaints).toEqual([]);
});

test('every method trains beside the others, and the table of runs leaves as a file', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny' });
  await makeSmall(page);
  await page.getByRole('tab', { name: 'Runs and sweeps' }).click();
  await button(page, 'All methods side by side').click();
  await button(page, 'Sweep').waitFor({ timeout: 200_000 });
  const runs = await savedTable(page, button(page, 'Table as CSV'));
  const done = runs.filter((run) => run.status === 'done');
  expect(done.map((run) => run.method).sort()).toEqual(
    ['bitfit', 'ffn-only', 'full', 'head-only', 'houlsby', 'lora', 'parallel', 'pfeiffer'].sort(),
  );
  const share = (method: string) => Number(done.find((run) => run.method === method)?.ratio_of_all);
  expect(share('head-only')).toBeLessThan(share('bitfit'));
  expect(share('ffn-only')).toBeLessThan(share('houlsby'));
  expect(share('houlsby')).toBeLessThan(share('full'));
  // On the same rows from the same seed, the frozen encoder does alike beside each of them.
  expect(new Set(done.map((run) => run.baseline_accuracy)).size).toBe(1);
  await expect
    .poll(() => page.getByRole('table', { name: 'Runs' }).getByRole('row').count())
    .toBeGreaterThanOrEqual(done.length + 1);
  expect(complaints).toEqual([]);
});

/** In the page: controls that can be pressed or filled in, each by its tag and name, in the order of the page. */
const controls = () =>
  [...document.querySelectorAll<HTMLElement>('a[href], button, input, select, textarea, [role=button], [role=slider]')]
    .filter((element) => {
      const disabled = element.matches(':disabled, [aria-disabled=true]') || element.closest('[inert]') !== null;
      // Of a group only the chosen one takes the focus; arrows lead to the others.
      const inGroup =
        (element instanceof HTMLInputElement && element.type === 'radio' && !element.checked) ||
        (element.getAttribute('role') === 'tab' && element.getAttribute('aria-selected') !== 'true');
      // A number's arrows stand beside its field, where the arrow keys do the same.
      const isArrow = element.dataset.direction !== undefined;
      return !disabled && !inGroup && !isArrow && element.checkVisibility({ visibilityProperty: true });
    })
    .map((element) => {
      element.dataset.seen ??= String(Math.random());
      return { seen: element.dataset.seen, text: element.outerHTML.slice(0, 160) };
    });

/** In the page: what is under way, changes of colour apart. */
const moving = () =>
  document
    .getAnimations()
    .map((animation) =>
      animation instanceof CSSTransition ? animation.transitionProperty : animation.constructor.name,
    )
    .filter((name) => !name.endsWith('color'));

test('Tab reaches every control of every view, and nothing moves for those who want it still', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny', reducedMotion: 'reduce' });
  await makeSmall(page);
  await expect.poll(() => button(page, 'Train').isEnabled()).toBe(true);
  await button(page, 'Train').press('Enter');
  await page.getByTestId('phase').getByText('Done').waitFor({ timeout: 120_000 });
  expect(await page.evaluate(moving)).toEqual([]);
  for (const view of views) {
    await page.evaluate((hash) => {
      location.hash = hash;
    }, `#/${view}`);
    await page.getByRole('main').getByRole('heading').first().waitFor();
    await page.waitForLoadState('networkidle');
    const all = await page.evaluate(controls);
    const reached = new Set<string>();
    for (let presses = 0; presses < 2 * all.length && reached.size < all.length; presses++) {
      await page.keyboard.press('Tab');
      reached.add(await page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset.seen ?? ''));
      reached.delete('');
    }
    expect(
      all.filter(({ seen }) => !reached.has(seen)).map(({ text }) => text),
      view,
    ).toEqual([]);
  }
  expect(complaints).toEqual([]);
});
