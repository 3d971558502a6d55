import { readFileSync } from 'node:fs';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { builtInTask } from '../../src/data/built-in/tasks.ts';
import { firstRun } from '../../src/store/page/state.ts';
import { taskName } from '../../src/training/run.ts';
import { readCode } from '../support/qr-code.ts';
import { button, makeSmall, openSite, readyToTrain, type Site, trainToEnd } from '../support/site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole('combobox', { name: label }).click();
  await page.getByRole('option', { name: option }).click();
}

const access = (page: Page, part: string, wanted: string) =>
  page.getByRole('radiogroup', { name: part }).getByText(wanted, { exact: true }).click();

/** Opens the hand-in, and saves its file. */
async function handIn(page: Page, name: string): Promise<{ name: string; buffer: Buffer }> {
  await button(page, 'Share').click();
  await page.getByRole('tab', { name: 'Hand in' }).click();
  await page.getByLabel('Your name').fill(name);
  const download = page.waitForEvent('download');
  await page.getByTestId('save-hand-in').click();
  const file = await download;
  return { name: file.suggestedFilename(), buffer: readFileSync(await file.path()) };
}

test('a teacher’s link, three learners with different settings, and their hand-ins side by side', async () => {
  const teacher = await site.visit({ encoder: 'tiny' });
  const { page } = teacher;
  await makeSmall(page, 2);
  await button(page, 'Share').click();
  await choose(page, 'The link opens', 'Why freeze?');
  await choose(page, 'Language', 'English');
  await access(page, 'Encoder', 'Locked');
  await access(page, 'Task', 'Locked');
  await page.getByLabel('Locked by').fill('Ms Rivera');
  const link = await page.getByLabel('Link', { exact: true }).inputValue();
  expect(await readCode(page.getByRole('img', { name: 'The link as a QR code' }))).toBe(link);
  await page.keyboard.press('Escape');
  const address = new URL(link).search;

  // One does the lesson that the link opens, in its language, and hands a link in.
  const first = await site.visit({ encoder: 'tiny', locale: 'zh-CN', address, deviceScaleFactor: 3 });
  await first.page.getByRole('article', { name: 'Why freeze?' }).waitFor();
  await first.page.getByText('Ms Rivera has locked what cannot be changed here (Encoder, Task)').waitFor();
  await first.page.getByRole('slider', { name: 'Predict' }).press('End');
  await button(first.page, 'My prediction stands').click();
  await button(first.page, 'Set up and run').click();
  await first.page.getByTestId('compare').waitFor({ timeout: 120_000 });
  const measured = await first.page.getByTestId('measured').innerText();
  await first.page.getByLabel('In one sentence').fill('The encoder knows enough.');
  await button(first.page, 'Keep my sentence').click();
  await button(first.page, 'Hand in …').click();
  const handed = first.page.getByLabel(/^Or a link/);
  await handed.waitFor();
  const handedLink = await handed.inputValue();
  // A head alone is small enough for a QR code.
  expect(await readCode(first.page.getByRole('img', { name: 'The link as a QR code' }))).toBe(handedLink);

  expect(first.complaints).toEqual([]);
  await first.page.close();

  // Two use the workbench, where the link's locks hold.
  const files: { name: string; buffer: Buffer }[] = [];
  for (const [name, rate] of [
    ['Grace', '0.004'],
    ['Kofi', '0.008'],
  ] as const) {
    const learner = await site.visit({ encoder: 'tiny', address: `${address}#/playground` });
    await readyToTrain(learner.page);
    expect(await learner.page.getByLabel('Training rows').isDisabled()).toBe(true);
    await learner.page.getByLabel('Learning rate').fill(rate);
    await learner.page.getByLabel('Learning rate').blur();
    await trainToEnd(learner.page);
    files.push(await handIn(learner.page, name));
    expect(learner.complaints).toEqual([]);
    await learner.page.close();
  }
  expect(files.map(({ name }) => name)).toEqual(['bottleneck-hand-in-Grace.json', 'bottleneck-hand-in-Kofi.json']);

  // The teacher's page takes what is sound, and names the rest.
  await page.goto(`${page.url().split('#')[0]}#/class`);
  const damaged = Buffer.from(files[0]?.buffer.subarray(0, 2000) ?? []);
  const all = [
    ...files,
    { name: 'cut off.json', buffer: damaged },
    { name: 'photo.png', buffer: Buffer.from('\x89PNG') },
  ];
  await page
    .getByLabel('Choose files')
    .setInputFiles(all.map((file) => ({ ...file, mimeType: 'application/octet-stream' })));
  await page.getByText('2 could not be read').waitFor();
  expect(await page.getByRole('alert').innerText()).toMatch(/cut off\.json: This is no hand-in.*photo\.png: This is/s);
  await page.getByLabel('Or paste links').fill(`${handedLink}\n${handedLink.slice(0, -50)}`);
  await button(page, 'Take the links').click();
  await page.getByText('3 could not be read').waitFor();
  await page.getByText('3 hand-ins', { exact: true }).waitFor();

  const grid = page.getByTestId('class-grid');
  const one = grid.getByRole('row', { name: 'Learner 3' });
  expect(await one.innerText()).toMatch(/explained\s+100%\s+/);
  expect(await one.innerText()).toContain(measured);
  expect(await one.innerText()).toContain('The encoder knows enough.');
  expect(await grid.innerText()).not.toContain('Grace');
  await page.getByLabel('Show names').click();
  await grid.getByRole('row', { name: /Grace.*rate 0\.004/ }).waitFor();
  await grid.getByRole('row', { name: /Kofi.*rate 0\.008/ }).waitFor();

  // Everybody on test rows of their task, then on rows that the teacher alone has.
  const board = page.getByTestId('leaderboard');
  await expect.poll(() => board.getByText(/% on 300 rows$/).count(), { timeout: 120_000 }).toBe(3);
  const average = page.getByTestId('class-average');
  await average.getByText(/^Mean of 2 adapters .*% on 300 rows$/).waitFor();
  expect(await average.innerText()).toMatch(/Learner 3 is left out: it differs in task, method, bottleneck, classes\./);
  const { labels } = builtInTask(taskName(firstRun));
  const rows = labels.flatMap((label) =>
    [`a question about ${label}`, `what is ${label}?`].map((text) => `${text},${label}`),
  );
  await page.getByLabel('Choose rows').setInputFiles({
    name: 'mine.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(['text,label', ...rows].join('\n')),
  });
  await expect.poll(() => board.getByText(`% on ${rows.length} rows`).count(), { timeout: 60_000 }).toBe(2);
  await average.getByText(`% on ${rows.length} rows`).waitFor();
  // The lesson's head tells other classes apart.
  await board.getByText('It does not know the class').waitFor();
  expect(teacher.complaints).toEqual([]);
});
