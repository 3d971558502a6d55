import type { BrowserContext, Page, Route } from 'playwright';

/** Holds a page's run at a stage, so that a fault can befall it right there, however fast or busy the machine is. */

/** What the worker reports when it is held, and of which of its runs; `saving`: what its page is writing by then. */
interface Stage {
  phase: 'training' | 'baseline' | 'evaluating' | 'done';
  run: number;
  saving?: 'on-the-way' | 'end';
}

export const stages = {
  training: { phase: 'training', run: 1 },
  baseline: { phase: 'baseline', run: 1 },
  evaluating: { phase: 'evaluating', run: 1 },
  saving: { phase: 'training', run: 1, saving: 'on-the-way' },
  'saving the end': { phase: 'done', run: 1, saving: 'end' },
  'in a sweep': { phase: 'training', run: 2 },
  'between two runs of a sweep': { phase: 'done', run: 1 },
} as const satisfies Record<string, Stage>;

export type StageName = keyof typeof stages;
export const isSweep = (stage: StageName): boolean => stage.includes('sweep');

/** What is to befall the worker where it is held; `go on`: nothing. */
export type WorkerFault = 'go on' | 'close' | 'destroy' | 'memory';

/**
 * First lines of the worker: where a report is of the stage, it asks whether it may go on. Until it has been held, time
 * runs fast outside training, so that every phase is reported.
 */
const gate = ({ phase, run }: Stage) => `{
  const { now } = performance;
  let ahead = 0;
  let isHeld = false;
  performance.now = () => now.call(performance) + ahead;
  const runs = new Set();
  let steps = 0;
  const atNextWork = (act) => {
    const { prototype } = GPUDevice;
    const { createCommandEncoder } = prototype;
    prototype.createCommandEncoder = function (...args) {
      prototype.createCommandEncoder = createCommandEncoder;
      act(this);
      return createCommandEncoder.apply(this, args);
    };
  };
  const faults = {
    close: () => self.close(),
    destroy: () => atNextWork((device) => device.destroy()),
    memory: () => atNextWork((device) => {
      const error = new GPUOutOfMemoryError('on purpose');
      device.dispatchEvent(new GPUUncapturedErrorEvent('uncapturederror', { error }));
    }),
  };
  const post = self.postMessage;
  self.postMessage = (message, ...rest) => {
    post.call(self, message, ...rest);
    const event = message?.event;
    if (event?.type !== 'progress') return;
    if (!runs.has(event.runId)) steps = 0;
    runs.add(event.runId);
    steps += event.steps.length;
    if (${phase === 'evaluating' || phase === 'baseline'} && !isHeld) ahead += 250;
    if (event.phase !== '${phase}' || runs.size !== ${run} || steps < 3) return;
    isHeld = true;
    const asking = new XMLHttpRequest();
    asking.open('GET', new URL('/gate', self.location.href).href, false);
    try {
      asking.send();
    } catch {}
    faults[asking.responseText]?.();
  };
}
`;

/** What tests do to a page's storage, in the page. */
interface Writes {
  /** Which state's write is to be kept under way. */
  hold: 'on-the-way' | 'end' | null;
  held: boolean;
  /** Whether there is no room. */
  full: boolean;
}
type Watched = typeof globalThis & { writes: Writes };

/** In the page: puts a hand on its writes. */
function watch(): void {
  // It would keep the whole page anew for each visit.
  Reflect.deleteProperty(Navigator.prototype, 'serviceWorker');
  const writes: Writes = { hold: null, held: false, full: false };
  Object.assign(globalThis, { writes });
  const { put } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = function (value, key) {
    const { transaction } = this;
    const request = put.call(this, value, key);
    const abort = () => {
      Object.defineProperty(transaction, 'error', { value: new DOMException('No room.', 'QuotaExceededError') });
      transaction.abort();
    };
    if (writes.full) abort();
    else if (this.name === 'states' && writes.hold === (value.state.finished ? 'end' : 'on-the-way')) {
      writes.held = true;
      // A transaction is open as long as something is asked of it.
      const stay = () => {
        if (writes.full) abort();
        else if (writes.held) this.count().onsuccess = stay;
      };
      this.count().onsuccess = stay;
      writes.hold = null;
    }
    return request;
  };
}

