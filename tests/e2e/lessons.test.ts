import { readFileSync } from 'node:fs';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { termIds } from '../../src/store/glossary/terms.ts';
import { lessonIds } from '../../src/store/lessons/origin.ts';
import type { RunRecord } from '../../src/store/runs/records.ts';
import { measureOf } from '../../src/training/scores/measures.ts';
import { button, keptIn, openSite, type Site } from '../support/site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

const list = (page: Page, name = 'Lessons') => page.getByRole('navigation', { name });

async function openLesson(page: Page, title: string): Promise<void> {
  await list(page).getByRole('button', { name: 'All lessons' }).click();
  await list(page).getByRole('button', { name: title }).click();
  await page.getByRole('article', { name: title }).waitFor();
}

test('a lesson is predicted, run, compared, explained, answered, changed and remembered', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny', address: '#/lessons' });
  // Nothing is run, and nothing is drawn, before there is a prediction.
  await page.getByText('The charts of this experiment begin here').waitFor();
  expect(await button(page, 'Set up and run').isEnabled()).toBe(false);
  expect(await page.getByTestId('compare').count()).toBe(0);
  const slider = page.getByRole('slider', { name: 'Predict' });
  await slider.press('End');
  await slider.press('ArrowLeft');
  await button(page, 'My prediction stands').click();
  await page.getByText('Your prediction: 99%').waitFor();
  await button(page, 'Set up and run').click();
  await page.getByTestId('compare').waitFor({ timeout: 120_000 });
  const [record] = await keptIn<RunRecord>(page, 'runs');
  const shown = Number.parseFloat(await page.getByTestId('measured').innerText());
  expect(shown).toBeCloseTo(100 * (measureOf('single-label', record?.final?.test ?? null) ?? Number.NaN), 1);
  // It stands now, and the claim waits for an explanation.
  expect(await button(page, 'Change it').count()).toBe(0);
  expect(await page.getByTestId('claim').count()).toBe(0);
  expect(await page.getByRole('radio').count()).toBe(0);
  await page.getByLabel('In one sentence').fill('Because the encoder was trained on much text.');
  await button(page, 'Keep my sentence').click();
  await page.getByTestId('claim').waitFor();

  await page.getByRole('radio', { name: 'The LayerNorms' }).check();
  await page.getByText(/^Not quite/).waitFor();
  await page.getByRole('radio', { name: 'Nothing at all' }).check();
  await page.getByText(/^Right/).waitFor();
  await page.getByRole('heading', { name: 'Lessons: 1 of 7 done' }).waitFor();

  await button(page, 'Run it').click();
  await expect.poll(() => page.getByTestId('numbers').getByRole('row').count(), { timeout: 120_000 }).toBe(3);

  await page.reload();
  await page.getByRole('heading', { name: 'Lessons: 1 of 7 done' }).waitFor();
  // The next one is open; its charts are empty.
  await page.getByRole('article', { name: 'The bottleneck' }).waitFor();
  await page.getByText('The charts of this experiment begin here').waitFor();
  await openLesson(page, 'Why freeze?');
  await page.getByText('Your prediction: 99%').waitFor();
  expect(await page.getByLabel('In one sentence').inputValue()).toContain('much text');
  expect(complaints).toEqual([]);
});

test('the experiment on the start at the identity runs at one press, and shows nothing before the first step', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny', address: '#/lessons' });
  await openLesson(page, 'The identity at the start');
  await page.getByRole('slider', { name: 'Predict' }).press('End');
  await button(page, 'My prediction stands').click();
  await button(page, 'Set up and run').click();
  await page.getByTestId('compare').waitFor({ timeout: 120_000 });
  const numbers = page.getByTestId('numbers');
  await numbers.getByRole('row', { name: 'before training 0 points' }).waitFor();
  await numbers.getByRole('row', { name: 'after 20 steps' }).waitFor();
  await page.getByText('step 20 of').first().waitFor();
  expect(complaints).toEqual([]);
});

