import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { button, keptIn, makeSmall, openSite, pauseAtFirstStep, type Site, trainToEnd } from '../support/site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

/** A run that is still under way whenever the test looks: 16 epochs of 20 steps. */
async function makeLong(page: Page): Promise<void> {
  await makeSmall(page, 16);
  await page.getByLabel('Training rows').fill('320');
  await page.getByLabel('Training rows').blur();
}

interface Kept {
  status: string;
  epochs: { epoch: number; trainLoss: number; test: object }[];
  baseline: object[];
}

/** What the browser keeps of its only run, once it is done. */
async function keptAtTheEnd(page: Page): Promise<Kept> {
  await page.getByTestId('phase').getByText('Done').waitFor({ timeout: 120_000 });
  await expect.poll(async () => (await keptIn<Kept>(page, 'runs')).map(({ status }) => status)).toEqual(['done']);
  const [run] = await keptIn<Kept>(page, 'runs');
  if (!run) throw new Error('no run is kept');
  return run;
}

test('a run that a reload ends is asked about, offered again, and comes to the numbers of one that ran through', async () => {
  const whole = await site.visit({ encoder: 'tiny' });
  await makeLong(whole.page);
  await button(whole.page, 'Train').click();
  const through = await keptAtTheEnd(whole.page);
  await whole.page.context().close();

  const { page, complaints } = await site.visit({ encoder: 'tiny' });
  const asked: string[] = [];
  page.on('dialog', async (dialog) => {
    asked.push(dialog.type());
    await dialog.accept();
  });
  await makeLong(page);
  await button(page, 'Train').click();
  await expect
    .poll(
      async () =>
        (await keptIn<{ state: { epochs: number } }>(page, 'states'))
          .map(({ state }) => state.epochs)
          .sort()
          .at(-1),
      {
        timeout: 60_000,
      },
    )
    .toBeGreaterThan(1);
  await page.reload();
  expect(asked).toEqual(['beforeunload']);
  const notice = page.getByTestId('last-run');
  expect(await notice.innerText()).toMatch(/stopped in epoch \d+ of 16\. It is kept up to step \d+ of 320/);
  await button(page, 'Go on').click();
  const continued = await keptAtTheEnd(page);
  expect(continued.epochs).toHaveLength(16);
  expect(continued.epochs).toEqual(through.epochs);
  expect(continued.baseline).toEqual(through.baseline);

  // One arrow key on the slider puts a paused run aside; it can be brought back.
  await makeSmall(page, 30);
  await expect.poll(() => button(page, 'Train').isEnabled()).toBe(true);
  const pausing = pauseAtFirstStep(page);
  await button(page, 'Train').click();
  await pausing;
  const step = await page.getByTestId('progress').innerText();
  const slider = page.getByRole('slider', { name: 'Bottleneck dimension' });
  await slider.focus();
  await slider.press('Home');
  await button(page, 'Bring it back').click();
  await page.getByTestId('phase').getByText('Paused').waitFor();
  expect((await page.getByTestId('progress').innerText()).split(' · ')[1]).toBe(step.split(' · ')[1]);

  // A run that has ended is offered, too, and leaving it needs no question.
  await makeSmall(page);
  await expect.poll(() => button(page, 'Train').isEnabled()).toBe(true);
  await trainToEnd(page);
  const result = await page.getByTestId('result').innerText();
  await expect
    .poll(async () => (await keptIn<{ state: { step: number } }>(page, 'states')).map(({ state }) => state.step))
    .toContain(2);
  await page.reload();
  expect(asked).toHaveLength(1);
  await button(page, 'Show it again').click();
  await page.getByTestId('phase').getByText('Done').waitFor();
  expect(await page.getByTestId('result').innerText()).toBe(result);
  expect(complaints).toEqual([]);
});

const csv = [
  'sentence,kind',
  ...Array.from({ length: 24 }, (_, i) => (i % 2 ? `a leaf of ${i},plant` : `a dog of ${i},animal`)),
];

test('a link to a run on own rows asks for the file, or brings the rows', async () => {
  const file = { name: 'mine.csv', mimeType: 'text/csv', buffer: Buffer.from(csv.join('\n')) };
  const { page } = await site.visit({ encoder: 'tiny' });
  await button(page, 'Use my own …').click();
  await page.locator('input[type=file]').setInputFiles(file);
  await button(page, 'Import these rows').click();
  await button(page, 'Share').click();
  await page.getByText(/mine\.csv \(24 rows\)/).waitFor();
  const link = () =>
    page
      .getByLabel('Link', { exact: true })
      .inputValue()
      .then((text) => new URL(text));
  const plain = await link();
  await page.getByLabel(/^Put the rows into the link/).check();
  const whole = await link();

  const asks = await site.visit({ encoder: 'tiny', address: plain.search + plain.hash });
  const question = asks.page.getByTestId('missing-rows');
  expect(await question.innerText()).toMatch(/mine\.csv: 24 rows.*“sentence”.*“kind”/);
  expect(await asks.page.getByText('Something went wrong').count()).toBe(0);
  await button(asks.page, 'Choose the file …').click();
  await asks.page.locator('input[type=file]').setInputFiles(file);
  await button(asks.page, 'Import these rows').click();
  await expect.poll(() => button(asks.page, 'Train').isEnabled()).toBe(true);
  expect(await question.count()).toBe(0);
  expect(await asks.page.getByTestId('other-rows').count()).toBe(0);

  const brings = await site.visit({ encoder: 'tiny', address: whole.search + whole.hash });
  await expect.poll(() => button(brings.page, 'Train').isEnabled()).toBe(true);
  await brings.page
    .getByText(/19 .*5 /)
    .first()
    .waitFor();
  expect([...asks.complaints, ...brings.complaints]).toEqual([]);
});
