import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import { type Dataset, makeDataset } from '../../src/data/dataset.ts';
import { type EpochRecord, scoresOf } from '../../src/training/records/records.ts';
import type { SessionState } from '../../src/training/records/saved-run.ts';
import { isOwnBudgetBest } from '../../src/training/records/standing.ts';
import { readRun } from '../../src/training/run.ts';
import { Session, type SessionEvent } from '../../src/training/session.ts';
import { plainEncoder, plainTokenizer } from '../support/plain-engine.ts';

/** The loop around the engine: on validation rows, what is chosen, when it stops, and who reads the test rows. */

/** Sentences of three classes, each with words of its own among others, and labels that are wrong now and then. */
function rows(count: number, seed: number) {
  const random = createRandom(seed);
  const draw = (most: number) => Math.floor(random.uniform() * most);
  return Array.from({ length: count }, (_, line) => {
    const topic = draw(3);
    const words = Array.from({ length: 3 + draw(4) }, () =>
      random.uniform() < 0.5 ? 8 * topic + draw(8) : 24 + draw(40),
    );
    const label = `class ${random.uniform() < 0.15 ? draw(3) : topic}`;
    return { text: words.join(' '), label, line };
  });
}

const all = { train: rows(90, 1), test: rows(60, 2) };

function parts(change: { training?: object; data?: object; method?: object } = {}) {
  const run = readRun({
    name: 'plain',
    data: { task: 'plain', ...change.data },
    method: { type: 'houlsby', ...change.method },
    training: { epochs: 6, batchSize: 8, learningRate: 0.05, maxLength: 16, ...change.training },
  });
  const { validationShare } = run.data;
  const dataset = makeDataset(all, { name: 'plain', validationShare, seed: run.training.seed });
  const { encoder, asked } = plainEncoder();
  return { parts: { run, dataset, encoder, tokenizer: plainTokenizer, now: () => 0 }, asked, dataset };
}

const validated = { data: { validationShare: 0.3 } };
const choosing = { ...validated, training: { choose: 'best-epoch', patience: 2, learningRate: 0.5, epochs: 12 } };

async function rest(session: Session): Promise<SessionEvent[]> {
  const events: SessionEvent[] = [];
  for await (const event of session.events()) events.push(event);
  return events;
}

const of = <T extends SessionEvent['type']>(events: SessionEvent[], type: T) =>
  events.filter((event): event is Extract<SessionEvent, { type: T }> => event.type === type);
const epochs = (events: SessionEvent[]): EpochRecord[] => of(events, 'epoch').map(({ record }) => record);
const curve = (events: SessionEvent[]): EpochRecord[] => of(events, 'baseline').map(({ record }) => record);
const lossesOf = (records: EpochRecord[]) => records.map((record) => scoresOf(record).loss);
const finalOf = (events: SessionEvent[]) => of(events, 'final')[0];

/** Whether a row is a test row, by its key. */
const testKeys =
  ({ train, test }: Dataset) =>
  (key: number) =>
    key >= train.length && key < train.length + test.length;

/** An epoch is the last event before the end: the first epoch is followed by the baselines. */
const isEnd = (before: SessionEvent | undefined) => before?.type === 'epoch' && before.record.epoch > 1;

describe('a run of the head alone', () => {
  test.each([{}, validated, choosing, { training: { weightDecay: 0.3, clip: null, schedule: 'cosine', warmup: 0.3 } }])(
    'equals the frozen baseline of the same budget: %j',
    async (change) => {
      const session = await Session.create(parts({ ...change, method: { type: 'head-only' } }).parts);
      const events = await rest(session);
      expect(curve(events).map(({ epoch }) => epoch)).toEqual(epochs(events).map(({ epoch }) => epoch));
      epochs(events).forEach((record, i) => {
        const theirs = curve(events)[i];
        expect(theirs?.trainLoss).toBeCloseTo(record.trainLoss, 6);
        expect(theirs && scoresOf(theirs).loss).toBeCloseTo(scoresOf(record).loss, 6);
      });
      const { record, baselines } = finalOf(events) ?? {};
      expect(baselines?.sameBudget?.epochs).toBe(record?.epoch);
      expect(baselines?.sameBudget?.test).toEqual(record?.test);
    },
  );
});

