import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeSmall, openSite, type Site, trainToEnd } from '../support/site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

test('the baseline is a curve beside the adapter’s, in both charts and their tables', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny' });
  await makeSmall(page, 2);
  await trainToEnd(page);
  for (const name of ['Loss', 'Accuracy']) {
    const chart = page.getByRole('region', { name, exact: true });
    await chart.getByText(/^Frozen baseline, same budget/).waitFor();
    await chart.getByText(/^Frozen baseline at its best/).waitFor();
    await chart.getByRole('button', { name: 'Table' }).click();
    // Over the same epochs as the run.
    await chart.getByRole('cell', { name: 'Frozen baseline, same budget, epoch 2' }).waitFor();
    expect(await chart.getByRole('cell', { name: 'Frozen baseline, same budget, epoch 3' }).count()).toBe(0);
  }
  expect(complaints).toEqual([]);
});

test('a block opens its numbers by keyboard and leads inside; effects can glow in place of gradients', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny' });
  const block = page.getByRole('button', { name: /^Layer 1: Attention/ });
  await makeSmall(page, 2);
  await trainToEnd(page);
  await block.press('Enter');
  const numbers = page.getByRole('dialog', { name: /^Layer 1: Attention/ });
  await numbers.getByText(/^2,\d+ of \d+,\d+ parameters train$/).waitFor();
  await numbers.getByRole('row', { name: 'attention.self.query.weight 64 × 64 4,096 Frozen' }).waitFor();
  await numbers.getByRole('row', { name: /adapter_down.0.weight 16 × 64 1,024 Trainable/ }).waitFor();
  expect(await numbers.getByText('not measured yet').count()).toBe(0);
  await page.keyboard.press('Escape');
  await numbers.waitFor({ state: 'hidden' });
  expect(await block.evaluate((element) => element === document.activeElement)).toBe(true);

  await page.getByText(/^Glow: norm of each adapter’s gradients.*Widest: \d/).waitFor();
  await page.getByText('Effect', { exact: true }).click();
  await page.getByText(/^Glow: how much each adapter adds.*Widest: [\d.]+%/).waitFor();

  await page.getByRole('button', { name: /^Head, / }).press('Enter');
  await page.getByRole('dialog', { name: /^Head/ }).getByRole('button', { name: 'See inside' }).click();
  await page.getByRole('region', { name: 'What each adapter adds' }).waitFor();
  expect(complaints).toEqual([]);
});

test('knobs lead to their lessons', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny' });
  await page.getByRole('link', { name: 'Lesson: What it costs' }).click();
  await page.getByRole('article', { name: 'What it costs' }).waitFor();
  await page.goBack();
  await page.getByRole('link', { name: 'Lesson: Why freeze?' }).click();
  await page.getByRole('article', { name: 'Why freeze?' }).waitFor();
  expect(complaints).toEqual([]);
});
