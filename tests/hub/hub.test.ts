import { readdirSync, readFileSync } from 'node:fs';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type HubServer, startHubServer } from '../../commands/support/hub-server.ts';
import { createRandom } from '../../src/base/random.ts';
import type { Labelling } from '../../src/data/rows/label-cells.ts';
import type { Row } from '../../src/data/rows/row.ts';
import { readEncoderFiles } from '../../src/files/encoder-files.ts';
import { type FileCache, listRepos, memoryCache, removeRepo } from '../../src/hub/cache.ts';
import { HubError, openRepo, parseHubName } from '../../src/hub/hub.ts';
import { openHubDataset, openHubEncoder, readHubRows, suggestedEncoders } from '../../src/hub/repositories.ts';
import { fetchFile, type TransferProgress } from '../../src/hub/transfer.ts';

const folder = 'tests/golden/models/tiny';
const tiny = Object.fromEntries(
  readdirSync(folder).map((name) => [name, new Uint8Array(readFileSync(`${folder}/${name}`))]),
);
const weights = tiny['model.safetensors'] ?? new Uint8Array();
const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

const fixture = (name: string) => new Uint8Array(readFileSync(`tests/data/faults/parquet/${name}.parquet`));
const scores = new Uint8Array(
  parquetWriteBuffer({
    columnData: [
      { name: 'sentence1', data: Array.from({ length: 30 }, (_, i) => `a man eats ${i} apples`), type: 'STRING' },
      { name: 'sentence2', data: Array.from({ length: 30 }, (_, i) => `someone has ${i} pears`), type: 'STRING' },
      { name: 'score', data: Array.from({ length: 30 }, (_, i) => i * 0.137), type: 'DOUBLE' },
    ],
  }),
);

const rowCount = 3000;
/** Text that does not compress. */
const noise = (seed: number) => {
  const random = createRandom(seed);
  return Array.from({ length: 30 }, () => random.uniform().toString(36).slice(2)).join(' ');
};
const table = new Uint8Array(
  parquetWriteBuffer({
    columnData: [
      { name: 'sentence', data: Array.from({ length: rowCount }, (_, i) => `sentence ${i}`), type: 'STRING' },
      {
        name: 'noise',
        data: Array.from({ length: rowCount }, (_, i) => noise(i)),
        type: 'STRING',
      },
      { name: 'label', data: Array.from({ length: rowCount }, (_, i) => BigInt(i % 3)), type: 'INT64' },
    ],
    rowGroupSize: 500,
  }),
);

let server: HubServer;
let cache: FileCache;
beforeAll(async () => {
  const { 'tokenizer.json': _, 'vocab.txt': __, ...noTokenizer } = tiny;
  server = await startHubServer([
    { path: 'models/lab/tiny', branches: { main: tiny } },
    { path: 'models/lab/private', branches: { main: tiny }, token: 'hf_secret' },
    { path: 'models/lab/pickled', branches: { main: { 'config.json': json({}), 'pytorch_model.bin': json({}) } } },
    { path: 'models/lab/mute', branches: { main: noTokenizer } },
    { path: 'models/lab/decoder', branches: { main: { ...tiny, 'config.json': json({ model_type: 'gpt2' }) } } },
    {
      path: 'datasets/lab/rows',
      branches: { main: { 'data/train-00000-of-00001.parquet': table, 'data/test.parquet': table } },
    },
    ...['ner-sequence', 'label-lists', 'spans'].map((name) => ({
      path: `datasets/lab/${name}`,
      branches: { main: { 'data/train.parquet': fixture(name) } },
    })),
    { path: 'datasets/lab/scores', branches: { main: { 'data/train.parquet': scores } } },
    {
      path: 'datasets/lab/converted',
      branches: { main: { 'x.csv': json(1) }, 'refs/convert/parquet': { 'default/train/0000.parquet': table } },
    },
  ]);
});
beforeEach(() => {
  cache = memoryCache();
  Object.assign(server, { requests: [], breakAfter: [], damage: false });
  server.requests.length = 0;
});
afterAll(() => server.close());

const access = () => ({ hubUrl: server.url, cache, pause: 1 });

