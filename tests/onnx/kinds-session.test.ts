import { expect, test } from 'vitest';
import { type Dataset, makeDatasetOf } from '../../src/data/dataset.ts';
import type { Row } from '../../src/data/rows/row.ts';
import { bundleFiles, dataFacts, readBundleFiles } from '../../src/files/bundle.ts';
import type { TaskKind } from '../../src/model/task-kind.ts';
import { noHistory, wholeRows } from '../../src/training/records/saved-run.ts';
import { readRun } from '../../src/training/run.ts';
import { scorings } from '../../src/training/scores/kinds.ts';
import type { ScoresOf } from '../../src/training/scores/scores.ts';
import { Session, type SessionEvent } from '../../src/training/session.ts';
import { withTinyOnWasm } from '../support/wasm.ts';

/** Whole runs of every kind of task: their baselines, and what is saved of them. */

const tiny = withTinyOnWasm();

const nouns = ['food', 'day', 'time', 'place'];
const places = ['good', 'bad', 'nice'];

/** Rows of a kind, from a few words. */
function rowsOf(kind: TaskKind, count: number): Row[] {
  return Array.from({ length: count }, (_, i) => {
    const words = [
      places[i % 3] ?? '',
      nouns[(i * 5) % 4] ?? '',
      ...(i % 4 === 0 ? ['\u200b'] : []),
      nouns[i % 4] ?? '',
    ];
    const text = words.join(' ');
    const label = {
      'single-label': `class ${i % 3}`,
      'multi-label': JSON.stringify(i % 5 === 0 ? [] : [`class ${i % 3}`, ...(i % 2 ? ['odd'] : [])]),
      regression: `${(i % 3) - 0.5}`,
      token: '',
    }[kind];
    const tags = words.map((word) => (nouns.includes(word) ? 'B-THING' : 'O'));
    return { text, label, line: i + 1, ...(kind === 'token' ? { tagged: { words, tags } } : {}) };
  });
}

function partsOf<K extends TaskKind>(kind: K, method: object) {
  const run = readRun({
    name: kind,
    model: 'tiny',
    data: { train: 'rows', kind },
    method,
    training: { epochs: 2, batchSize: 4, learningRate: 0.01, maxLength: 12 },
  });
  const rows = { train: rowsOf(kind, 14), test: rowsOf(kind, 9) };
  const dataset: Dataset<K> = makeDatasetOf(kind, rows, { name: kind, seed: run.training.seed });
  return {
    encoder: tiny.encoder,
    tokenizer: tiny.files.tokenizer,
    dataset,
    run,
    scoring: scorings[kind],
    now: () => 0,
  };
}

async function eventsOf<K extends TaskKind>(session: Session<K>): Promise<SessionEvent<ScoresOf[K]>[]> {
  const events: SessionEvent<ScoresOf[K]>[] = [];
  for await (const event of session.events()) events.push(event);
  return events;
}

const kinds: TaskKind[] = ['single-label', 'multi-label', 'regression', 'token'];

test.each(kinds)('%s: a run of the head alone is its own baseline', async (kind) => {
  const session = await Session.create<TaskKind>(partsOf(kind, { type: 'head-only' }));
  const events = await eventsOf(session);
  const of = (type: string) =>
    events.flatMap((event) => (event.type === type && 'record' in event ? [event.record] : []));
  const [epochs, baseline] = [of('epoch'), of('baseline')] as { trainLoss: number; test: { loss: number } }[][];
  expect(epochs?.length).toBe(2);
  epochs?.forEach(({ trainLoss, test: scores }, i) => {
    expect(baseline?.[i]?.trainLoss).toBeCloseTo(trainLoss, 5);
    expect(baseline?.[i]?.test.loss).toBeCloseTo(scores.loss, 5);
  });
  session.destroy();
});

