import type { Browser, Page, Worker } from 'playwright';

/** Faults that befall a page while it trains. */

const trainer = (page: Page): Worker => {
  const found = page.workers().findLast((worker) => /trainer/.test(worker.url()));
  if (!found) throw new Error('the training worker is not there');
  return found;
};

/** At its next step, the worker's GPU device is lost or reports an error. */
const atNextStep = (page: Page, fault: 'destroy' | 'error') =>
  trainer(page).evaluate((fault) => {
    const { prototype } = GPUDevice;
    const { createCommandEncoder } = prototype;
    prototype.createCommandEncoder = function (this: GPUDevice, ...args) {
      prototype.createCommandEncoder = createCommandEncoder;
      if (fault === 'destroy') this.destroy();
      else this.createBuffer({ size: 4, usage: 0 });
      return createCommandEncoder.apply(this, args);
    };
  }, fault);

const crashGpuProcess = async (page: Page) => {
  const cdp = await (page.context().browser() as Browser).newBrowserCDPSession();
  // The answer never comes: the process that would give it is gone.
  void cdp.send('Browser.crashGpuProcess').catch(() => undefined);
};

export const faults = {
  'the device is destroyed': (page: Page) => atNextStep(page, 'destroy'),
  'the device reports an error': (page: Page) => atNextStep(page, 'error'),
  'the GPU process crashes': crashGpuProcess,
  'the worker closes without a word': async (page: Page) => {
    await trainer(page)
      .evaluate(() => self.close())
      .catch(() => undefined);
  },
  'the worker throws': (page: Page) =>
    trainer(page).evaluate(() => {
      setTimeout(() => {
        throw new Error('on purpose');
      });
    }),
} as const satisfies Record<string, (page: Page) => Promise<void>>;

export type Fault = keyof typeof faults;

/** SHA-256 over the weights of every run that has ended, and how far it is, a line each: '' before one has. */
export const keptWeights = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const db = await new Promise<IDBDatabase | null>((resolve) => {
      const opening = indexedDB.open('bottleneck');
      opening.onsuccess = () => resolve(opening.result);
      // One that has been deleted is the page's to make anew.
      opening.onupgradeneeded = () => opening.transaction?.abort();
      opening.onerror = () => resolve(null);
    });
    if (!db) return '';
    type State = {
      step: number;
      finished: boolean;
      trainable: Map<string, { data: Float32Array }>;
      logits: number[][];
    };
    const all = await new Promise<{ state: State }[]>((resolve, reject) => {
      const getting = db.transaction('states').objectStore('states').getAll();
      getting.onsuccess = () => resolve(getting.result);
      getting.onerror = () => reject(getting.error);
    });
    db.close();
    const lines = all.map(async ({ state: { step, finished, trainable, logits } }) => {
      if (!finished) return [];
      const whole = new Blob([...trainable.values()].map(({ data }) => data as Float32Array<ArrayBuffer>));
      const digest = await crypto.subtle.digest('SHA-256', await whole.arrayBuffer());
      const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
      return [`${step} ${JSON.stringify(logits).length} ${hex}`];
    });
    return (await Promise.all(lines)).flat().sort().join('\n');
  });
