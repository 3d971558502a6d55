import { readFileSync } from 'node:fs';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { button, openSite, readyToTrain, type Site, trainToEnd } from '../support/site.ts';

/** Rows that have not one class each, from a messy file to the same predictions elsewhere. */

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

interface Upload {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

const upload = (name: string, text: string): Upload => ({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });

const nouns = ['food', 'day', 'time', 'place'];
const noun = (i: number) => nouns[i % nouns.length] ?? '';

/** Semicolons between columns, commas between labels, labels spelt in two ways, a row without labels, half a JSON list. */
const several = [
  'text;labels',
  ...Array.from({ length: 48 }, (_, i) => {
    const labels = [
      ...(i % 4 === 0 ? [i === 4 ? 'Food' : 'food'] : []),
      ...(i % 2 === 0 ? ['even'] : []),
      ...(i % 3 ? ['three'] : []),
    ];
    return `the ${noun(i)} and the ${noun(i * 3)} of ${i};${labels.join(', ')}`;
  }),
  'a row that is damaged;["food"',
].join('\n');

/** Decimal commas in nearly all cells, words in one. */
const numbers = [
  'sentence\tscore',
  ...Array.from({ length: 40 }, (_, i) => `the ${noun(i)} was ${i % 5 ? 'good' : 'bad'}\t${i % 4},${25 + i}`),
  'no number at all\tnone',
].join('\n');

/** A word and its tag a line, one word without a tag in a sentence of its own: a list of tags that is too short. */
const tagged = [
  ...Array.from({ length: 40 }, (_, i) =>
    JSON.stringify({
      tokens: ['the', noun(i), 'is', 'good', '.'],
      ner_tags: ['O', 'B-THING', 'O', 'O', 'O'].slice(0, i === 9 ? 4 : 5),
    }),
  ),
].join('\n');

/** Doccano's form: a text and spans of its characters, one cut short, one beyond the text, and in a row of its own no span at all. */
const spans = Array.from({ length: 41 }, (_, i) => {
  const text = `😀 the ${noun(i)} is good.`;
  const end = 6 + noun(i).length;
  const faults: Record<number, unknown[]> = {
    9: [[6, end - 1, 'THING']],
    12: [
      [6, end, 'THING'],
      [90, 99, 'THING'],
    ],
    40: [[6]],
  };
  return JSON.stringify({ id: i, text, label: faults[i] ?? [[6, end, 'THING']] });
}).join('\n');

async function importRows(page: Page, file: Upload, kind: string): Promise<void> {
  await button(page, 'Use my own …').click();
  await page.locator('input[type=file]').setInputFiles(file);
  await expect.poll(() => page.getByLabel('What is the answer?').locator('option:checked').innerText()).toBe(kind);
  await button(page, 'Import these rows').click();
}

/** Closes the dialog that is open: one that has just come may not hear the key yet. */
const closeDialog = (page: Page) =>
  expect
    .poll(async () => {
      await page.keyboard.press('Escape');
      return page.getByRole('dialog').count();
    })
    .toBe(0);

async function trainBriefly(page: Page, epochs = 2): Promise<void> {
  await page.getByLabel('Epochs').fill(String(epochs));
  await page.getByLabel('Epochs').blur();
  await trainToEnd(page);
}

/** Downloads one archive of the run. */
async function download(page: Page, format: string): Promise<Upload> {
  await button(page, 'Export').click();
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: `Download: ${format}` }).click(),
  ]);
  const buffer = readFileSync(await saved.path());
  await page.keyboard.press('Escape');
  return { name: saved.suggestedFilename(), mimeType: 'application/zip', buffer };
}

async function bringIn(page: Page, archive: Upload): Promise<void> {
  await button(page, 'Import an adapter or a run').click();
  await page.getByRole('dialog').locator('input[type=file]').first().setInputFiles(archive);
}

/** What is answered to a sentence: to another one first, so that no older answer is read. */
async function answerTo(page: Page, sentence: string, read: () => Promise<string>): Promise<string> {
  const box = page.getByRole('textbox', { name: 'A sentence' });
  let answer = await read();
  for (const text of ['time', sentence]) {
    const before = answer;
    await box.fill(text);
    await expect.poll(read, { timeout: 30_000 }).not.toBe(before);
    answer = await read();
  }
  return answer;
}