test.each(kinds)('%s: a paused run is saved, and goes on to the same weights', async (kind) => {
  const parts = partsOf(kind, { type: 'houlsby', bottleneck: 4 });
  const whole = await Session.create<TaskKind>(parts);
  const session = await Session.create<TaskKind>(parts);
  await eventsOf(whole);
  let steps = 0;
  for await (const event of session.events()) if (event.type === 'step' && ++steps === 6) break;
  const bundle = {
    run: parts.run,
    labels: parts.dataset.labels,
    encoder: { config: tiny.files.config, sha256: '0'.repeat(64) },
    data: await dataFacts<TaskKind>(parts.dataset, kind),
    history: noHistory<ScoresOf[TaskKind]>(),
    state: await session.state(),
    rows: wholeRows<TaskKind>(parts.dataset),
  };
  session.destroy();
  const files = bundleFiles(bundle);
  const back = readBundleFiles(files, 'run.zip');
  expect(back.rows).toEqual(bundle.rows);
  expect(back.state.logits.length).toBeGreaterThan(0);
  const resumed = await Session.create<TaskKind>(parts, back.state);
  await eventsOf(resumed);
  const [ours, theirs] = [await whole.state(), await resumed.state()];
  expect([...theirs.trainable]).toEqual([...ours.trainable]);
  expect(theirs.logits).toEqual(ours.logits);
  expect(theirs.baseline?.records).toEqual(ours.baseline?.records);
  whole.destroy();
  resumed.destroy();
});

test('a run on pairs reads the second text and its types, in training, in what it is asked, and when it goes on', async () => {
  const words = (i: number) => nouns[i % 4] ?? '';
  const rows = Array.from({ length: 16 }, (_, i) => {
    const [text, second] = [words(i), words(i % 2 ? i : i + 1)];
    return { text: `good ${text}`, second: `bad ${second}`, label: i % 2 ? 'same' : 'other', line: i + 1 };
  });
  const run = readRun({
    name: 'pairs',
    data: { train: 'rows', pair: true },
    method: { type: 'houlsby', bottleneck: 4 },
    training: { epochs: 2, batchSize: 4, learningRate: 0.01, maxLength: 12 },
  });
  const dataset = makeDatasetOf('single-label', { train: rows, test: rows.slice(0, 6) }, { name: 'pairs', seed: 1 });
  const parts = { encoder: tiny.encoder, tokenizer: tiny.files.tokenizer, dataset, run, now: () => 0 };
  const session = await Session.create(parts);
  await eventsOf(session);
  const texts = { text: 'good day', second: 'bad day' };
  expect(session.tokenise(texts).types).toEqual([0, 0, 0, 0, 1, 1, 1]);
  const [asked, again] = [await session.predict(texts), await session.predict({ ...texts, second: 'bad time' })];
  expect(asked).toMatchObject(texts);
  expect(asked.tokens).toHaveLength(7);
  expect(again.adapted).not.toEqual(asked.adapted);

  const bundle = {
    run,
    labels: dataset.labels,
    encoder: { config: tiny.files.config, sha256: '0'.repeat(64) },
    data: await dataFacts(dataset),
    history: noHistory<ScoresOf['single-label']>(),
    state: await session.state(),
    rows: wholeRows(dataset),
  };
  const back = readBundleFiles(bundleFiles(bundle), 'run.zip');
  expect([back.rows, back.run]).toEqual([bundle.rows, run]);
  const resumed = await Session.create(parts, back.state);
  expect(await resumed.predict(texts)).toEqual(asked);

  // As an earlier version read the same rows: joined, and all of type 0.
  const old = makeDatasetOf('single-label', { train: rows, test: rows }, { name: 'pairs', seed: 1, pair: false });
  const before = await Session.create({ ...parts, dataset: old, run: readRun({ ...run, data: { train: 'rows' } }) });
  expect(before.tokenise({ text: 'good day [SEP] bad day' })).toEqual({
    ids: session.tokenise(texts).ids,
    tokens: session.tokenise(texts).tokens,
  });
  for (const one of [session, resumed, before]) one.destroy();
});
