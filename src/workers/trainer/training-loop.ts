import { yieldToPage } from '../../base/work.ts';
import { isKept } from '../../training/records/saved-run.ts';
import type { Session, SessionEvent } from '../../training/session.ts';
import { sentError } from '../rpc.ts';
import type { Progress, RunSize, TrainerEvent } from './api.ts';
import { type Frozen, Inspector } from './inspector.ts';

/** Progress is reported at most this often, in milliseconds. */
const reportInterval = 200;

/** Forwards timed at the run's end, and milliseconds that this may take: a slow device makes do with fewer. */
const latencyRounds = { repeats: 15, budget: 1500 };

/** Reporting its state takes at most one part in this many of the time that a run trains. */
const statePart = 50;
/**
 * Milliseconds between two such reports, at least: after an epoch, of which there may be many in a moment, and between
 * any two steps, which are as much as a crash costs.
 */
const stateInterval = { epoch: 1000, step: 4000 };

type News = Omit<Progress, 'phase' | 'memory' | 'sharedHeap'>;

const noNews = (): News => ({
  steps: [],
  epochs: [],
  final: null,
  baseline: [],
  baselines: null,
  outcome: null,
  latency: null,
  failure: null,
});

/** A run with what the loop knows of it. */
interface Training {
  id: string;
  session: Session;
  /** Null once training has failed. */
  events: AsyncGenerator<SessionEvent> | null;
  phase: Progress['phase'];
  /** Contents of the next report. */
  news: News;
  /** The page has asked for the run's state while it trains: reported as soon as no step is under way. */
  stateAsked: boolean;
  /** When the state was last reported, and how long that took, in milliseconds. */
  stateTold: { at: number; took: number };
}

/** Steps and memory of a run that is set up. */
export const sizeOf = ({ totalSteps, stepsPerEpoch, engine }: Session): RunSize => ({
  totalSteps,
  stepsPerEpoch,
  memory: engine.memory(),
  sharedHeap: engine.sharedHeapBytes(),
});

/** The run being trained: its session, and the loop that pulls the session's events and reports them. */
export class TrainingLoop {
  readonly inspector: Inspector;
  readonly #emit: (event: TrainerEvent) => void;
  readonly #now: () => number;
  #training: Training | null = null;
  #running = false;
  /** Value of `session.ahead` while the loop runs. */
  #ahead = 0;
  #toldAt = 0;
  /** Resolves when the loop has stopped pulling events. */
  #stopped: Promise<void> = Promise.resolve();

  constructor(tools: { emit: (event: TrainerEvent) => void; now: () => number }) {
    this.#emit = tools.emit;
    this.#now = tools.now;
    this.inspector = new Inspector(tools);
  }

  get session(): Session | null {
    return this.#training?.session ?? null;
  }

  get runId(): string | null {
    return this.#training?.id ?? null;
  }

  /** Makes a session the one that trains; the one before has been dropped. */
  take(id: string, session: Session, frozen: Frozen): void {
    const stateTold = { at: Number.NEGATIVE_INFINITY, took: 0 };
    const events = session.events();
    this.#training = { id, session, events, phase: 'ready', news: noNews(), stateAsked: false, stateTold };
    this.inspector.follow({ id, session, frozen });
  }

  async drop(): Promise<void> {
    await this.stop();
    this.session?.destroy();
    this.#training = null;
    this.inspector.follow(null);
  }