test('a curve is drawn by pointer and by keyboard, taken back, kept, and shown in the chart of its run', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny', address: '#/lessons' });
  await openLesson(page, 'The bottleneck');
  const drawing = page.getByTestId('draw');
  const box = await drawing.locator('svg').boundingBox();
  if (!box) throw new Error('there is nothing to draw on');
  // Beyond the axes' ends on both sides, at one height.
  await page.mouse.move(box.x + 0.05 * box.width, box.y + 0.4 * box.height);
  await page.mouse.down();
  await page.mouse.move(box.x + 0.99 * box.width, box.y + 0.4 * box.height, { steps: 2 });
  await page.mouse.up();
  const points = drawing.getByRole('slider');
  const heights = () => points.evaluateAll((all) => all.map((point) => point.getAttribute('aria-valuetext')));
  const [height] = await heights();
  expect(await heights()).toEqual(Array(4).fill(height));
  await points.nth(1).press('ArrowUp');
  expect((await heights())[1]).toBe(`${Number.parseInt(height ?? '', 10) + 1}%`);
  await button(page, 'Undo').click();
  expect((await heights())[1]).toBe(height);
  await button(page, 'Draw anew').click();
  expect(await heights()).toEqual(Array(4).fill('not drawn yet'));
  expect(await button(page, 'My prediction stands').isEnabled()).toBe(false);
  for (const point of await points.all()) await point.press('End');
  await button(page, 'My prediction stands').click();
  await page.getByText('Your prediction: a curve from 100% to 100%').waitFor();
  await button(page, 'Set up and run').click();
  await page.getByTestId('compare').waitFor({ timeout: 120_000 });
  await page.getByText('Your drawing: bottleneck 2').waitFor();
  const distance = await page.getByTestId('distance').innerText();
  expect(distance).toMatch(/^Your curve lies above the measured one, on average [0-9.]+ points away/);
  expect(await page.getByTestId('drawn-distance').innerText()).toBe(distance);
  await page.reload();
  await openLesson(page, 'The bottleneck');
  expect(await page.getByTestId('distance').innerText()).toBe(distance);
  expect(complaints).toEqual([]);
});

test('the same questions are asked before and after, and both rounds are shown at the end', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny', address: '#/lessons' });
  for (const [title, nth] of [
    ['Before: eight questions', 0],
    ['After: the same eight questions', 1],
  ] as const) {
    await openLesson(page, title);
    const groups = page.getByRole('radiogroup');
    expect(await groups.count()).toBe(7);
    for (const group of await groups.all()) await group.getByRole('radio').nth(nth).check();
    await page.getByRole('textbox').fill(`My answer ${nth}`);
  }
  await page.getByText('Right before: 2 of 7. Right after: 3 of 7.').waitFor();
  await page.getByText('My answer 0').waitFor();
  expect(complaints).toEqual([]);
});

test('a term is explained by mouse and by keyboard, and all of them in a list', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny', address: '#/lessons' });
  const term = page.getByRole('article').getByRole('button', { name: 'frozen baseline' });
  const tip = page.getByRole('tooltip');
  await term.hover();
  await tip.getByText('What adapters bring is measured from here.').waitFor();
  await page.mouse.move(0, 0);
  await tip.waitFor({ state: 'hidden' });
  await term.focus();
  await tip.waitFor();
  await page.keyboard.press('Escape');
  await tip.waitFor({ state: 'hidden' });
  await button(page, 'Glossary').click();
  await expect.poll(() => page.getByRole('dialog').getByRole('term').count()).toBe(termIds.length);
  await page.keyboard.press('Escape');
  // In a field's label it is no control of its own: the field keeps its name.
  await page.goto(`${page.url().split('#')[0]}#/playground`);
  expect(await page.getByLabel('Learning rate').getAttribute('inputmode')).not.toBeNull();
  expect(complaints).toEqual([]);
});

test('a lesson is printed as a worksheet with what its learner said, and answers are saved as a file', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny', address: '#/lessons' });
  await page.getByRole('slider', { name: 'Predict' }).press('End');
  await button(page, 'My prediction stands').click();
  await page.emulateMedia({ media: 'print' });
  const sheet = page.getByTestId('sheet');
  await sheet.getByText('Lesson 1: Why freeze?').waitFor();
  await sheet.getByText('100%', { exact: true }).waitFor();
  expect(await sheet.innerText()).not.toContain('Right:');
  expect(await page.getByTestId('prediction').isVisible()).toBe(false);
  await page.emulateMedia({ media: 'screen' });
  expect(await sheet.isVisible()).toBe(false);
  await openLesson(page, 'After: the same eight questions');
  await page.getByRole('radiogroup').first().getByRole('radio').nth(1).check();
  const download = page.waitForEvent('download');
  await button(page, 'Save my answers (JSON)').click();
  const file = JSON.parse(readFileSync(await (await download).path(), 'utf8'));
  expect(file.lessons[0]).toMatchObject({ id: 'freeze', predicted: 100, measured: null });
  expect(file.questions[0]).toEqual({ id: 'frozen', right: 'b', before: null, after: 'b' });
  expect(complaints).toEqual([]);
});

test('every lesson is there in Chinese, too', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny', locale: 'zh-CN', address: '#/lessons' });
  const toggle = list(page, '课程列表').getByRole('button', { name: '全部课程' });
  for (let i = 0; i < lessonIds.length + 2; i++) {
    await toggle.click();
    // After the glossary's button and the list's own.
    await list(page, '课程列表')
      .getByRole('button')
      .nth(i + 2)
      .click();
    const text = await page.getByRole('article').innerText();
    expect(text).not.toMatch(/lessons\.\w+/);
    expect(text).toMatch(/[\u4e00-\u9fff]{10}/);
  }
  expect(complaints).toEqual([]);
});
