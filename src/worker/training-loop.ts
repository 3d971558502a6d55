import type { LoadedEncoder, NamedTensors } from '../engine/contract.ts';
import type { Latency } from '../training/experiments/latency.ts';
import type {
  EpochRecord,
  FinalRecord,
  FrozenBaselines,
  Outcome,
  Phase,
  StepRecord,
} from '../training/records/records.ts';
import { isKept } from '../training/records/saved-run.ts';
import type { Session, SessionEvent } from '../training/session.ts';
import { forgetLooks, type Inside, look } from './looking.ts';
import type { RunPlan } from './protocol.ts';
import { breathe, tell, tellError } from './tell.ts';

/** The run being trained: its session, and the loop that pulls the session's events and reports them. */

/** Tokens of the sentence that adapters are looked at with while training: few, so that it takes a moment. */
const mostLookedAt = 16;
/** Progress is told at most this often, in milliseconds. */
const reportInterval = 200;

/** Forwards timed at the run's end, and milliseconds that this may take: a slow device makes do with fewer. */
const latencyRounds = { repeats: 15, budget: 1500 };

/** Of the time that a run trains, at most one part in so many goes into telling where it stands. */
const statePart = 20;
/** Nor is it told more often than this, in milliseconds: with epochs of a moment, the page would do nothing but keep them. */
const stateInterval = 1000;

let session: Session | null = null;
let inside: Inside | null = null;
let events: AsyncGenerator<SessionEvent> | null = null;
let running = false;
/** What `session.ahead` is while it runs. */
let ahead = 0;
/** The page asks where the run stands while it trains: told as soon as no step is under way. */
let stateAsked = false;
/** When the state was last told, and how long that took, in milliseconds. */
let stateTold = { at: Number.NEGATIVE_INFINITY, took: 0 };
/** Resolves when the loop has stopped pulling events. */
let loop: Promise<void> = Promise.resolve();

const news = {
  phase: 'ready' as Phase,
  steps: [] as StepRecord[],
  epochs: [] as EpochRecord[],
  final: null as FinalRecord | null,
  baseline: [] as EpochRecord[],
  baselines: null as FrozenBaselines | null,
  outcome: null as Outcome | null,
  latency: null as Latency | null,
};
const noNews = () => ({
  steps: [],
  epochs: [],
  final: null,
  baseline: [],
  baselines: null,
  outcome: null,
  latency: null,
});
let toldAt = 0;

function tellProgress(phase: Phase): void {
  if (!session) return;
  const { phase: _, ...told } = news;
  const { engine } = session;
  tell({ type: 'progress', phase, ...told, memory: engine.memory(), sharedHeap: engine.sharedHeapBytes() });
  Object.assign(news, noNews());
  toldAt = performance.now();
}

function note(event: SessionEvent): void {
  if (event.type === 'phase') {
    // A phase ends with an evaluation of one side or the other.
    news.outcome = session?.outcome() ?? null;
    news.phase = event.phase;
  }
  if (event.type === 'step') news.steps.push(event.record);
  if (event.type === 'epoch') news.epochs.push(event.record);
  if (event.type === 'final') {
    news.final = event.record;
    news.baselines = event.baselines;
  }
  if (event.type === 'baseline') news.baseline.push(event.record);
  if (event.type === 'baselines') news.baselines = event.record;
  // That the run is done is told by the loop's end, with what is measured then.
  if (news.phase !== 'done' && performance.now() - toldAt >= reportInterval) tellProgress(news.phase);
}

/**
 * Tells where the run stands while it trains: after every epoch, unless epochs are so short that telling would take too much
 * of the time, and when it was asked for. The progress up to there is told first, so that whoever keeps both has no state without its curves.
 */
async function tellOnTheWay({ type }: SessionEvent): Promise<void> {
  // At the end, the page asks once the run rests.
  if (!session || session.busy || news.phase === 'done' || !isKept(session.counts.trainable)) return;
  const rested = performance.now() - stateTold.at >= Math.max(stateInterval, statePart * stateTold.took);
  if (!stateAsked && !(type === 'epoch' && rested)) return;
  stateAsked = false;
  const started = performance.now();
  news.outcome = session.outcome();
  tellProgress(news.phase);
  tell({ type: 'state', run: session.run, state: await session.state() });
  if (running) session.ahead = ahead;
  stateTold = { at: performance.now(), took: performance.now() - started };
}

/** Pulls events until the run ends, `running` is cleared, or `until` says so. */
async function pull(until: (event: SessionEvent) => boolean): Promise<void> {
  while ((running || session?.busy) && events) {
    const { value, done } = await events.next();
    if (done) break;
    note(value);
    if (session) await look(session, value, inside);
    await tellOnTheWay(value);
    if (until(value)) break;
    await breathe();
  }
  running = false;
  if (news.phase === 'done' && session) news.latency = await session.latency(latencyRounds);
  tellProgress(news.phase === 'done' ? 'done' : 'paused');
}

/** @param steps after so many of them training pauses by itself */
export function go(during: 'train' | 'step', steps = Number.POSITIVE_INFINITY): void {
  if (running || !events) return;
  running = true;
  // Single steps are to show the weights right after the last of them.
  ahead = during === 'train' ? 1 : 0;
  if (session) session.ahead = ahead;
  let left = steps;
  loop = pull(({ type }) => type === 'step' && --left === 0).catch((error: unknown) => {
    running = false;
    events = null;
    tellError(during, error);
    tellProgress('failed');
  });
}

/** Asks the loop to end: no further step is handed over, those under way are waited for. */
export function halt(): void {
  running = false;
  if (session) session.ahead = 0;
}

export async function stop(): Promise<void> {
  halt();
  await loop;
}

export const currentSession = (): Session | null => session;

/** An encoder, and its weights where they are kept. */
interface LookedAt {
  loaded: LoadedEncoder | null;
  weights: NamedTensors | null;
}

/**
 * Makes a session the one that trains; the one before has been dropped.
 * @param encoder adapters' effects are measured on it, where its weights are kept
 */
export function takeSession(next: Session, { loaded, weights }: LookedAt): void {
  session = next;
  const ids = next.tokenise(next.dataset.test[0]?.text ?? '').ids.slice(0, mostLookedAt);
  inside = loaded && weights && { config: loaded.config, weights, ids };
  events = next.events();
}

/** What the page is told of a run that is set up. */
export const planOf = ({ totalSteps, stepsPerEpoch, counts, engine }: Session): RunPlan => ({
  totalSteps,
  stepsPerEpoch,
  counts,
  memory: engine.memory(),
  sharedHeap: engine.sharedHeapBytes(),
});

/** Tells where the run stands; while it trains, as soon as no step is under way. */
export async function tellState(): Promise<void> {
  if (!session) return;
  if (running || session.busy) {
    stateAsked = true;
    session.ahead = 0;
    return;
  }
  tell({ type: 'state', run: session.run, state: await session.state() });
}

export async function dropSession(): Promise<void> {
  await stop();
  session?.destroy();
  session = null;
  events = null;
  Object.assign(news, { phase: 'ready', ...noNews() });
  stateAsked = false;
  stateTold = { at: Number.NEGATIVE_INFINITY, took: 0 };
  forgetLooks();
}