/** Waits until a sentence is answered as it was elsewhere: an adapter that is still coming answers otherwise until then. */
async function answersTo(page: Page, sentence: string, read: () => Promise<string>, expected: string): Promise<void> {
  await page.getByRole('textbox', { name: 'A sentence' }).fill(sentence);
  await expect.poll(read, { timeout: 60_000 }).toBe(expected);
}

const bars = (page: Page) => async () => {
  const rows = await page
    .getByTestId('probability')
    .evaluateAll((all) =>
      all.map((row) => [
        row.querySelector('span')?.title ?? '',
        Number.parseFloat(row.querySelector<HTMLElement>('[data-bar=adapted]')?.style.width ?? '').toFixed(3),
      ]),
    );
  return JSON.stringify(rows.sort());
};
const number = (page: Page) => async () =>
  (await page.locator('[data-testid=said-number] [data-side=adapted]').allInnerTexts()).join();
const words = (page: Page) => () =>
  page
    .locator('[data-testid=tagged] ul[data-side=adapted] li')
    .evaluateAll((all) =>
      JSON.stringify(all.map((word) => [word.getAttribute('title'), word.getAttribute('data-tag')])),
    );

/** The adapter and the bundle of a run give the same answers in other browsers; a link's run asks for rows of its kind. */
async function sameElsewhere(
  page: Page,
  { sentence, reader }: { sentence: string; reader: (page: Page) => () => Promise<string> },
): Promise<void> {
  const trained = await answerTo(page, sentence, reader(page));
  const result = await page.getByTestId('result').innerText();
  const [adapter, bundle] = [await download(page, 'AdapterHub folder'), await download(page, 'Run bundle')];

  const other = await site.visit({ encoder: 'tiny' });
  await readyToTrain(other.page);
  await bringIn(other.page, adapter);
  await button(other.page, 'Save it under Adapters and try it').click();
  await answersTo(other.page, sentence, reader(other.page), trained);

  const third = await site.visit({ encoder: 'tiny' });
  await readyToTrain(third.page);
  await bringIn(third.page, bundle);
  await button(third.page, 'Go on with this run').click();
  await third.page.getByTestId('phase').getByText('Done').waitFor({ timeout: 60_000 });
  expect(await third.page.getByTestId('result').innerText()).toBe(result);
  await answersTo(third.page, sentence, reader(third.page), trained);
  expect([...other.complaints, ...third.complaints]).toEqual([]);
}

test('several labels: a messy file is mended, trained on, read at another threshold, and answers the same elsewhere', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny' });
  await importRows(page, upload('several.csv', several), 'Several labels');
  await page.getByText('several.csv line 50: column labels holds “["food"”').waitFor();
  await button(page, 'Leave such rows out, and import').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('1 row was left out').waitFor();
  await dialog.getByText('Labels that differ only in spelling: 1').waitFor();
  await button(page, 'Fix: use the usual spelling').click();
  await dialog.getByText('Labels that differ only in spelling').waitFor({ state: 'detached' });
  await closeDialog(page);
  await page.getByText('3 labels, any number of them a row').waitFor();
  await trainBriefly(page);

  await page.getByTestId('result').getByText('Micro-F1').waitFor({ state: 'attached' });
  const threshold = page.getByTestId('threshold');
  const before = await threshold.innerText();
  await threshold.getByRole('slider').press('Home');
  await expect.poll(() => threshold.innerText()).toContain('5%');
  expect(await threshold.innerText()).not.toBe(before);
  // Everything is given: nothing that is there is missed.
  expect(await threshold.getByRole('row', { name: /^All \(micro\)/ }).innerText()).toContain('100%');
  await expect.poll(() => page.locator('[data-testid=probability][data-given=true]').count()).toBe(3);
  await page.getByRole('tab', { name: 'Runs and sweeps' }).click();
  await page
    .getByRole('table', { name: 'Runs' })
    .getByText(/Micro-F1/)
    .waitFor();
  await sameElsewhere(page, { sentence: 'the food and the day of 8', reader: bars });
  expect(complaints).toEqual([]);
});

