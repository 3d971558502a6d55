import type { Page, Worker } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Fault, faults } from '../support/disturb.ts';
import { button, openSite, readyToTrain, type Site } from '../support/site.ts';

/** How long a run stands still when the device is lost, and on what: told, not judged. */

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

/** Something that happened, and when: milliseconds since 1970, as the page, its worker and the test have them in common. */
interface Moment {
  what: string;
  at: number;
}

/** In the page: each change of what it shows of the run. */
const notePage = (page: Page) =>
  page.evaluate(() => {
    const moments: Moment[] = [];
    const text = (id: string) => document.querySelector(`[data-testid=${id}]`)?.textContent ?? '';
    const look = () => {
      const stage = document.querySelector('[data-testid=recovery]')?.getAttribute('data-stage') ?? 'none';
      const what = `${stage} ${/step (\d+)/.exec(text('progress'))?.[1] ?? '-'}`;
      if (moments.at(-1)?.what !== what) moments.push({ what, at: Date.now() });
    };
    new MutationObserver(look).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
    });
    Object.assign(globalThis, { moments });
  });

/** In the worker: what it asks of WebGPU. */
const noteWorker = (worker: Worker) =>
  worker.evaluate(() => {
    const moments: Moment[] = [];
    const note = (what: string) => moments.push({ what, at: Date.now() });
    const around = (owner: object, name: string, what: string) => {
      const methods = owner as Record<string, (...args: unknown[]) => unknown>;
      const method = methods[name];
      methods[name] = function (this: unknown, ...args: unknown[]) {
        note(what);
        const made = method?.apply(this, args);
        if (made instanceof Promise) void made.then(() => note(`${what} done`)).catch(() => note(`${what} refused`));
        return made;
      };
    };
    around(GPU.prototype, 'requestAdapter', 'adapter');
    around(GPUAdapter.prototype, 'requestDevice', 'device');
    around(GPUDevice.prototype, 'createBuffer', 'buffer');
    around(GPUDevice.prototype, 'createShaderModule', 'kernel');
    around(GPUDevice.prototype, 'createComputePipelineAsync', 'kernel');
    around(GPUQueue.prototype, 'submit', 'submit');
    Object.assign(globalThis, { moments });
  });

const momentsOf = (of: Page | Worker): Promise<Moment[]> =>
  (of as Page).evaluate(() => (globalThis as unknown as { moments: Moment[] }).moments);

const onGpu: Fault[] = ['the device is destroyed', 'the GPU process crashes'];

/** Milliseconds that a processor may take over the kernels. */
const patience = 120_000;

test.each(onGpu)('%s: a first loss, and the next step', async (fault) => {
  const { page } = await site.visit({ encoder: 'tiny', address: '#/device' });
  await page.getByText('WebGPU', { exact: true }).first().click();
  await page.getByRole('link', { name: 'Playground' }).click();
  await page.getByLabel('Training rows').fill('1600');
  await page.getByLabel('Epochs').fill('10');
  await page.getByLabel('Epochs').blur();
  await readyToTrain(page);
  const worker = page.workers().findLast((one) => /trainer/.test(one.url())) as Worker;
  await button(page, 'Train').click();
  const progress = page.getByTestId('progress');
  await progress.getByText(/step [3-9]|step \d\d/).waitFor({ timeout: patience });
  await notePage(page);
  await noteWorker(worker);
  const asked = Date.now();
  await faults[fault](page);
  await page.locator('[data-testid=recovery][data-stage=over]').waitFor({ timeout: patience });
  const shown = async () => (await momentsOf(page)).filter(({ what }) => /^over \d/.test(what));
  // The step that it goes on from, and the next.
  await expect.poll(async () => (await shown()).length, { timeout: patience }).toBeGreaterThan(1);
  const [seen, done] = [await momentsOf(page), await momentsOf(worker)];
  const at = (what: RegExp, from: Moment[]) => from.find((moment) => moment.what.match(what))?.at ?? Number.NaN;
  const noticed = at(/^under-way/, seen);
  const later = done.filter(({ at }) => at >= noticed - 1);
  const opened = at(/^device done/, later.toReversed());
  const after = later.filter(({ at }) => at >= opened);
  const compiled = after.findLast(({ what }) => what === 'kernel done')?.at ?? Number.NaN;
  const ready = at(/^over/, seen);
  const next = (await shown())[1]?.at ?? Number.NaN;
  const parts = {
    'to notice it': noticed - asked,
    'to open a device': opened - noticed,
    'to load the weights, until the first kernel': at(/^kernel$/, after) - opened,
    'to the last kernel compiled': compiled - at(/^kernel$/, after),
    'from the run set up to the next step shown': next - ready,
  };
  process.stdout.write(
    `${fault}: ${next - asked} ms to the next step shown (${Object.entries(parts)
      .map(([name, time]) => `${time} ms ${name}`)
      .join(', ')})\n`,
  );
  await page.context().close();
});
