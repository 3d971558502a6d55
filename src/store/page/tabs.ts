import { createSerialQueue } from '../../base/serial.ts';
import { takeAdapters } from '../adapters/state.ts';
import { stopQueue } from '../queue/state.ts';
import { readRuns } from '../runs/state.ts';
import { heard, openChannel, tell } from './channel.ts';
import { pageStore } from './state.ts';
import { onTraining, trains } from './training.ts';

/** Several tabs of this page: one trains at a time, and what one keeps, renames or deletes the others show. */

/** Held by the tab that trains, as long as it does; a tab that was closed holds nothing. Locks are absent outside a secure context. */
const lockName = 'bottleneck-training';

/** Lets the lock go; null: another tab has it, or none. */
let letGo: (() => void) | null = null;

/** Holds the lock that was got until this tab no longer trains. @returns whether it was got */
const hold = (lock: Lock | null): boolean | Promise<boolean> =>
  lock !== null &&
  new Promise<boolean>((resolve) => {
    letGo = () => {
      letGo = null;
      resolve(true);
    };
    if (trains()) tell({ type: 'trains' });
    else letGo();
  });

const isTaken = ({ held = [] }: LockManagerSnapshot) =>
  held.some(({ name, mode }) => name === lockName && mode === 'exclusive');

/** Takes the lock for as long as this tab trains. Where two began at once, the later one pauses. */
async function claim(): Promise<void> {
  while (trains() && !(await navigator.locks.request(lockName, { ifAvailable: true }, hold))) {
    // A tab that waits has it for a moment, too.
    if (!isTaken(await navigator.locks.query())) continue;
    stopQueue();
    void watch();
    return;
  }
}

const inTurn = createSerialQueue();

let watching = false;

/** Notes that another tab trains, until none does. */
async function watch(): Promise<void> {
  if (watching) return;
  watching = true;
  if (isTaken(await navigator.locks.query()) && letGo === null) {
    pageStore.setState({ trainsElsewhere: true });
    await navigator.locks.request(lockName, { mode: 'shared' }, () => undefined);
    pageStore.setState({ trainsElsewhere: false });
  }
  watching = false;
}

/** Records that other tabs have written, until they are read: while this tab is looked at, and those of a moment at once. */
function readLater(read: (ids: ReadonlySet<string>) => Promise<void>): (id: string) => void {
  const stale = new Set<string>();
  let reading = false;
  const readStale = async () => {
    if (reading || document.visibilityState === 'hidden') return;
    reading = true;
    while (stale.size > 0) {
      const ids = new Set(stale);
      stale.clear();
      await read(ids);
    }
    reading = false;
  };
  document.addEventListener('visibilitychange', () => void readStale());
  return (id) => {
    stale.add(id);
    void readStale();
  };
}

/** Follows the other tabs, and lets them follow this one. To be called once, when the page starts. */
export function followTabs(): void {
  openChannel();
  const readRun = readLater(readRuns);
  const readAdapter = readLater(takeAdapters);
  heard.listen((news) => {
    if (news.type === 'trains') void watch();
    else if (news.type === 'runs') readRun(news.id);
    else if (news.type === 'adapters') readAdapter(news.id);
  });
  if (!navigator.locks) return;
  onTraining((now) => {
    if (now) void inTurn(claim);
    else letGo?.();
  });
  void watch();
}
