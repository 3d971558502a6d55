import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCode } from '../support/qr-code.ts';
import { button, openSite, type Site } from '../support/site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

test('links are read again from their QR codes, and one that hands in opens the class with it, once', async () => {
  const learner = await site.visit({ encoder: 'tiny' });
  await button(learner.page, 'Share').click();
  const code = learner.page.getByRole('img', { name: 'The link as a QR code' });
  expect(await readCode(code)).toBe(await learner.page.getByLabel('Link', { exact: true }).inputValue());
  await learner.page.getByRole('tab', { name: 'Hand in' }).click();
  const link = learner.page.getByLabel(/^Or a link/);
  await link.waitFor();
  expect(await readCode(code)).toBe(await link.inputValue());
  const { hash } = new URL(await link.inputValue());
  const { page, complaints } = await site.visit({ encoder: 'tiny', locale: 'zh-CN', address: hash });
  await page.getByText('共 1 份作业').waitFor();
  expect(new URL(page.url()).hash).toBe('#/class');
  await page.getByText('还没有附带权重的适配器').waitFor();
  expect(complaints).toEqual([]);
});