test('numbers: commas are read at a press, the scatter is drawn, and another browser answers the same number', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny' });
  await importRows(page, upload('numbers.tsv', numbers), 'A number');
  expect(await page.getByLabel('Decimals are written with').inputValue()).toBe(',');
  await page.getByText('numbers.tsv line 42: column score holds “none”, not a number.').waitFor();
  await page.getByLabel('Decimals are written with').selectOption('.');
  await button(page, 'Import these rows').click();
  await page.getByText('Write it with a point.').waitFor();
  await button(page, 'Read commas as decimal points, and import').click();
  await page.getByText('holds “none”').waitFor();
  await button(page, 'Leave such rows out, and import').click();
  await page.getByRole('dialog').getByText('1 row was left out').waitFor();
  await closeDialog(page);
  await page.getByText('a number each').waitFor();
  await trainBriefly(page);
  await page.getByTestId('result').getByText('Pearson’s r').waitFor({ state: 'attached' });
  await page.getByTestId('scatter').getByText('Frozen baseline').first().waitFor();
  await sameElsewhere(page, { sentence: 'the food was good', reader: number });
  expect(complaints).toEqual([]);
});

test('words: a list of tags that is too short is named, words are coloured, and tagged the same elsewhere', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny' });
  await importRows(page, upload('words.jsonl', tagged), 'A tag for each word');
  await page.getByText('words.jsonl line 10: column tokens has 5 words, column ner_tags has 4 tags.').waitFor();
  await button(page, 'Leave such rows out, and import').click();
  await page.getByRole('dialog').getByText('1 row was left out').waitFor();
  await closeDialog(page);
  await page.getByText('2 tags').waitFor();
  await trainBriefly(page, 6);
  await page.getByTestId('result').getByText('Words right').waitFor({ state: 'attached' });
  await page.getByTestId('measure-entityF1').waitFor();
  await page.getByRole('heading', { name: 'Confusion by tag' }).waitFor();
  const sentence = 'the place is good .';
  await sameElsewhere(page, { sentence, reader: words });
  expect(complaints).toEqual([]);
});

test('spans of characters: faults are named and mended, and the words are coloured', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny' });
  await importRows(page, upload('spans.jsonl', spans), 'A tag for each word');
  expect(await page.getByLabel('The tags are').inputValue()).toBe('code-points');
  expect(await page.getByLabel('Spans', { exact: true }).inputValue()).toBe('label');
  await page
    .getByText(/spans\.jsonl line 10: column label: the span 6 to \d+ \(THING\) cuts through the word/)
    .waitFor();
  await button(page, 'Mend such spans, and import').click();
  await page.getByText('spans.jsonl line 41: column label holds “[6]”, which is no span').waitFor();
  await button(page, 'Leave such rows out, and import').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('1 row was left out').waitFor();
  await dialog.getByText('2 spans were widened to whole words or left out.').waitFor();
  await closeDialog(page);
  await page.getByText('2 tags').waitFor();
  await trainBriefly(page, 30);
  await page.getByTestId('measure-entityF1').waitFor();
  const tagged = JSON.parse(await answerTo(page, 'the place is good .', words(page))) as string[][];
  expect(tagged.map(([title]) => title?.split(':')[0])).toEqual(['the', 'place', 'is', 'good', '.']);
  expect(tagged[1]?.[1]).toBe('B-THING');
  expect(complaints).toEqual([]);
});

test('the built-in task of words is chosen, trained on, and colours a sentence by its parts of speech', async () => {
  const { page, complaints } = await site.visit();
  await readyToTrain(page);
  await page.getByRole('combobox', { name: 'Classification task' }).click();
  await page.getByRole('option', { name: 'The part of speech of each word' }).click();
  await page.getByText('10 tags').waitFor();
  await page.getByLabel('Training rows').fill('160');
  await page.getByLabel('Test rows', { exact: true }).fill('40');
  await trainBriefly(page, 3);
  await page.getByTestId('result').getByText('Words right').waitFor({ state: 'attached' });
  await page.getByRole('heading', { name: 'Confusion by tag' }).waitFor();
  // These tags name no entities.
  expect(await page.getByTestId('measure-entityF1').count()).toBe(0);
  await page.getByRole('textbox', { name: 'A sentence' }).fill('the house');
  const said = page.locator('[data-testid=tagged] ul[data-side=adapted] li');
  const tags = () => said.evaluateAll((all) => all.map((word) => word.getAttribute('data-tag')));
  await expect.poll(tags, { timeout: 30_000 }).toEqual(['determiner', 'noun']);
  expect(await said.evaluateAll((all) => all.every((word) => word.getAttribute('data-tagged') === 'true'))).toBe(true);
  await button(page, 'Another test sentence').click();
  await page.getByText(/^Its tags: /).waitFor();
  expect(complaints).toEqual([]);
});