describe('encoders', () => {
  test('load through the cache, which then answers alone', async () => {
    const open = async () => (await openHubEncoder('lab/tiny', 'main', access())).read;
    const files = await readEncoderFiles(await open());
    expect(files.config.hidden).toBe(64);
    const before = server.requests.length;
    expect(await readEncoderFiles(await open())).toMatchObject({ config: files.config });
    expect(server.requests.slice(before).filter((line) => line.includes('/resolve/'))).toEqual([]);
  });

  test('a broken connection is taken up where it broke', async () => {
    const { repo, read } = await openHubEncoder('lab/tiny', 'main', access());
    server.breakAfter = [100_000, 50_000];
    expect(await read('model.safetensors')).toEqual(weights);
    const ranges = server.requests
      .filter((line) => line.includes(repo.commit))
      .flatMap((line) => /bytes=\d+-/.exec(line) ?? []);
    expect(ranges).toEqual(['bytes=100000-', 'bytes=150000-']);
  });

  test('what arrived before it broke for good is kept for the next call', async () => {
    const repo = await openRepo('model', 'lab/tiny', 'main', access());
    const file = repo.files.find(({ path }) => path === 'model.safetensors');
    if (!file) throw new Error('no weights');
    server.breakAfter = [100_000, 0, 0, 0, 0, 0];
    await expect(fetchFile(repo, file, access())).rejects.toThrow('the connection broke after 100000 of');
    server.breakAfter = [];
    const told: TransferProgress[] = [];
    expect(await fetchFile(repo, file, { ...access(), onProgress: (progress) => told.push(progress) })).toEqual(
      weights,
    );
    expect(server.requests.at(-1)).toContain('bytes=100000-');
    expect(told.at(-1)).toMatchObject({ received: weights.byteLength, total: weights.byteLength, secondsLeft: 0 });
  });

  test('damaged bytes are refused and not kept', async () => {
    const { read } = await openHubEncoder('lab/tiny', 'main', access());
    server.damage = true;
    await expect(read('model.safetensors')).rejects.toThrow('SHA-256');
    expect(await cache.list()).toEqual([]);
  });

  test('a token opens a private repository and goes into no message', async () => {
    await expect(openRepo('model', 'lab/private', 'main', access())).rejects.toThrow('private or gated');
    await expect(openRepo('model', 'lab/private', 'main', { ...access(), token: 'hf_wrong' })).rejects.not.toThrow(
      'hf_wrong',
    );
    expect((await openRepo('model', 'lab/private', 'main', { ...access(), token: 'hf_secret' })).files).toHaveLength(
      Object.keys(tiny).length,
    );
  });

  test.each([
    ['lab/none', 'main', 'does not exist on the Hub'],
    ['lab/tiny', 'v9', 'does not exist on the Hub'],
    ['lab/pickled', 'main', 'only a pickled .bin'],
    ['lab/mute', 'main', 'its tokenizer cannot be read'],
  ])('%s@%s cannot be used, and why', async (name, revision, reason) => {
    await expect(openHubEncoder(name, revision, access())).rejects.toThrow(reason);
  });

  test('a decoder is refused by its configuration', async () => {
    const { read } = await openHubEncoder('lab/decoder', 'main', access());
    await expect(readEncoderFiles(read)).rejects.toThrow('BERT family');
  });

  test('the cache is listed by repository, and emptied', async () => {
    await readEncoderFiles((await openHubEncoder('lab/tiny', 'main', access())).read);
    const [repo, ...more] = await listRepos(cache);
    expect(more).toEqual([]);
    expect(repo?.name).toBe('models/lab/tiny');
    expect(repo?.bytes).toBeGreaterThan(weights.byteLength);
    await removeRepo(cache, 'models/lab/tiny');
    expect(await cache.list()).toEqual([]);
  });
});

describe('data sets', () => {
  test('only the wanted rows and columns are fetched', async () => {
    const repo = await openHubDataset('lab/rows', 'main', access());
    const rows = await readHubRows(repo, { ...access(), split: 'train', limit: 120 });
    expect(rows).toHaveLength(120);
    expect(rows[119]).toEqual({ text: 'sentence 119', label: '2', line: 120 });
    const bytes = server.requests.flatMap((line) => {
      const range = /bytes=(\d+)-(\d+)/.exec(line);
      return range ? [Number(range[2]) - Number(range[1]) + 1] : [];
    });
    const fetched = bytes.reduce((sum, count) => sum + count, 0);
    expect(fetched).toBeGreaterThan(0);
    expect(fetched).toBeLessThan(table.byteLength / 4);
  });

  test.each<[string, Labelling, Partial<Row>]>([
    ['ner-sequence', { kind: 'token' }, { text: 'Ann lives in New York', label: 'B-PER O O B-LOC I-LOC', line: 1 }],
    ['label-lists', { kind: 'multi-label' }, { text: 'a sentence about the thing of day 0', label: '["joy","love"]' }],
    ['spans', { kind: 'token' }, { text: 'Ann lives in New York 0', label: 'B-PER O O O O O' }],
    [
      'scores',
      { kind: 'regression' },
      { text: 'a man eats 0 apples', second: 'someone has 0 pears', label: '0', line: 1 },
    ],
  ])('labels of other kinds are read as in files: %s', async (name, labelling, first) => {
    const repo = await openHubDataset(`lab/${name}`, 'main', access());
    const options = { ...access(), split: 'train', unlabelled: 'skip' as const };
    const rows = await readHubRows(repo, { ...options, labelling });
    expect(rows[0]).toMatchObject(first);
    expect(rows.length).toBeGreaterThan(17);
    await expect(readHubRows(repo, options)).rejects.toThrow(/Say which is text and which label/);
  });

  test('a data set that looks like another kind says so', async () => {
    const repo = await openHubDataset('lab/label-lists', 'main', access());
    await expect(readHubRows(repo, { ...access(), split: 'train' })).rejects.toThrow(
      'Its rows look like multi-label (data.kind).',
    );
  });

  test('what the Hub refuses is not taken for a damaged file', async () => {
    const repo = { ...(await openHubDataset('lab/rows', 'main', access())), commit: 'gone' };
    await expect(readHubRows(repo, { ...access(), split: 'train' })).rejects.toThrow(HubError);
  });

  test('the converted branch, and splits that are not there', async () => {
    const repo = await openHubDataset('lab/converted', 'main', access());
    expect(await readHubRows(repo, { ...access(), split: 'train', limit: 3 })).toHaveLength(3);
    await expect(readHubRows(repo, { ...access(), split: 'test' })).rejects.toThrow(
      'no split test in default; it has train',
    );
    await expect(openHubDataset('lab/none', 'main', access())).rejects.toThrow('data set lab/none@main does not exist');
  });
});

test.each([
  ['owner/name', { name: 'owner/name', revision: 'main' }],
  ['owner/name@v1.0', { name: 'owner/name', revision: 'v1.0' }],
  ['bert-base-uncased', { name: 'bert-base-uncased', revision: 'main' }],
  ['../secret/file', null],
  ['a/b/c', null],
  ['a@b@c', null],
  ['', null],
])('%j as the name of a repository', (text, expected) => {
  expect(parseHubName(text)).toEqual(expected);
});

test.each(suggestedEncoders)('$name is a name on the Hub', ({ name }) => {
  expect(parseHubName(name)).toEqual({ name, revision: 'main' });
});
