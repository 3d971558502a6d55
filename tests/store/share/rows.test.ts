import { deflateSync } from 'fflate';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { toBase64Url } from '../../../src/data/base64url.ts';
import { maxLinkedCharacters, packLinkedRows, unpackLinkedRows } from '../../../src/data/rows/linked-rows.ts';
import { joinedText } from '../../../src/data/rows/texts.ts';
import { replaceRows } from '../../../src/store/dataset/actions.ts';
import { datasetStore } from '../../../src/store/dataset/state.ts';
import { statusOf } from '../../../src/store/page/selectors.ts';
import { firstRun, initialState, pageStore } from '../../../src/store/page/state.ts';
import { linkStore, linkTo, openLink, readLink } from '../../../src/store/share/link.ts';
import {
  dataForLink,
  linkedRowsStore,
  openLinkedRows,
  rowDifferences,
  takeBuiltInTask,
  takeLinkedRows,
} from '../../../src/store/share/rows.ts';
import { isPair, readRun, taskName, withPairs } from '../../../src/training/run.ts';
import { asked, forgetAsked, lastAsk, settled } from '../../support/fake-trainer.ts';

vi.mock('../../../src/workers/trainer/client.ts', async (original) => ({
  ...(await original<typeof import('../../../src/workers/trainer/client.ts')>()),
  callTrainer: (await import('../../support/fake-trainer.ts')).callTrainer,
}));

const page = 'https://example.org/index.html';
const open = { lock: false, hide: [] };
const columns = { text: 'sentence', label: 'class' };
const rows = Array.from({ length: 30 }, (_, i) => ({ text: `row “${i}” 中文`, label: i % 3 ? 'a' : 'b', line: i + 2 }));
const run = { ...firstRun, data: { train: 'mine.csv', testShare: 0.3, testLimit: 50 } };
const own = { name: 'mine.csv', rows, test: null, columns };
const settle = () => new Promise((resolve) => setTimeout(resolve, 50));

beforeEach(() => {
  forgetAsked();
  pageStore.setState({ ...initialState, run });
  datasetStore.setState({ data: null, past: [] });
  linkStore.setState({ lock: false, hide: [], problem: null, facts: null, packed: null });
  linkedRowsStore.setState({ differences: null, problem: null });
});

/** Opens a link as the page does at its start. */
async function follow(link: string): Promise<void> {
  const linked = openLink(link);
  if (!linked) throw new Error('the link has no run');
  pageStore.setState({ run: linked });
  await openLinkedRows(linked);
  await settled();
}

const linkWith = async (withRows: boolean) => {
  const data = await dataForLink(run, own);
  return linkTo(run, open, page, { facts: data?.facts ?? null, packed: withRows ? (data?.packed ?? null) : null });
};

