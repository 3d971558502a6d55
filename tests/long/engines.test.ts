import { afterAll, beforeAll, expect, test } from 'vitest';
import { button, openSite, type Site } from '../support/site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

test('both engines are compared on this device, and either can be chosen', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny' });
  await page.getByText('236,480 parameters, frozen').waitFor();
  await page
    .getByRole('tab', { name: 'This device' })
    .or(page.getByText('This device', { exact: true }))
    .first()
    .click();
  await page.getByText('several times slower').waitFor();
  await button(page, 'Compare both engines').click();
  const difference = page.getByText('Largest difference of a loss (relative)');
  await difference.waitFor({ timeout: 120_000 });
  expect(await page.getByText(/base .* ms, adapted .* ms/).count()).toBe(2);
  expect(await page.getByRole('alert').count()).toBe(0);

  await page.getByText('WebGPU', { exact: true }).first().click();
  await page.getByText('This engine trains because it was chosen.').waitFor();
  await page.getByText('WebGPU on the processor').first().waitFor();

  // The processor trains again, by itself and by choice: the page says which.
  const choice = page.getByRole('radiogroup', { name: 'Engine' });
  await choice.getByText('Automatic').click();
  await page.getByText('several times slower').waitFor();
  await choice.getByText('CPU (WebAssembly)').click();
  await page.getByText('This engine trains because it was chosen.').waitFor();
  expect(complaints).toEqual([]);
});