  /** @param steps training pauses by itself after this many */
  go(steps = Number.POSITIVE_INFINITY): void {
    const training = this.#training;
    if (this.#running || !training?.events) return;
    this.#running = true;
    // Single steps are to show the weights right after the last of them.
    this.#ahead = Number.isFinite(steps) ? 0 : 1;
    training.session.ahead = this.#ahead;
    let left = steps;
    const isLast = ({ type }: SessionEvent) => type === 'step' && --left === 0;
    this.#stopped = this.#pull(training, training.events, isLast).catch((error: unknown) => {
      this.#running = false;
      training.events = null;
      training.news.failure = sentError(error);
      this.#report(training, 'failed');
    });
  }

  /** Asks the loop to end: no further step is handed over, those under way are waited for. */
  halt(): void {
    this.#running = false;
    if (this.session) this.session.ahead = 0;
  }

  async stop(): Promise<void> {
    this.halt();
    await this.#stopped;
  }

  /** Reports the run's state; while it trains, as soon as no step is under way. */
  async reportState(): Promise<void> {
    const training = this.#training;
    if (!training) return;
    if (this.#running || training.session.busy) {
      training.stateAsked = true;
      training.session.ahead = 0;
      return;
    }
    await this.#emitState(training);
  }

  async #emitState({ id, session }: Training): Promise<void> {
    this.#emit({ type: 'state', runId: id, state: await session.state() });
  }

  /** Pulls events until the run ends, `#running` is cleared, or `isLast` says so. */
  async #pull(
    training: Training,
    events: AsyncGenerator<SessionEvent>,
    isLast: (event: SessionEvent) => boolean,
  ): Promise<void> {
    const { session } = training;
    while (this.#running || session.busy) {
      const { value, done } = await events.next();
      if (done) break;
      this.#note(training, value);
      await this.inspector.sample(value);
      await this.#stateOnTheWay(training, value);
      if (isLast(value)) break;
      await yieldToPage();
    }
    this.#running = false;
    if (training.phase === 'done') training.news.latency = await session.latency(latencyRounds);
    this.#report(training, training.phase === 'done' ? 'done' : 'paused');
  }

  #report(training: Training, phase: Progress['phase']): void {
    const { engine } = training.session;
    const { id: runId, news } = training;
    const sizes = { memory: engine.memory(), sharedHeap: engine.sharedHeapBytes() };
    this.#emit({ type: 'progress', runId, phase, ...news, ...sizes });
    training.news = noNews();
    this.#toldAt = this.#now();
  }

  #note(training: Training, event: SessionEvent): void {
    const { news, session } = training;
    if (event.type === 'phase') {
      // A phase ends with an evaluation of one side or the other.
      news.outcome = session.outcome();
      training.phase = event.phase;
    }
    if (event.type === 'step') news.steps.push(event.record);
    if (event.type === 'epoch') news.epochs.push(event.record);
    if (event.type === 'final') {
      news.final = event.record;
      news.baselines = event.baselines;
    }
    if (event.type === 'baseline') news.baseline.push(event.record);
    if (event.type === 'baselines') news.baselines = event.record;
    // The loop's end reports that the run is done, with what is measured then.
    if (training.phase !== 'done' && this.#now() - this.#toldAt >= reportInterval)
      this.#report(training, training.phase);
  }

  /**
   * Reports the run's state while it trains: after the first step, then every few seconds and after every epoch, unless
   * that would take too much of the time, and when the page has asked. The progress so far is reported first, so that no
   * state is saved without its curves.
   */
  async #stateOnTheWay(training: Training, { type }: SessionEvent): Promise<void> {
    const { session, stateTold } = training;
    // At the end, the page asks once the run rests.
    if (training.phase === 'done' || !isKept(session.counts.trainable)) return;
    if (type === 'step' || type === 'epoch') {
      const rest = Math.max(stateInterval[type], statePart * stateTold.took);
      training.stateAsked ||= this.#now() - stateTold.at >= rest;
    }
    if (!training.stateAsked) return;
    if (session.busy) {
      // Steps under way are waited for: no further one is handed over.
      session.ahead = 0;
      return;
    }
    training.stateAsked = false;
    const started = this.#now();
    this.#report(training, training.phase);
    await this.#emitState(training);
    if (this.#running) session.ahead = this.#ahead;
    training.stateTold = { at: this.#now(), took: this.#now() - started };
  }
}