describe('with validation rows', () => {
  test('every epoch is scored on them, and each test row is read once, at the end, by both sides', async () => {
    const { parts: run, asked, dataset } = parts(validated);
    const session = await Session.create(run);
    const isTest = testKeys(dataset);
    let seen = 0;
    for await (const event of session.events()) {
      if (event.type === 'epoch' || event.type === 'baseline') expect(event.record.test).toBeUndefined();
      if (event.type === 'baselines') expect(event.record.best).toMatchObject({ test: null, validation: {} });
      const read = [...(asked[0]?.evaluated ?? []), ...(asked[1]?.encoded ?? [])].filter(isTest).length;
      if (event.type !== 'work' && event.type !== 'final' && event.type !== 'phase') expect(read).toBe(0);
      seen = read;
    }
    expect(seen).toBe(2 * dataset.test.length);
    for (const keys of [asked[0]?.evaluated ?? [], asked[1]?.encoded ?? []])
      expect(keys.filter(isTest)).toHaveLength(new Set(keys.filter(isTest)).size);
    expect(session.outcome()).toMatchObject({ on: 'test', rows: dataset.test.length });
  });

  test('the best epoch remains: its weights, its logits, its scores', async () => {
    const session = await Session.create(
      parts({ ...choosing, training: { choose: 'best-epoch', learningRate: 0.5, epochs: 12, schedule: 'constant' } })
        .parts,
    );
    const weights = new Map<number, string>();
    const text = async () =>
      JSON.stringify([...(await session.engine.readTrainable())].map(([, { data }]) => [...data]));
    const events: SessionEvent[] = [];
    for await (const event of session.events()) {
      events.push(event);
      if (event.type === 'epoch') weights.set(event.record.epoch, await text());
    }
    const losses = lossesOf(epochs(events));
    const best = losses.indexOf(Math.min(...losses)) + 1;
    expect(best).toBeLessThan(losses.length);
    expect(finalOf(events)?.record.epoch).toBe(best);
    expect(await text()).toBe(weights.get(best));
  });

  test('patience ends the run and its baseline early, and steps handed over ahead change nothing', async () => {
    const session = await Session.create(parts(choosing).parts);
    session.ahead = 3;
    const events = await rest(session);
    for (const records of [epochs(events), curve(events)]) {
      const losses = lossesOf(records);
      expect(losses.length).toBeLessThan(12);
      expect(losses.indexOf(Math.min(...losses))).toBe(losses.length - 1 - 2);
    }
    expect(of(events, 'step')).toHaveLength(epochs(events).length * session.stepsPerEpoch);
    const straight = await rest(await Session.create(parts(choosing).parts));
    expect(epochs(straight)).toEqual(epochs(events));
    expect(finalOf(straight)).toEqual(finalOf(events));
  });

  const stops: [string, (event: SessionEvent, before: SessionEvent | undefined) => boolean][] = [
    ['in the first epoch', (event) => event.type === 'step' && event.record.step === 3],
    ['after the first epoch', (event) => event.type === 'epoch'],
    ['after the baselines', (event) => event.type === 'baselines'],
    ['when the best epoch is behind', (event) => event.type === 'epoch' && event.record.epoch === 4],
    [
      'when the test rows are to be read',
      (event, before) => isEnd(before) && event.type === 'phase' && event.phase === 'evaluating',
    ],
    ['while the test rows are read', (event, before) => isEnd(before) && event.type === 'work'],
    ['at the end', (event) => event.type === 'final'],
  ];
  test.each(stops)('stopped %s and taken up again, a run gives the same numbers', async (_, stop) => {
    const first = await Session.create(parts(choosing).parts);
    const events = first.events();
    let state: SessionState | undefined;
    let before: SessionEvent | undefined;
    const after: SessionEvent[] = [];
    for (let next = await events.next(); !next.done; next = await events.next()) {
      if (state) after.push(next.value);
      else if (stop(next.value, before)) state = structuredClone(await first.state());
      if (next.value.type !== 'phase' && next.value.type !== 'work') before = next.value;
    }
    expect(state).toBeDefined();
    const second = await Session.create(parts(choosing).parts, state);
    const reports = (list: SessionEvent[]) => list.filter(({ type }) => type !== 'work' && type !== 'phase');
    expect(reports(await rest(second))).toEqual(reports(after));
    expect(await second.engine.readTrainable()).toEqual(await first.engine.readTrainable());
    expect(second.outcome()).toEqual(first.outcome());
    expect(await second.predict({ text: '1 2 3' })).toEqual(await first.predict({ text: '1 2 3' }));
  });
});

describe('the frozen baseline at its best', () => {
  test('is chosen on other rows than those that are tested on', async () => {
    const { parts: run, dataset } = parts({ training: { epochs: 1, learningRate: 0.0005 } });
    const session = await Session.create(run);
    await rest(session);
    const { sameBudget, best } = session.baselines ?? {};
    expect(best?.learningRate).toBeGreaterThan(0.0005);
    expect(best?.epochs).toBeGreaterThan(1);
    expect(best?.steps).toBe((best?.epochs ?? 0) * session.stepsPerEpoch);
    expect(best?.test?.accuracy).toBeGreaterThan(sameBudget?.test?.accuracy ?? 1);
    // Whatever the test rows say, the choice is the same.
    const others = { ...dataset, test: dataset.test.map(({ text, label }) => ({ text, label: (label + 1) % 3 })) };
    const turned = await Session.create({ ...run, dataset: others });
    await rest(turned);
    const choice = ({ learningRate, epochs: made, plannedEpochs }: NonNullable<typeof best>) => [
      learningRate,
      made,
      plannedEpochs,
    ];
    expect(turned.baselines && choice(turned.baselines.best)).toEqual(best && choice(best));
  });

  test("with too few rows to judge on, the run's own budget is all that is tried", async () => {
    const { parts: run, dataset } = parts();
    const few = { ...dataset, train: dataset.train.slice(0, 9) };
    const session = await Session.create({ ...run, dataset: few });
    await rest(session);
    expect(session.baselines && isOwnBudgetBest(session.baselines)).toBe(true);
    expect(session.baselines?.best).toEqual(session.baselines?.sameBudget);
  });
});
