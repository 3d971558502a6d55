import { readdirSync, readFileSync } from 'node:fs';
import { zipSync } from 'fflate';
import type { Page } from 'playwright';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type HubServer, startHubServer } from '../../commands/support/hub-server.ts';
import { suggestedEncoders } from '../../src/hub/repositories.ts';
import { firstRun } from '../../src/store/page/state.ts';
import { linkTo } from '../../src/store/share/link.ts';
import { button, makeSmall, openSite, type Site, trainToEnd } from '../support/site.ts';

const folder = 'tests/golden/models/tiny';
const tiny = Object.fromEntries(
  readdirSync(folder).map((name) => [name, new Uint8Array(readFileSync(`${folder}/${name}`))]),
);
const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

let site: Site;
let server: HubServer;
beforeAll(async () => {
  server = await startHubServer([
    { path: 'models/lab/tiny', branches: { main: tiny } },
    { path: 'models/BAAI/bge-small-zh-v1.5', branches: { main: tiny } },
    { path: 'models/lab/secret', branches: { main: tiny }, token: 'hf_secret' },
    { path: 'models/lab/decoder', branches: { main: { ...tiny, 'config.json': json({ model_type: 'gpt2' }) } } },
  ]);
  site = await openSite();
});
beforeEach(() => {
  server.requests.length = 0;
  server.breakAfter = [];
});
afterAll(async () => {
  await site.close();
  await server.close();
});

const encoder = (page: Page) => page.getByRole('region', { name: '1 Encoder' });
const dialog = (page: Page) => page.getByRole('dialog', { name: 'Choose an encoder' });

/** Opens the dialog, with the local Hub in place of the usual one. */
async function openDialog(page: Page): Promise<void> {
  await button(page, 'Another encoder …').click();
  await page.getByText('Private models, another Hub').click();
  await page.getByLabel('Address of the Hub').fill(server.url);
}

async function lookUp(page: Page, name: string): Promise<void> {
  await page.getByLabel('Name on the Hub').fill(name);
  await button(page, 'Look it up').click();
}

test('by name, with a broken connection taken up again; trained on; kept for the next visit; deleted', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny' });
  await button(page, 'Sent to other sites: 0').waitFor();
  await openDialog(page);
  await lookUp(page, 'lab/tiny');
  const found = page.getByTestId('found');
  await found.getByText('2 layers × 64, 4 heads').waitFor();
  await found.getByText('It fits:').waitFor();
  expect(server.requests.filter((line) => line.includes('safetensors'))).toEqual([]);
  server.breakAfter = [1e9, 1e9, 1e9, 300_000];
  await page.getByRole('button', { name: /^Fetch and use/ }).click();
  await encoder(page).getByText('lab/tiny').waitFor();
  await expect.poll(() => dialog(page).count()).toBe(0);
  expect(server.requests.at(-1)).toMatch(/model\.safetensors bytes=[1-9]\d*-$/);
  await page.getByRole('button', { name: /^Sent to other sites: [1-9]/ }).click();
  await page.getByText(new URL(server.url).host).waitFor();
  await page.keyboard.press('Escape');
  await makeSmall(page);
  await trainToEnd(page);

  server.requests.length = 0;
  await page.reload();
  await encoder(page).getByText('lab/tiny').waitFor();
  await button(page, 'Another encoder …').click();
  await dialog(page).getByText('in use').waitFor();
  expect(server.requests).toEqual([]);
  await button(page, 'Use minilm-l3').click();
  await encoder(page).getByText('minilm-l3').waitFor();
  await button(page, 'Another encoder …').click();
  await button(page, 'Delete lab/tiny').click();
  await page.getByText('Nothing yet.').waitFor();
  await button(page, 'Sent to other sites: 0').waitFor({ state: 'attached' });
  expect(complaints).toEqual([]);
});

