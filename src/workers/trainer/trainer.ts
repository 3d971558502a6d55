import { msg, UserError } from '../../base/message.ts';
import { createSerialQueue } from '../../base/serial.ts';
import { checkTokens, fittingLength } from '../../data/checks/checks.ts';
import type { Dataset } from '../../data/dataset.ts';
import { textsOf } from '../../data/rows/texts.ts';
import { roundFrozen } from '../../model/frozen-bits.ts';
import type { TaskKind } from '../../model/task-kind.ts';
import { occludedTexts, occlusionOf } from '../../training/experiments/occlusion.ts';
import type { TaggedWord } from '../../training/records/records.ts';
import { kindOf, type Run, readRun, taskName } from '../../training/run.ts';
import { scoringOf } from '../../training/scores/scoring.ts';
import { Session } from '../../training/session.ts';
import type { Call, Handlers } from '../rpc.ts';
import type { AdapterPool } from './adapter-pool.ts';
import type {
  EncoderFacts,
  ResumedRun,
  RunSize,
  TaskRows,
  TaskSummary,
  TokenFinding,
  TrainedAdapter,
  TrainerApi,
} from './api.ts';
import { Host, type HostTools, type PlacedEncoder } from './host.ts';
import { datasetFrom, OwnRows, readTask, summaryOf, testRowsOf } from './task-rows.ts';
import { sizeOf, TrainingLoop } from './training-loop.ts';

/** The pool's name for a copy of the run being trained, so that its strength can be changed apart from it. */
const liveCopy = 'live';

type Ask<K extends keyof TrainerApi> = TrainerApi[K]['ask'];
type Signal = Pick<Call, 'signal'>;

/**
 * Owns what trains: the engine's device, the encoder on it, the task's rows, the run, and the trained adapters beside it. No
 * arithmetic here: requests become verbs of the session. They are carried out one after another, so that none meets another's
 * half-made state.
 */
export class Trainer implements Handlers<TrainerApi> {
  readonly #tools: HostTools;
  readonly #loop: TrainingLoop;
  readonly #host: Host;
  readonly #inTurn = createSerialQueue();
  readonly #ownRows = new OwnRows();
  #task: TaskRows | null = null;
  #isDemonstrating = false;

  constructor(tools: HostTools) {
    this.#tools = tools;
    this.#loop = new TrainingLoop(tools);
    this.#host = new Host(tools, this.#loop);
  }

