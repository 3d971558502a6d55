import type { TaskKind } from '../../src/model/task-kind.ts';
import type { Session, SessionEvent } from '../../src/training/session.ts';
import { writeResult } from '../support/page/files.ts';
import { type Checkpoint, checkpointNames, writeCheckpoint } from './checkpoint.ts';

/** Milliseconds after which a run is saved in the middle of an epoch. */
const interval = 30_000;
/** Saving takes at most one part in this many of the time, the first time apart. */
const timePart = 50;
/** Turns that are worth saving by themselves: at these no step is under way. */
const turns: readonly SessionEvent['type'][] = ['epoch', 'baselines', 'final'];

/** Saves a run while it trains: at its first step's end, then at epochs, and in long ones every half a minute. */
export class Keeper {
  readonly #session: Session<TaskKind>;
  readonly #checkpoint: () => Promise<Checkpoint>;
  readonly #now: () => number;
  #first = true;
  #at: number;
  #took = 0;
  #spent = 0;
  #warned = false;
  /** What the newest checkpoint holds. */
  #kept = '';

  /** @param tools `checkpoint`: the run as it stands; `now`: milliseconds */
  constructor(session: Session<TaskKind>, tools: { checkpoint: () => Promise<Checkpoint>; now: () => number }) {
    this.#session = session;
    this.#checkpoint = tools.checkpoint;
    this.#now = tools.now;
    this.#at = tools.now();
    // The first step has none behind it, so that it can be saved.
    session.ahead = 0;
  }

  /** Seconds that saving has taken. */
  get seconds(): number {
    return this.#spent / 1000;
  }

  #due(type: SessionEvent['type']): boolean {
    if (this.#first) return type === 'step';
    const since = this.#now() - this.#at;
    const rested = since >= (timePart - 1) * this.#took;
    return rested && (turns.includes(type) || (type === 'step' && since >= interval));
  }

  /** To be called at every event: saves the run where it is time, as soon as no step is under way. */
  async at({ type }: Pick<SessionEvent, 'type'>): Promise<void> {
    if (!this.#due(type)) return;
    this.#session.ahead = 0;
    if (this.#session.busy) return;
    await this.save();
    this.#first = false;
    this.#session.ahead = 1;
  }

  /** Saves the run as it stands, with no step under way. A disk that refuses is told once; training goes on. */
  async save(): Promise<void> {
    const started = this.#now();
    const checkpoint = await this.#checkpoint();
    const { step, epochs, finished, baseline } = checkpoint.bundle.state;
    const standing = [step, epochs, finished, baseline !== null].join();
    if (standing === this.#kept) return;
    try {
      await writeResult(checkpointNames.newest, writeCheckpoint(checkpoint), checkpointNames.previous);
      this.#kept = standing;
    } catch (error) {
      if (!this.#warned)
        console.log(`warning: ${error instanceof Error ? error.message : error} Training goes on without it.`);
      this.#warned = true;
    }
    this.#at = this.#now();
    this.#took = this.#at - started;
    this.#spent += this.#took;
  }
}
