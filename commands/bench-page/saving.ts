import type { Page, Worker } from 'playwright';

/** What it costs that a run's state is saved on the way: one run, in which saving is turned on and off by turns. */

/** In the worker's script: the milliseconds between two states, as the build leaves them. */
const intervals = /\{epoch:1e3,step:4e3\}/;
const switched = '{get epoch(){return self.savesNothing?1/0:1e3},get step(){return self.savesNothing?1/0:4e3}}';

/** In the worker: steps, the milliseconds that they took with all between them, and the states that were saved meanwhile. */
interface Notes {
  savesNothing: boolean;
  steps: number;
  milliseconds: number;
  states: number;
  /** Milliseconds from the report before a state until the state is on its way. */
  still: number;
}

interface Message {
  event?: { type: string; phase?: string; steps?: { step: number }[]; epochs?: unknown[] };
}

/** Runs in the worker. Steps are reported as soon as the last of them was made. */
function noteReports(): void {
  const notes = self as unknown as Notes;
  const post = self.postMessage.bind(self) as (message: unknown, options?: unknown) => void;
  let reported = 0;
  let before: { step: number; at: number } | null = null;
  self.postMessage = (message: Message, options?: unknown) => {
    const { type, phase, steps, epochs } = message.event ?? {};
    if (type === 'progress') {
      reported = performance.now();
      const last = steps?.at(-1);
      const now = last && phase === 'training' ? { step: last.step, at: performance.now() } : null;
      // Between two epochs, rows are scored: no part of this.
      if (before && now && epochs?.length === 0) {
        notes.steps += now.step - before.step;
        notes.milliseconds += now.at - before.at;
      }
      if (last || phase !== 'training') before = now;
    }
    post(message, options);
    if (type !== 'state') return;
    notes.states++;
    notes.still += performance.now() - reported;
  };
}

/** Steps a second while training, and the number of states that were saved meanwhile. */
async function turn(page: Page, worker: Worker, saves: boolean, seconds: number) {
  await worker.evaluate((saves) => {
    Object.assign(self, { savesNothing: !saves, steps: 0, milliseconds: 0, states: 0, still: 0 });
  }, saves);
  for (;;) {
    await page.waitForTimeout(200);
    const { steps, milliseconds, states, still } = await worker.evaluate(() => {
      const { steps, milliseconds, states, still } = self as unknown as Notes;
      return { steps, milliseconds, states, still };
    });
    if (milliseconds > 1000 * seconds)
      return { rate: (1000 * steps) / milliseconds, states, still: still / milliseconds };
  }
}

/** Before the page is opened: lets saving be turned off in its training worker. */
export async function makeSwitchable(page: Page): Promise<void> {
  await page.route('**/trainer.worker*', async (route) => {
    const response = await route.fetch();
    const body = await response.text();
    if (!intervals.test(body)) throw new Error('the intervals of src/workers/trainer/training-loop.ts were not found');
    const first = `{ const __name = (named) => named; (${noteReports.toString()})(); }\n`;
    await route.fulfill({ response, body: first + body.replace(intervals, switched) });
  });
}

/** Of a run under way: the share of its time that saving takes, in both orders by turns. */
export async function measureSaving(page: Page, rounds: number, seconds: number): Promise<void> {
  const worker = page.workers().find((one) => /trainer/.test(one.url()));
  if (!worker) throw new Error('the training worker is not there');
  const shares: number[] = [];
  let states = 0;
  let still = 0;
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 ? [false, true] : [true, false];
    const rates = new Map<boolean, number>();
    for (const saves of order) {
      const found = await turn(page, worker, saves, seconds);
      rates.set(saves, found.rate);
      states += found.states;
      still += found.still / rounds;
    }
    const [kept = 0, unkept = 0] = [rates.get(true), rates.get(false)];
    shares.push(100 * (1 - kept / unkept));
    console.log(`${kept.toFixed(2)} steps a second with saving, ${unkept.toFixed(2)} without`);
  }
  const sorted = shares.sort((a, b) => a - b);
  const at = (share: number) => (sorted[Math.round(share * (sorted.length - 1))] ?? 0).toFixed(1);
  console.log(
    `saving takes ${at(0.5)} % of the time (median; middle half ${at(0.25)} to ${at(0.75)} %), ${states} states in ${rounds * seconds} s`,
  );
  console.log(`the worker stands still for ${(100 * still).toFixed(2)} % of the time, until a state is on its way`);
}