describe('a link to a run on own rows', () => {
  test('says what it needs, and carries the rows in its fragment if they are few', async () => {
    expect(await dataForLink(firstRun, own)).toBeNull();
    const link = await linkWith(true);
    expect(new URL(link).search).not.toContain('rows');
    const read = readLink(link);
    expect(read?.facts).toMatchObject({
      rows: 30,
      test: null,
      columns,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(link.length).toBeLessThan(3000);
    const many = Array.from({ length: 5000 }, (_, i) => ({ text: `${Math.sin(i)}`, label: 'a', line: i }));
    expect((await dataForLink(run, { ...own, rows: many }))?.packed).toBeNull();
  });

  test('asks for the file, goes on as linked when it comes, whatever it is called, and says where it is another one', async () => {
    await follow(await linkWith(false));
    expect(pageStore.getState().missingRows).toBe('mine.csv');
    expect(pageStore.getState().error).toBeNull();
    expect(asked).toEqual([]);
    expect(statusOf(pageStore.getState())).toBe('unavailable');
    replaceRows('mine (1).csv', rows, { columns });
    await settle();
    expect(pageStore.getState().missingRows).toBeNull();
    expect(pageStore.getState().run.data).toEqual({ testShare: 0.3, testLimit: 50, train: 'mine (1).csv' });
    expect(linkedRowsStore.getState().differences).toEqual([]);
  });

  test('says what is different in rows that are not the link’s', async () => {
    const facts = (await dataForLink(run, own))?.facts;
    if (!facts) throw new Error('own rows have facts');
    expect(await rowDifferences(own, facts)).toEqual([]);
    expect(await rowDifferences({ ...own, rows: rows.slice(1) }, facts)).toEqual(['rows']);
    expect(await rowDifferences({ ...own, columns: { ...columns, label: 'other' } }, facts)).toEqual(['columns']);
    expect(await rowDifferences({ ...own, test: rows }, facts)).toEqual(['test']);
    const edited = rows.map((row, i) => (i === 7 ? { ...row, text: 'other' } : row));
    expect(await rowDifferences({ ...own, rows: edited }, facts)).toEqual(['texts']);
  });

  test('opens on the rows that it brings, which make way for nobody’s own unasked', async () => {
    await follow(await linkWith(true));
    expect(datasetStore.getState().data?.rows.map(({ text, label }) => [text, label])).toEqual(
      rows.map(({ text, label }) => [text, label]),
    );
    expect(asked.at(-1)?.verb).toBe('loadRows');
    expect(lastAsk('loadRows')).toMatchObject({ name: 'mine.csv', split: { testShare: 0.3 } });

    const others = { name: 'others.csv', rows: rows.slice(3), test: null };
    datasetStore.setState({ data: others, past: [] });
    await follow(await linkWith(true));
    expect(datasetStore.getState().data).toBe(others);
    expect(pageStore.getState().missingRows).toBe('mine.csv');
    await takeLinkedRows();
    expect(datasetStore.getState()).toMatchObject({ data: { name: 'mine.csv', columns }, past: [others] });
    expect(pageStore.getState().missingRows).toBeNull();
  });

  test('of pairs brings both texts, and names the second column; one of an earlier version knows the same file again', async () => {
    const pairs = rows.map((row) => ({ ...row, second: `second ${row.line}` }));
    const ofPairs = { ...own, rows: pairs, columns: { ...columns, second: 'other' } };
    const onPairs = withPairs(run, true);
    const data = await dataForLink(onPairs, ofPairs);
    if (!data?.facts) throw new Error('own rows have facts');
    await follow(linkTo(onPairs, open, page, data));
    expect(isPair(pageStore.getState().run)).toBe(true);
    expect(datasetStore.getState().data?.rows[3]).toMatchObject({ text: pairs[3]?.text, second: pairs[3]?.second });
    expect(linkStore.getState().facts?.columns).toEqual(ofPairs.columns);
    const elsewhere = { ...ofPairs, columns: { ...columns, second: 'another' } };
    expect(await rowDifferences(elsewhere, data.facts)).toEqual(['columns']);

    const joined = pairs.map((row) => ({ text: joinedText(row), label: row.label, line: row.line }));
    const earlier = (await dataForLink(run, { ...own, rows: joined }))?.facts;
    if (!earlier) throw new Error('own rows have facts');
    expect(await rowDifferences(ofPairs, earlier)).toEqual([]);
  });

  test('can be left for a built-in task, with the same settings', async () => {
    await follow(await linkWith(false));
    takeBuiltInTask();
    expect(pageStore.getState()).toMatchObject({ missingRows: null, run: { method: run.method } });
    expect(taskName(pageStore.getState().run)).toBe('trivia_topics');
  });

  test('of today, which says nothing of rows, asks for them, too', async () => {
    await follow(linkTo(run, open, page));
    expect(pageStore.getState().missingRows).toBe('mine.csv');
    datasetStore.setState({ data: own });
    await follow(linkTo(run, open, page));
    expect(asked.at(-1)).toMatchObject({ verb: 'loadRows', ask: { name: 'mine.csv' } });
  });
});

describe('rows in a link', () => {
  test('come back as they were', () => {
    const packed = packLinkedRows({ rows, test: rows.slice(0, 4) });
    const back = unpackLinkedRows(packed ?? '');
    expect(back.rows.map(({ text, label }) => ({ text, label }))).toEqual(
      rows.map(({ text, label }) => ({ text, label })),
    );
    expect(back.test).toHaveLength(4);
  });

  test('that are damaged, of another form or a bomb are refused', async () => {
    const pack = (value: unknown) =>
      toBase64Url(deflateSync(new TextEncoder().encode(JSON.stringify(value)), { level: 9 }));
    const bomb = pack({ labels: ['a'], rows: [['x'.repeat(4_000_000), 0]], test: null });
    expect(bomb.length).toBeLessThan(maxLinkedCharacters);
    const wrong = [bomb, pack({ labels: ['a'], rows: [['x', 1]], test: null }), pack([]), '!', '', 'AAAA'];
    for (const text of wrong) expect(() => unpackLinkedRows(text)).toThrow('damaged');
    const packed = packLinkedRows({ rows, test: null }) ?? '';
    expect(() => unpackLinkedRows(packed.slice(0, -10))).toThrow('damaged');
    expect(() => readLink(linkTo(run, open, page, { facts: null, packed: 'A'.repeat(8001) }))).toThrow('too long');
    await follow(linkTo(run, open, page, { facts: null, packed: 'AAAA' }));
    expect(pageStore.getState().missingRows).toBe('mine.csv');
    expect(linkedRowsStore.getState().problem).not.toBeNull();
  });
});

describe('rows of other kinds', () => {
  const ofKind = {
    'multi-label': rows.map((row, i) => ({ ...row, label: JSON.stringify(i % 3 ? ['a', 'b'] : []) })),
    regression: rows.map((row, i) => ({ ...row, label: String(i / 4) })),
    token: rows.map((row) => {
      const words = row.text.split(' ');
      const tags = words.map((_, at) => (at === 0 ? 'B-X' : 'O'));
      return { ...row, label: tags.join(' '), tagged: { words, tags } };
    }),
  } as const;
  const kinds = Object.keys(ofKind) as (keyof typeof ofKind)[];

  test.each(kinds)('%s: come with the link, and the run is on them', async (kind) => {
    const asks = readRun({ ...run, data: { ...run.data, kind } });
    const data = await dataForLink(asks, { name: 'mine.csv', rows: [...ofKind[kind]], test: null, kind });
    await follow(linkTo(asks, open, page, data ?? { facts: null, packed: null }));
    const { data: taken } = datasetStore.getState();
    expect(taken?.kind).toBe(kind);
    expect(taken?.rows.map(({ line: _, ...row }) => row)).toEqual(ofKind[kind].map(({ line: _, ...row }) => row));
    expect(lastAsk('loadRows')).toMatchObject({ name: 'mine.csv', kind });
  });

  test.each([
    ['multi-label', 'no list'],
    ['regression', 'no number'],
    ['token', 'too many tags for one word'],
  ] as const)('%s: a label that is none is damage', (kind, label) => {
    const packed = packLinkedRows({ rows: [{ text: 'word', label, line: 1 }], test: null });
    expect(() => unpackLinkedRows(packed ?? '', kind)).toThrow('damaged');
    expect(unpackLinkedRows(packed ?? '').rows).toHaveLength(1);
  });

  test('words with blanks in them, and more labels than a link unpacks, are asked for as a file', () => {
    const tagged = { words: ['New York'], tags: ['B-LOC'] };
    expect(packLinkedRows({ rows: [{ text: 'New York', label: 'B-LOC', tagged, line: 1 }], test: null })).toBeNull();
    const many = Array.from({ length: 1001 }, (_, i) => ({ text: '', label: String(i), line: i }));
    expect(packLinkedRows({ rows: many, test: null })).toBeNull();
  });

  test('rows of the run’s name that are labelled otherwise are not the ones that it names', async () => {
    datasetStore.setState({ data: own, past: [] });
    const asks = readRun({ ...run, data: { ...run.data, kind: 'regression' } });
    pageStore.setState({ run: asks });
    await follow(linkTo(asks, open, page));
    expect(pageStore.getState().missingRows).toBe('mine.csv');
  });
});