export const watchWrites = (context: BrowserContext) => context.addInitScript(watch);

/** Takes all room from a page's storage, or gives it back. */
export const setFull = (page: Page, full: boolean): Promise<void> =>
  page.evaluate((full) => {
    (globalThis as Watched).writes.full = full;
  }, full);

export interface Held {
  /** Resolves when the run is at the stage, and stays there. */
  reached(page: Page): Promise<void>;
  /** Lets the run go on, into a fault. */
  release(page: Page, fault: WorkerFault): Promise<void>;
}

/** Makes the pages of a context hold their run once at a stage. To be called before one is opened. */
export async function holdAt(context: BrowserContext, name: StageName): Promise<Held> {
  const stage: Stage = stages[name];
  await watchWrites(context);
  let waiting: ((route: Route) => void) | null = null;
  /** Whether the run, which asks, is where it is to be held. */
  let isThere = () => Promise.resolve(true);
  const asked = () =>
    new Promise<Route>((resolve) => {
      waiting = resolve;
    });
  const answer = (route: Route | null, body: WorkerFault) => route?.fulfill({ body }).catch(() => undefined);
  await context.route('**/trainer.worker*', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: gate(stage) + (await response.text()) });
  });
  await context.route('**/gate', async (route) => {
    const take = waiting;
    if (!take || !(await isThere())) return void answer(route, 'go on');
    waiting = null;
    take(route);
  });
  const first = asked();
  let held: Route | null = null;
  return {
    async reached(page) {
      held = await first;
      // The state after the first step is on its way.
      await page.waitForFunction(isKept, stage.run, { polling: 50 });
      if (!stage.saving) return;
      await page.evaluate((hold) => {
        (globalThis as Watched).writes.hold = hold;
      }, stage.saving);
      const isWriting = (timeout: number) =>
        page.waitForFunction(() => (globalThis as Watched).writes.held, null, { polling: 20, timeout });
      let next: Promise<Route> | null = null;
      if (stage.saving === 'on-the-way') {
        await page.evaluate(saveNow);
        // Between two steps the worker gives its state, and the page takes a while to write it: a few steps would end the run.
        isThere = () =>
          isWriting(1000).then(
            () => true,
            () => false,
          );
        next = asked();
      }
      await answer(held, 'go on');
      held = null;
      await isWriting(60_000);
      held = await next;
    },
    async release(page, fault) {
      await answer(held, fault);
      if (stage.saving)
        await page
          .evaluate(() => {
            (globalThis as Watched).writes.held = false;
          })
          .catch(() => undefined);
    },
  };
}

/** Has the page save its run's state, as it does when it goes out of sight. */
function saveNow(): void {
  const see = (value: string) => Object.defineProperty(document, 'visibilityState', { value, configurable: true });
  see('hidden');
  document.dispatchEvent(new Event('visibilitychange'));
  see('visible');
  document.dispatchEvent(new Event('visibilitychange'));
}

/** Whether a state of the run at work is kept, and that it is at work: of so many that have begun. */
const isKept = (run: number): Promise<boolean> =>
  new Promise((resolve) => {
    const opening = indexedDB.open('bottleneck');
    opening.onsuccess = () => {
      const reading = opening.result.transaction(['runs', 'states', 'notes']);
      const runs = reading.objectStore('runs').getAll();
      const states = reading.objectStore('states').getAllKeys();
      const note = reading.objectStore('notes').get('last-run');
      const queue = reading.objectStore('notes').get('queue');
      reading.oncomplete = () => {
        opening.result.close();
        const [latest] = runs.result.sort((a, b) => b.startedAt - a.startedAt);
        const { id } = note.result?.at(-1) ?? {};
        const { at = id } = queue.result?.at(-1) ?? {};
        const isNoted = runs.result.length === run && latest?.id === id && at === id;
        resolve(isNoted && [id, `${id}~`].some((key) => states.result.includes(key)));
      };
    };
  });