test('suggestions say how large they are once the Hub is asked, and are looked up from there', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny' });
  await openDialog(page);
  await dialog(page).getByText('Suggestions').click();
  expect(server.requests).toEqual([]);
  await button(page, 'Ask the Hub how large they are').click();
  const row = dialog(page)
    .locator('div', { has: button(page, 'BAAI/bge-small-zh-v1.5') })
    .last();
  await row.getByText(/^\d+ kB$|^[\d.]+ MB$/).waitFor();
  // This Hub has one of them alone.
  expect(await dialog(page).getByText('not there').count()).toBe(suggestedEncoders.length - 1);
  expect(server.requests.filter((line) => line.includes('safetensors'))).toEqual([]);
  await button(page, 'BAAI/bge-small-zh-v1.5').click();
  await page.getByTestId('found').getByText('2 layers × 64, 4 heads').waitFor();
  expect(complaints.filter((complaint) => !complaint.includes('404'))).toEqual([]);
});

test('what cannot be used says why, and the encoder stays; a token opens a private model', async () => {
  const { page } = await site.visit({ encoder: 'tiny' });
  await encoder(page).getByText('minilm-l3').waitFor();
  await openDialog(page);
  await lookUp(page, 'lab/decoder');
  await dialog(page).getByText('it is a decoder').waitFor();
  await lookUp(page, 'lab/none');
  await dialog(page).getByText('does not exist').waitFor();
  await lookUp(page, 'lab/secret');
  await dialog(page).getByText('private or gated').waitFor();
  await page.getByLabel('Access token').fill('hf_secret');
  await lookUp(page, 'lab/secret');
  await page.getByTestId('found').waitFor();
  expect(await encoder(page).getByText('minilm-l3').count()).toBe(1);
});

test('a Chinese page says in Chinese why an encoder cannot be used and an adapter is refused', async () => {
  const { page } = await site.visit({ encoder: 'tiny', locale: 'zh-CN' });
  await button(page, '换一个编码器……').click();
  await page.getByText('私有模型、其他 Hub').click();
  await page.getByLabel('Hub 的地址').fill(server.url);
  await page.getByLabel('在 Hub 上的名称').fill('lab/decoder');
  await button(page, '查询').click();
  await page.getByRole('dialog').getByText('无法使用 gpt2：它是解码器，词元只能看到它之前的内容。').waitFor();
  await page.getByLabel('在 Hub 上的名称').fill('lab/none');
  await button(page, '查询').click();
  await page.getByText('Hub 上没有“模型 lab/none@main”').waitFor();
  await page.keyboard.press('Escape');
  await button(page, '导入适配器或训练').click();
  const hostile = Buffer.from(zipSync({ '../evil.json': new Uint8Array([1]) }));
  const file = { name: 'hostile.zip', mimeType: 'application/zip', buffer: hostile };
  await page.getByRole('dialog').locator('input[type=file]').first().setInputFiles(file);
  await page.getByText('详情：hostile.zip："../evil.json" 指向压缩包之外。').waitFor();
});

