import { afterAll, beforeAll, expect, test } from 'vitest';
import { button, makeSmall, openSite, type Site } from '../support/site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

test('each word’s push is shown on both sides, and a word that is pressed is covered until it is pressed again', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny' });
  await makeSmall(page);
  await button(page, 'Train').click();
  await page.getByTestId('phase').getByText('Done').waitFor({ timeout: 60_000 });
  await page.getByLabel('A sentence').fill('who won the cup?');
  await button(page, 'Which words pushed the answer?').click();
  const words = page.getByTestId('words');
  const list = words.getByRole('list', { name: 'Words and their push' }).getByRole('button');
  // The question mark is no word.
  await expect.poll(() => list.count()).toBe(4);
  const points = '[+−]?\\d+(\\.\\d)?';
  const won = words.getByRole('button', {
    name: new RegExp(`^won: with adapter ${points} points, frozen baseline ${points} points$`),
  });
  await won.waitFor();
  const sides = () => words.locator('b').allInnerTexts();
  const whole = await sides();
  expect(whole).toHaveLength(2);
  const pushed = await won.getAttribute('aria-label');

  await won.click();
  expect(await won.getAttribute('aria-pressed')).toBe('true');
  await button(page, 'Uncover all').waitFor();
  await won.click();
  expect(await won.getAttribute('aria-pressed')).toBe('false');
  await expect.poll(sides).toEqual(whole);
  await expect.poll(() => won.getAttribute('aria-label')).toBe(pushed);
  expect(complaints).toEqual([]);
});

test('the map keeps its moments, which can be chosen and played', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny', reducedMotion: 'reduce' });
  await makeSmall(page, 2);
  await page.getByRole('tab', { name: 'Inside' }).click();
  const map = page.getByRole('region', { name: 'Map of test sentences' });
  await map.getByText('After epoch 0').waitFor();
  await button(page, 'Train').click();
  await map.getByText(/After epoch 2 · \d+ answered otherwise than before/).waitFor({ timeout: 60_000 });
  await map.getByRole('slider').press('Home');
  await map.getByText('After epoch 0').waitFor();
  await map.getByRole('button', { name: 'Play' }).click();
  await map.getByText('After epoch 2').waitFor();
  await map.getByRole('button', { name: 'Play' }).waitFor();
  expect(complaints).toEqual([]);
});
