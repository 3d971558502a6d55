import { afterAll, beforeAll, expect, test } from 'vitest';
import { button, makeSmall, openSite, type Site } from '../support/site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

test('the inside view shows effects, attention, the map and one adapter’s numbers, before and after a batch', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny' });
  await makeSmall(page);
  // What the drawing's two colours are.
  const drawing = page.getByRole('figure').filter({ hasText: 'Adapter' });
  await drawing.getByText('Frozen', { exact: true }).waitFor();
  await drawing.getByText('Trainable', { exact: true }).waitFor();
  await page.getByRole('tab', { name: 'Inside' }).click();
  const effect = page.getByRole('region', { name: 'What each adapter adds' });
  await effect.waitFor();
  expect(await effect.getByRole('listitem').allInnerTexts()).toEqual(
    expect.arrayContaining([expect.stringMatching(/Layer 1, attention\s+0%\s+–/)]),
  );

  const numbers = page.getByRole('region', { name: /^Step through an adapter/ });
  await numbers.getByText('Up', { exact: true }).click();
  await numbers.getByText(/^\(64\) \[0\.0000, 0\.0000/).waitFor();
  // Warm-up gives the first step the rate 0: only the second moves a weight.
  for (const step of [1, 2]) {
    await button(page, 'Train one batch').click();
    await page.getByText(`step ${step} of 2`).waitFor();
  }
  await button(page, 'Look now').click();
  await numbers.getByText('Gradients', { exact: true }).click();
  await numbers.getByText(/^d adapter_up.weight/).waitFor();
  await numbers.getByText('backward_up').first().waitFor();

  await page.getByRole('region', { name: 'Map of test sentences' }).getByRole('button', { name: 'Table' }).click();
  expect(await page.getByRole('region', { name: 'Map of test sentences' }).getByRole('row').count()).toBe(17);
  const attention = page.getByRole('region', { name: 'Attention', exact: true });
  await attention.getByText('Difference').click();
  await attention.getByRole('img', { name: 'Attention' }).waitFor();
  expect(complaints).toEqual([]);
});
