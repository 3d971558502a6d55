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

/** SHA-256 over the weights and moments of the only run that is kept, and how far it is: '' before it has ended. */
export const keptWeights = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const db = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open('bottleneck');
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(opening.error);
    });
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
    const ended = all.filter(({ state }) => state.finished).at(-1)?.state;
    if (!ended) return '';
    const parts = [...ended.trainable.values()].map(({ data }) => data);
    const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    const digest = await crypto.subtle.digest('SHA-256', whole);
    const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    return `${ended.step} ${JSON.stringify(ended.logits).length} ${hex}`;
  });