test('a folder of this computer, its missing parts, how rows are cut, and its copy for the next visit', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny' });
  await encoder(page).getByText('minilm-l3').waitFor();
  await button(page, 'Another encoder …').click();
  const file = (name: string) => ({
    name,
    mimeType: 'application/octet-stream',
    buffer: Buffer.from(tiny[name] ?? []),
  });
  await page.getByTestId('files').setInputFiles([file('model.safetensors')]);
  await page.getByText('holds no config.json').waitFor();
  await page.getByTestId('files').setInputFiles([file('config.json'), file('model.safetensors')]);
  const use = dialog(page).getByRole('button', { name: /^Use it/ });
  await use.click();
  await dialog(page).getByText('neither tokenizer.json nor vocab.txt').waitFor();
  expect(await encoder(page).getByText('minilm-l3').count()).toBe(1);
  await page.getByTestId('folder').setInputFiles(folder);
  await dialog(page).getByText('2 layers × 64, 4 heads').waitFor();
  await dialog(page).getByText('It fits:').waitFor();
  expect(await encoder(page).getByText('minilm-l3').count()).toBe(1);
  await use.click();
  await encoder(page).getByText('tiny', { exact: true }).waitFor();
  await expect.poll(() => dialog(page).count()).toBe(0);
  await button(page, 'Another encoder …').click();
  const dropped = await page.evaluateHandle(
    (files) => {
      const transfer = new DataTransfer();
      for (const [name, bytes] of Object.entries(files)) transfer.items.add(new File([new Uint8Array(bytes)], name));
      return transfer;
    },
    Object.fromEntries(Object.entries(tiny).map(([name, bytes]) => [name, [...bytes]])),
  );
  await page.getByText('or drop a folder').dispatchEvent('drop', { dataTransfer: dropped });
  await use.click();
  await encoder(page).getByText('dropped files').waitFor();
  await expect.poll(() => dialog(page).count()).toBe(0);

  await page.getByLabel('Longest row').fill('8');
  await page.getByLabel('Longest row').blur();
  await page.getByLabel('A sentence').fill('it was lovely and great ☃ and it was awful and sad');
  await button(page, 'Show tokens').click();
  const tokens = page.getByTestId('tokens-sentence');
  const texts = async (kind: string) => tokens.locator(`li[data-kind=${kind}]`).allInnerTexts();
  await expect.poll(() => texts('special')).toHaveLength(2);
  await expect.poll(async () => (await texts('unknown')).length + (await texts('cut')).length).toBeGreaterThan(0);
  await expect.poll(() => tokens.innerText()).toContain('rows are cut at 8');
  await makeSmall(page);
  await trainToEnd(page);

  await button(page, 'Another encoder …').click();
  await button(page, 'Delete dropped files').waitFor();
  await page.reload();
  await encoder(page).getByText('dropped files').waitFor();
  await button(page, 'Another encoder …').click();
  await button(page, 'Use tiny').click();
  await encoder(page).getByText('tiny', { exact: true }).waitFor();
  await expect.poll(() => dialog(page).count()).toBe(0);
  await button(page, 'Another encoder …').click();
  for (const name of ['dropped files', 'tiny']) await button(page, `Delete ${name}`).click();
  await page.getByText('Nothing yet.').waitFor();
  expect(complaints).toEqual([]);
});

test('a link that names an encoder of the Hub asks before anything is fetched', async () => {
  const run = { ...firstRun, model: 'lab/tiny', data: { task: 'trivia_topics', limit: 32, testLimit: 16 } };
  const address = new URL(linkTo(run, { lock: false, hide: [] }, 'http://localhost/')).search;
  const { page } = await site.visit({ encoder: 'tiny', address });
  await page.getByText('This run needs another encoder').waitFor();
  await page.getByText('Not ready').waitFor();
  expect(server.requests).toEqual([]);
  await openDialog(page);
  await lookUp(page, 'lab/tiny');
  await page.getByRole('button', { name: /^Fetch and use/ }).click();
  await encoder(page).getByText('lab/tiny').waitFor();
  await expect.poll(() => button(page, 'Train').isEnabled()).toBe(true);
  expect(await page.getByText('This run needs another encoder').count()).toBe(0);
});

test('own rows that are too long for the set length are found, shown and mended', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny' });
  await encoder(page).getByText('minilm-l3').waitFor();
  const rows = Array.from({ length: 24 }, (_, i) => `${'it was lovely and great '.repeat(3 + (i % 3))},${i % 2}`);
  await button(page, 'Use my own …').click();
  const buffer = Buffer.from(['text,label', ...rows].join('\n'));
  await page.locator('input[type=file]').setInputFiles({ name: 'long.csv', mimeType: 'text/csv', buffer });
  await button(page, 'Import these rows').click();
  await page.getByRole('dialog').getByText('Repeated rows').waitFor();
  await page.keyboard.press('Escape');
  await page.getByLabel('Longest row').fill('8');
  await page.getByLabel('Longest row').blur();
  await button(page, 'Rows and checks …').click();
  const checks = page.getByTestId('token-checks');
  await checks.getByText('Rows cut off at the maximal length: 24').waitFor();
  await button(page, 'Tokens of row 1').click();
  const row = page.getByTestId('tokens-row');
  await expect.poll(() => row.locator('li[data-kind=cut]').count()).toBeGreaterThan(0);
  await page.getByRole('button', { name: /^Fix: cut at \d+ tokens instead/ }).click();
  await checks.getByText('No row is too long').waitFor();
  await expect.poll(() => row.locator('li[data-kind=cut]').count()).toBe(0);
  expect(complaints).toEqual([]);
});
