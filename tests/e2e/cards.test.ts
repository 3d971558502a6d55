import { afterAll, beforeAll, expect, test } from 'vitest';
import { button, openSite, type Site } from '../support/site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

const colours = ['red', 'blue', 'green', 'grey', 'white', 'black', 'brown', 'dark'];

test('two cards with pasted lines are trained on, answer a new sentence, train again when lines change, and are kept', async () => {
  const { page, complaints } = await site.visit({ firstVisit: true });
  await page.getByRole('link', { name: 'Teach it classes of your own' }).first().click();
  await page.getByLabel('Name of card 1').fill('Boat');
  await page
    .getByLabel('Examples of card 1')
    .fill(colours.map((one) => `The ${one} ship sails on the sea.`).join('\n'));
  await page.getByLabel('Name of card 2').fill('Court');
  await page.getByLabel('Examples of card 2').fill('The judge reads the law.');
  await page.getByTestId('cards-status').getByText('Card 2 needs at least 3 lines.').waitFor();
  expect(await page.getByTestId('teach-cards').isDisabled()).toBe(true);
  await page
    .getByLabel('Examples of card 2')
    .fill(colours.map((one) => `The judge in ${one} reads the law.`).join('\n'));
  await page.getByTestId('teach-cards').click();
  const done = page.getByTestId('cards-status').getByText('Done.');
  await done.waitFor({ timeout: 120_000 });
  await page.getByTestId('cards-result').getByText('lines that were kept aside').waitFor();

  // A sentence that is under none of the cards.
  const answer = async () => {
    const shares = await page.getByTestId('start-class').evaluateAll((all) =>
      all.map((one) => ({
        name: one.firstElementChild?.textContent ?? '',
        share: Number(
          /scaleX\((.*)\)/.exec(one.querySelector<HTMLElement>('[data-bar=adapted]')?.style.transform ?? '')?.[1] ?? 0,
        ),
      })),
    );
    return shares.sort((a, b) => b.share - a.share)[0]?.name;
  };
  const ask = page.getByLabel('Which card is this line from?');
  await ask.fill('A law for every judge.');
  await expect.poll(answer).toBe('Court');
  await ask.fill('We sailed a small ship across the sea.');
  await expect.poll(answer).toBe('Boat');

  // A further line is learnt unasked, and the question stays.
  await page.getByLabel('Examples of card 1').press('End');
  await page
    .getByLabel('Examples of card 1')
    .fill(`${await page.getByLabel('Examples of card 1').inputValue()}\nA ship with two sails.`);
  await page.getByTestId('cards-status').getByText('The lines have changed').waitFor();
  await page
    .getByTestId('cards-status')
    .getByText(/Learning|Getting ready/)
    .waitFor({ timeout: 60_000 });
  await done.waitFor({ timeout: 120_000 });
  expect(await ask.inputValue()).toBe('We sailed a small ship across the sea.');

  await page.reload();
  await expect.poll(() => page.getByLabel('Examples of card 1').inputValue()).toContain('A ship with two sails.');
  expect(complaints).toEqual([]);
});

test('a line under two cards is told of by itself, and mended at a press; the import leads to the cards', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny' });
  await button(page, 'Use my own …').click();
  await page.getByRole('link', { name: 'Or type lines under named cards' }).click();
  await page.getByLabel('Examples of card 2').fill(['The gold is mine.', 'A', 'B', 'C', 'D', 'D', ' '].join('\n'));
  await page.getByTestId('teach-cards').click();
  await page.getByText('Repeated rows: 1').waitFor({ timeout: 60_000 });
  await page.getByTestId('cards-status').getByText('Done.').waitFor({ timeout: 120_000 });
  await button(page, 'Fix: keep each once').click();
  await expect.poll(() => page.getByLabel('Examples of card 2').inputValue()).toBe('The gold is mine.\nA\nB\nC\nD');
  expect(complaints).toEqual([]);
});
