import { readFileSync } from 'node:fs';
import type { CDPSession, Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  button,
  keptIn,
  makeSmall,
  openSite,
  pauseAtFirstStep,
  readyToTrain,
  type Site,
  trainToEnd,
} from '../support/site.ts';

/** The browser's storage, damaged, full and taken away: the page opens, says what is wrong, and keeps what is good. */

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

const shot = async (page: Page, name: string) => {
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png`, fullPage: true });
};

async function trained(page: Page): Promise<void> {
  await readyToTrain(page);
  await makeSmall(page);
  await readyToTrain(page);
  await trainToEnd(page);
  await expect.poll(async () => (await keptIn(page, 'states')).length).toBe(1);
  await expect.poll(async () => (await keptIn(page, 'tensors')).length).toBe(1);
}

/** Eleven kinds of garbage into every store, under keys of their own, and one of them under each note's. */
const plant = `(async () => {
  const done = (request) => new Promise((resolve, reject) => { request.onsuccess = () => resolve(request.result); request.onerror = () => reject(request.error); });
  const db = await done(indexedDB.open('bottleneck'));
  const [good] = await done(db.transaction('runs').objectStore('runs').getAll());
  let deep = {};
  for (let i = 0; i < 2000; i++) deep = { run: deep, state: [deep.run ? 1 : 0] };
  const kinds = [null, 'garbage', 7, {}, [], new Map([['w', { shape: [2, 2], data: new Float32Array(3) }]]), new Blob(['x']), { run: good.run }, { ...good, id: 'another', steps: 'many' }, deep, { labels: {}, rows: ['x'], pending: 3, test: null, name: 1 }];
  const notes = ['queue', 'lessons', 'last-run', 'own-rows', 'own-run', 'own-data', 'encoder', 'hub-address', 'asked-to-persist'];
  for (const name of db.objectStoreNames) {
    const store = db.transaction(name, 'readwrite').objectStore(name);
    for (const [i, kind] of kinds.entries()) await done(store.put(kind, 'bad' + i));
    if (name === 'notes') for (const note of notes) await done(store.put(kinds[(notes.indexOf(note) + GARBAGE) % kinds.length], note));
    if (name === 'runs') await done(store.put(good, 5));
  }
  db.close();
})()`;

test('garbage in every store: the page opens in every view, and the good run is there, and goes on', async () => {
  const { page, complaints } = await site.visit({ encoder: 'tiny' });
  await trained(page);
  for (const kind of [0, 6]) {
    await page.evaluate(plant.replace('GARBAGE', String(kind)));
    await page.reload();
    await readyToTrain(page);
    const notice = page.getByTestId('damaged');
    // They are counted as they are set aside, one after another.
    await expect.poll(() => notice.innerText()).toMatch(/^12 runs could not be read\. 11 adapters could not be read\./);
    await page.getByRole('tab', { name: 'Runs and sweeps' }).click();
    await expect.poll(() => page.getByRole('table', { name: 'Runs' }).getByRole('row').count()).toBe(2);
    await shot(page, `damaged-${kind}`);
    for (const view of ['Lessons', 'Adapters', 'This device']) {
      await page.getByRole('link', { name: view, exact: true }).click();
      await page.getByRole('main').getByRole('heading').first().waitFor();
    }
    await shot(page, `device-${kind}`);
    await page.getByRole('link', { name: 'Playground', exact: true }).click();
    const [saved] = await Promise.all([page.waitForEvent('download'), button(page, 'Save it as a file').click()]);
    expect(readFileSync(await saved.path()).length).toBeGreaterThan(1000);
    await button(page, 'Discard').click();
    await expect.poll(() => notice.count()).toBe(0);
    await expect.poll(async () => (await keptIn(page, 'damaged')).length).toBe(0);
  }
  await page.getByRole('tab', { name: 'Runs and sweeps' }).click();
  await page.getByRole('button', { name: /^Actions for / }).click();
  await page.getByRole('menuitem', { name: 'Reopen' }).click();
  await page.getByTestId('phase').getByText('Done').waitFor();
  expect(complaints).toEqual([]);
});

test('everything goes into one file, and out of it in another browser', async () => {
  const { page } = await site.visit({ encoder: 'tiny' });
  await trained(page);
  await page.getByRole('link', { name: 'This device', exact: true }).click();
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    button(page, 'Save everything as one file').click(),
  ]);
  const buffer = readFileSync(await saved.path());
  const other = await site.visit({ encoder: 'tiny', address: '#/device', colorScheme: 'dark', locale: 'zh-CN' });
  const input = other.page.locator('input[type=file][accept=".zip"]');
  const damaged = Buffer.from(buffer);
  damaged[Math.floor(buffer.length / 2)] = (damaged[Math.floor(buffer.length / 2)] ?? 0) ^ 4;
  await input.setInputFiles({ name: 'all.zip', mimeType: 'application/zip', buffer: damaged });
  await other.page.getByRole('alert').getByText('all.zip').waitFor();
  expect(await keptIn(other.page, 'runs')).toEqual([]);
  await input.setInputFiles({ name: 'all.zip', mimeType: 'application/zip', buffer });
  await other.page.getByTestId('taken').getByText('导入了 1 条训练记录').waitFor();
  await shot(other.page, 'taken');
  for (const store of ['runs', 'adapters']) {
    const [there] = await keptIn<object>(other.page, store);
    expect(await keptIn(page, store), store).toMatchObject([there]);
  }
  expect(await keptIn(other.page, 'states')).toHaveLength(1);
  expect(other.complaints).toEqual([]);
});

test('a full disk, deleted site data and a browser that stores nothing are told, and the run can be saved', async () => {
  // Before the page writes at all: how much room there is, the browser asks only now and then.
  let origin = '';
  let devtools: CDPSession | null = null;
  const setQuota = (quota: { quotaSize?: number }) =>
    devtools?.send('Storage.overrideQuotaForOrigin', { origin, ...quota });
  const before = async (first: Page) => {
    origin = new URL(first.url()).origin;
    devtools = await first.context().newCDPSession(first);
    await setQuota({ quotaSize: 1 });
  };
  const { page } = await site.visit({ encoder: 'tiny', before });
  await readyToTrain(page);
  await makeSmall(page, 30);
  await readyToTrain(page);
  const pausing = pauseAtFirstStep(page);
  await button(page, 'Train').click();
  await pausing;
  const notice = page.getByTestId('not-kept');
  await notice.getByText("The disk or this site's quota is full").waitFor();
  await shot(page, 'full');
  const [saved] = await Promise.all([page.waitForEvent('download'), button(page, 'Save the run as a file').click()]);
  expect(saved.suggestedFilename()).toMatch(/-bundle\.zip$/);
  await setQuota({});
  await button(page, 'Step').click();
  await expect.poll(async () => (await keptIn(page, 'runs')).length, { timeout: 60_000 }).toBe(1);
  await expect.poll(() => notice.count()).toBe(0);

  const session = await page.context().newCDPSession(page);
  await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb' });
  await button(page, 'Reset').click();
  await makeSmall(page);
  await readyToTrain(page);
  await trainToEnd(page);
  await expect.poll(async () => (await keptIn(page, 'runs')).length).toBe(2);
  expect(await notice.count()).toBe(0);

  const bare = await site.visit({ encoder: 'tiny', address: '?bare#/playground' });
  await bare.page.addInitScript(() => {
    Object.defineProperty(globalThis, 'indexedDB', { value: undefined });
    for (const name of ['localStorage', 'sessionStorage'])
      Object.defineProperty(globalThis, name, {
        get: () => {
          throw new DOMException('The operation is insecure.', 'SecurityError');
        },
      });
  });
  await bare.page.reload();
  await readyToTrain(bare.page);
  await bare.page.getByTestId('not-kept').getByText('This browser offers no storage').waitFor();
  await makeSmall(bare.page);
  await readyToTrain(bare.page);
  await trainToEnd(bare.page);
  expect(await button(bare.page, 'Save the run as a file').isEnabled()).toBe(true);
});
