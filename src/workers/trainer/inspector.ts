import { UserError } from '../../base/message.ts';
import type { Engine, NamedTensors } from '../../engine/contract.ts';
import type { Inspection } from '../../inspect/inspection.ts';
import type { MapSeries } from '../../inspect/snapshot.ts';
import type { EncoderConfig } from '../../model/encoder-config.ts';
import type { Session, SessionEvent } from '../../training/session.ts';
import { givenGroups, shownAnswers } from '../../training/shown-groups.ts';
import type { TrainerApi, TrainerEvent } from './api.ts';

// Fetched with the first inspection: a float64 encoder is no part of the page's start.
const inspections = () => import('../../inspect/inspection.ts');
const snapshots = () => import('../../inspect/snapshot.ts');

/** Sentences on the map, taken from the rows that epochs are scored on. */
const maxMapped = 64;
/** Tokens of the sentence that adapters are sampled with while training: few, so that it takes a moment. */
const maxSampledTokens = 16;
/** Adapters are sampled at most this often, in milliseconds, and for at most this share of the time. */
const minInterval = 2000;
const maxShare = 0.05;
/** Time of the last sample before there is one: the run's first batch is sampled, however soon it comes. */
const never = Number.NEGATIVE_INFINITY;

/** The frozen weights that a run stands on; null where the encoder is too large to keep twice. */
export interface Frozen {
  config: EncoderConfig;
  weights: NamedTensors | null;
}

interface InspectedRun {
  id: string;
  session: Session;
  frozen: Frozen;
}

/** Inspects the run being trained: adapters now and then, snapshots while they are watched, one sentence on request. */
export class Inspector {
  readonly #emit: (event: TrainerEvent) => void;
  readonly #now: () => number;
  #run: InspectedRun | null = null;
  #interval = minInterval;
  #sampledAt = never;
  /** The maps of the run so far; null before the first. */
  #maps: MapSeries | null = null;
  /** Whether someone watches: maps and histograms cost an evaluation each. */
  #watching = false;
  #epochs = 0;

  constructor({ emit, now }: { emit: (event: TrainerEvent) => void; now: () => number }) {
    this.#emit = emit;
    this.#now = now;
  }

  /** Inspects another run from now on; null: none. */
  follow(run: InspectedRun | null): void {
    this.#run = run;
    this.#maps = null;
    this.#sampledAt = never;
    this.#epochs = 0;
  }

  /**
   * Samples the adapters now and then and, while watched, weights and test sentences before training and after each
   * epoch.
   */
  async sample(event: SessionEvent): Promise<void> {
    if (!this.#run) return;
    const due = event.type === 'epoch' || (event.type === 'step' && this.#now() - this.#sampledAt >= this.#interval);
    if (due && this.#run.session.settings.plan.adapters.length > 0) await this.#reportSites(this.#run);
    if (event.type === 'epoch') this.#epochs = event.record.epoch;
    const begins = event.type === 'phase' && event.phase === 'training' && this.#maps === null;
    if (this.#watching && (begins || event.type === 'epoch')) await this.#reportSnapshot(this.#run);
  }

  /** Reports how strongly the last batch pulled at each adapter, and how much each does to a test sentence. */
  async #reportSites({ id, session, frozen }: InspectedRun): Promise<void> {
    const { plan, pooling } = session.settings;
    const { gradientNorms, siteEffects } = await inspections();
    const gradients = gradientNorms(await session.engine.readGradients(), plan.adapters);
    const began = this.#now();
    const trained = await session.engine.readTrainable();
    const { config, weights } = frozen;
    const { ids, types } = session.tokenise(session.dataset.test[0] ?? { text: '' });
    const tokens = { ids: ids.slice(0, maxSampledTokens), types: types?.slice(0, maxSampledTokens) };
    const effects = weights && siteEffects({ config, plan, pooling, frozen: weights, trained }, tokens);
    this.#emit({ type: 'sites', runId: id, gradients, effects });
    this.#sampledAt = this.#now();
    this.#interval = Math.max(minInterval, (this.#sampledAt - began) / maxShare);
  }

  async #reportSnapshot({ id, session }: InspectedRun): Promise<void> {
    const { histogramOf, MapSeries } = await snapshots();
    const { rows, kind, frozen, hidden } = session.shown;
    const mapped = rows.every.slice(0, maxMapped);
    const shownBy = async (engine: Engine) =>
      shownAnswers(
        kind,
        { states: await rows.states(engine, mapped, hidden), hidden, targets: rows.targets },
        maxMapped,
      );
    this.#maps ??= new MapSeries((await shownBy(frozen)).states);
    const { states, labels } = await shownBy(session.engine);
    const answers = givenGroups(kind, await rows.answersTo(session.engine, mapped));
    const points = labels.map((label, i) => ({ label, answer: answers[i] ?? null }));
    const maps = this.#maps.add({ epoch: this.#epochs, states, points });
    const histogram = histogramOf(await session.engine.readTrainable());
    this.#emit({ type: 'snapshot', runId: id, epoch: this.#epochs, histogram, maps });
  }

  /** Turns snapshots on, beginning with one at once, or off. */
  async watchSnapshots(on: boolean): Promise<void> {
    const begins = on && !this.#watching;
    this.#watching = on;
    if (begins && this.#run) await this.#reportSnapshot(this.#run);
  }

  /**
   * Inspects the run on a sentence; null without a run.
   * @throws UserError where the encoder is too large to inspect
   */
  async inspect({ text, second = '', ...at }: TrainerApi['inspect']['ask']): Promise<Inspection | null> {
    if (!this.#run) return null;
    const { session, frozen } = this.#run;
    const { config, weights } = frozen;
    if (!weights) throw new UserError('This encoder is too large to look inside here.');
    const { inspectSentence } = await inspections();
    const { plan, pooling } = session.settings;
    const trained = await session.engine.readTrainable();
    const gradients = this.#sampledAt > never ? await session.engine.readGradients() : null;
    const model = { config, plan, pooling, frozen: weights, trained };
    return inspectSentence(model, { text, ...session.tokenise({ text, second }) }, gradients, at);
  }
}