  /** Carries a request out after those before it; one that is aborted until then is left out. */
  #queue<T>({ signal }: Signal, work: () => Promise<T> | T): Promise<T> {
    return this.#inTurn(() => {
      signal.throwIfAborted();
      return work();
    });
  }

  open({ base }: Ask<'open'>, call: Signal): Promise<void> {
    this.#host.base = base;
    return this.#queue(call, () => this.#host.open());
  }

  /**
   * Lets the reading of files begin at once, while the requests before it are carried out; what was read is used in its
   * turn.
   */
  async #queueRead<R, T>(call: Signal, reading: Promise<R>, take: (read: R) => Promise<T> | T): Promise<T> {
    // A failure is reported in its turn, too.
    reading.catch(() => undefined);
    return this.#queue(call, async () => take(await reading));
  }

  loadEncoder({ frozenBits, ...source }: Ask<'loadEncoder'>, call: Signal): Promise<EncoderFacts> {
    return this.#queueRead(call, this.#host.readFiles(source), (files) =>
      this.#host.openEncoder(source, files, frozenBits),
    );
  }

  loadTask({ name }: Ask<'loadTask'>, call: Signal): Promise<TaskSummary> {
    return this.#queueRead(call, this.#rowsOfTask(name), (rows) => this.#openTask(rows));
  }

  addRows(rows: Ask<'addRows'>, call: Signal): Promise<void> {
    return this.#queue(call, () => this.#ownRows.add(rows));
  }

  loadRows(ask: Ask<'loadRows'>, call: Signal): Promise<TaskSummary> {
    return this.#queue(call, () => this.#openTask(this.#ownRows.taskRows(ask)));
  }

  configure({ runId, run: json, state, start }: Ask<'configure'>, call: Signal): Promise<RunSize> {
    return this.#queue(call, async () => {
      const run = readRun(json);
      // Whatever becomes of this one, the run before is no longer on the page.
      await this.#loop.stop();
      await this.#host.moveTo(run);
      const { loaded, tokenizer, weights } = this.#host.neededEncoder();
      const name = taskName(run);
      if (name !== this.#task?.name) throw new UserError(msg`Task ${name} is not loaded.`);
      await this.#loop.drop();
      const { now } = this.#tools;
      const [dataset, scoring] = await Promise.all([this.#datasetOf(run), scoringOf(kindOf(run))]);
      const parts = { encoder: loaded, tokenizer, dataset, run, scoring, start, now };
      const session = await Session.create<TaskKind>(parts, state);
      this.#loop.take(runId, session, { config: loaded.config, weights });
      return sizeOf(session);
    });
  }

  allowGpu(_: null, call: Signal): Promise<void> {
    return this.#queue(call, () => this.#host.allowGpu());
  }

  /** Takes effect at once, as a loss does. */
  async loseDevice(): Promise<void> {
    this.#host.loseDevice();
  }

  train(_: null, call: Signal): Promise<void> {
    return this.#queue(call, () => this.#loop.go());
  }

  step({ count }: Ask<'step'>, call: Signal): Promise<void> {
    return this.#queue(call, () => this.#loop.go(count));
  }

  /** Takes effect at once, not after what is queued before it. */
  pause(_: null, call: Signal): Promise<void> {
    this.#loop.halt();
    return this.#queue(call, () => this.#loop.stop());
  }

  predict({ adapter, strength, ...texts }: Ask<'predict'>, call: Signal) {
    return this.#queue(call, () =>
      this.#answer(
        { adapter, strength },
        (session) => session.predict(texts),
        (pool, id) => pool.predict(id, texts, strength),
      ),
    );
  }

  occlude({ text, words, covered, ...answering }: Ask<'occlude'>, call: Signal) {
    return this.#queue(call, async () => {
      const mask = this.#host.encoder?.tokenizer.mask ?? null;
      const texts = occludedTexts(text, words, covered, mask);
      const answers = await this.#answer(
        answering,
        (session) => session.predictAll(texts),
        (pool, id) => pool.predictAll(id, texts, answering.strength),
      );
      return answers && occlusionOf(answers, mask);
    });
  }

  /** Answers with a loaded adapter, or with the run; null where there is neither. */
  async #answer<A extends { adapted: unknown; words?: TaggedWord[] | undefined }>(
    { adapter, strength }: Pick<Ask<'predict'>, 'adapter' | 'strength'>,
    ofRun: (session: Session) => Promise<A>,
    ofPool: (pool: AdapterPool, id: string) => Promise<A>,
  ): Promise<A | null> {
    const { session } = this.#loop;
    const pool = this.#host.pool;
    if (adapter !== null && pool) return ofPool(pool, adapter);
    if (!session) return null;
    const answer = await ofRun(session);
    const live = strength === 1 ? null : await this.#trained();
    if (!live || !pool) return answer;
    await pool.load(liveCopy, live);
    const { adapted, words: tagged } = await ofPool(pool, liveCopy);
    const words = answer.words?.map((word, at) => ({ ...word, adapted: tagged?.[at]?.adapted ?? null }));
    return { ...answer, adapted, ...(words ? { words } : {}) };
  }

  readAdapter(_: null, call: Signal): Promise<TrainedAdapter | null> {
    return this.#queue(call, () => this.#trained());
  }

  async #trained(): Promise<TrainedAdapter | null> {
    const { session } = this.#loop;
    return session && { run: session.run, labels: [...session.labels], tensors: await session.engine.readTrainable() };
  }

  reportState(_: null, call: Signal): Promise<void> {
    return this.#queue(call, () => this.#loop.reportState());
  }

  readRun(ask: Ask<'readRun'>, call: Signal) {
    return this.#queue(call, async () => {
      // Fetched when a run is first transferred: its readers and writers are no part of the page's start.
      const { readRunOf } = await import('./transfer.ts');
      const encoder = this.#host.neededEncoder();
      const { session } = this.#loop;
      if (!session) throw new UserError('No run is set up.');
      return readRunOf(session, this.#standsOn(encoder), ask);
    });
  }

  /** The run before stays until everything has been checked and the new one stands. */
  resume({ runId, bundle, own }: Ask<'resume'>, call: Signal): Promise<ResumedRun> {
    return this.#queue(call, async () => {
      const { rowsOfBundle } = await import('./transfer.ts');
      const run = readRun(bundle.run);
      const here = { builtIn: (name: string) => this.#rowsOfTask(name), own };
      const encoder = this.#standsOn(this.#host.neededEncoder());
      const { rows, dataset, brought } = await rowsOfBundle(bundle, run, encoder, here);
      const before = this.#loop.runId;
      await this.#host.moveTo(run);
      const { loaded, tokenizer, weights } = this.#host.neededEncoder();
      const scoring = await scoringOf(kindOf(run));
      const parts = { encoder: loaded, tokenizer, dataset, run, scoring, now: this.#tools.now };
      const session = await Session.create<TaskKind>(parts, bundle.state).catch((error: unknown) => {
        // The move may have cost the run before its encoder.
        if (before !== null && !this.#loop.session) this.#tools.emit({ type: 'run-dropped', runId: before });
        throw error;
      });
      await this.#loop.drop();
      this.#loop.take(runId, session, { config: loaded.config, weights });
      this.#task = rows;
      const task = { ...summaryOf(rows), labels: [...bundle.labels] };
      return { task, rows: brought ? rows : null, outcome: session.outcome(), ...sizeOf(session) };
    });
  }

  /** An encoder as a transferred run stands on it: with the files' own weights, however the run rounds them. */
  #standsOn(encoder: PlacedEncoder) {
    const { weights, loaded, frozenBits } = encoder;
    const { config } = loaded;
    const files = async () => (weights && frozenBits === 32 ? { config, weights } : this.#host.readFiles(encoder));
    return { name: encoder.name, config, files };
  }

  loadAdapter({ id, run, labels, tensors }: Ask<'loadAdapter'>, call: Signal): Promise<void> {
    return this.#queue(call, async () => {
      if (!this.#host.pool) throw new UserError('No encoder is loaded.');
      if (run.model !== this.#host.encoder?.name)
        throw new UserError(msg`This adapter belongs to the encoder ${run.model}.`);
      await this.#host.pool.load(id, { run: readRun(run), labels, tensors });
    });
  }

  releaseAdapter({ id }: Ask<'releaseAdapter'>, call: Signal): Promise<void> {
    return this.#queue(call, () => this.#host.pool?.release(id));
  }

  scoreAdapter({ id, strength, rows }: Ask<'scoreAdapter'>, call: Signal) {
    return this.#queue(call, async () => {
      const adapter = this.#host.pool?.find(id);
      if (!this.#host.pool || !adapter) throw new UserError('This adapter is no longer loaded. Choose it again.');
      const dataset = rows ? testRowsOf(rows, adapter) : await this.#datasetOf(adapter.run);
      return { scores: await this.#host.pool.score(id, dataset, strength), rows: dataset.test.length };
    });
  }

  demonstrateForgetting(
    { first, second, full, steps }: Ask<'demonstrateForgetting'>,
    call: Call<TrainerApi['demonstrateForgetting']['progress']>,
  ): Promise<void> {
    return this.#queue(call, async () => {
      const { bases, tokenizer } = this.#host.neededEncoder();
      await this.#loop.stop();
      const { showForgetting } = await import('./experiments.ts');
      const runs = { adapters: readRun(first), full: readRun(full) };
      // Both are built-in tasks, whose rows have one class each.
      const of = async (run: Run) => (await this.#datasetOf(run)) as Dataset;
      const datasets = await Promise.all([of(runs.adapters), of(readRun(second))]);
      const encoder = await bases.in(runs.adapters.frozenBits);
      this.#isDemonstrating = true;
      await showForgetting(
        { encoder, tokenizer, first: datasets[0], second: datasets[1], runs, steps },
        { progress: call.progress, isWanted: () => this.#isDemonstrating },
      );
    });
  }

  /** Takes effect at once: the demonstration ends after the step under way. */
  async stopForgetting(): Promise<void> {
    this.#isDemonstrating = false;
  }

  compareEngines({ run: json }: Ask<'compareEngines'>, call: Call<TrainerApi['compareEngines']['progress']>) {
    return this.#queue(call, async () => {
      const run = readRun(json);
      const encoder = this.#host.neededEncoder();
      await this.#loop.stop();
      const { compareEngines } = await import('./experiments.ts');
      const { openDevice: open, now } = this.#tools;
      const files = roundFrozen(await this.#host.readFiles(encoder), run.frozenBits);
      const parts = { run, dataset: await this.#datasetOf(run), tokenizer: encoder.tokenizer };
      return compareEngines(parts, { open, files, now, progress: call.progress });
    });
  }

  exportOnnx({ precision }: Ask<'exportOnnx'>, call: Call<TrainerApi['exportOnnx']['progress']>) {
    return this.#queue(call, async () => {
      await this.#loop.stop();
      const { session } = this.#loop;
      if (!session) throw new UserError('There is no run to export. Set one up and train it first.');
      const encoder = this.#host.neededEncoder();
      const { loaded, tokenizer, weights } = encoder;
      const files = async () =>
        weights
          ? { config: loaded.config, weights, tokenizer }
          : roundFrozen(await this.#host.readFiles(encoder), session.run.frozenBits);
      const { exportOnnx } = await import('./onnx-export.ts');
      return exportOnnx({ session, files, precision }, call.progress);
    });
  }

  watchSnapshots({ on }: Ask<'watchSnapshots'>, call: Signal): Promise<void> {
    return this.#queue(call, () => this.#loop.inspector.watchSnapshots(on));
  }

  inspect(ask: Ask<'inspect'>, call: Signal) {
    return this.#queue(call, () => this.#loop.inspector.inspect(ask));
  }

  viewTokens({ length, ...texts }: Ask<'viewTokens'>, call: Signal) {
    return this.#queue(call, () => this.#host.encoder?.tokenizer.view(texts, length) ?? null);
  }

  checkTokens({ length, positions }: Ask<'checkTokens'>, call: Signal) {
    return this.#queue(call, () => {
      const [encoder, rows] = [this.#host.encoder, this.#task];
      if (!encoder || !rows) return null;
      const findings = checkTokens(rows, encoder.tokenizer, length).flatMap(
        ({ check, count, share = 0, examples }): TokenFinding[] =>
          check === 'cut-off' || check === 'unknown-tokens'
            ? [{ check, count, share, examples: examples.map(({ row }) => textsOf(row)) }]
            : [],
      );
      const fitting = fittingLength([...rows.train, ...rows.test], encoder.tokenizer, positions);
      return { findings, fitting };
    });
  }

  #openTask(rows: TaskRows): TaskSummary {
    const summary = summaryOf(rows);
    this.#task = rows;
    return summary;
  }

  async #rowsOfTask(name: string): Promise<TaskRows> {
    return this.#task?.name === name ? this.#task : readTask(name, (path) => this.#host.fetch(path));
  }

  /** The rows that a run trains on, whichever task is open. */
  async #datasetOf(run: Run) {
    return datasetFrom(await this.#rowsOfTask(taskName(run)), run);
  }
}
