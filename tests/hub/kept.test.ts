import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type HubServer, startHubServer } from '../../commands/support/hub-server.ts';
import { type FileCache, listRepos, memoryCache } from '../../src/hub/cache.ts';
import { openRepo } from '../../src/hub/hub.ts';
import { encoderFilesOf, fetchEncoder, findKept, type KeptEncoder, listKept } from '../../src/hub/kept.ts';
import { cacheKey } from '../../src/hub/transfer.ts';

const folder = 'tests/golden/models/tiny';
const tiny = Object.fromEntries(
  readdirSync(folder).map((name) => [name, new Uint8Array(readFileSync(`${folder}/${name}`))]),
);

let server: HubServer;
let cache: FileCache;
beforeAll(async () => {
  server = await startHubServer([{ path: 'models/lab/tiny', branches: { main: tiny } }]);
});
beforeEach(() => {
  cache = memoryCache();
  server.requests.length = 0;
  server.breakAfter = [];
});
afterAll(() => server.close());

const options = () => ({ hubUrl: server.url, cache, pause: 1 });

async function keepTiny(): Promise<KeptEncoder> {
  const repo = await openRepo('model', 'lab/tiny', 'main', options());
  await fetchEncoder(repo, 'main', options());
  const [kept] = await listKept(cache);
  if (!kept) throw new Error('Nothing is kept.');
  return kept;
}

test('an encoder that is kept opens without a request, by branch or by commit', async () => {
  const kept = await keepTiny();
  expect(kept.repo.files.map(({ path }) => path)).toEqual([
    'special_tokens_map.json',
    'config.json',
    'tokenizer_config.json',
    'tokenizer.json',
    'model.safetensors',
  ]);
  expect(findKept([kept], 'lab/tiny')).toBe(kept);
  expect(findKept([kept], `lab/tiny@${kept.repo.commit}`)).toBe(kept);
  expect(findKept([kept], 'lab/tiny@v2')).toBeUndefined();
  expect(findKept([kept], 'lab/other')).toBeUndefined();
  server.requests.length = 0;
  const files = await fetchEncoder(kept.repo, kept.revision, options());
  expect(server.requests).toEqual([]);
  const weights = files.find(({ path }) => path === 'model.safetensors')?.blob;
  expect(weights && new Uint8Array(await weights.arrayBuffer())).toEqual(tiny['model.safetensors']);
});

test.each([
  ['a byte is another one', 'config.json', (bytes: Uint8Array) => bytes.with(20, (bytes[20] ?? 0) ^ 1)],
  ['the end is missing', 'model.safetensors', (bytes: Uint8Array) => bytes.subarray(0, 1000)],
])('damage is noticed, and only that file is fetched anew: %s', async (_, path, damage) => {
  const { repo, revision } = await keepTiny();
  await cache.write(cacheKey(repo, path), damage(tiny[path] ?? new Uint8Array()));
  server.requests.length = 0;
  await fetchEncoder(repo, revision, options());
  expect(server.requests).toEqual([`GET /lab/tiny/resolve/${repo.commit}/${path}`]);
  expect(await cache.read(cacheKey(repo, path))).toEqual(tiny[path]);
});

test('what was cancelled is kept, and goes on from there', async () => {
  const repo = await openRepo('model', 'lab/tiny', 'main', options());
  const cancel = new AbortController();
  server.breakAfter = [1e9, 1e9, 300_000];
  const onProgress = ({ path }: { path: string }) => {
    if (path === 'model.safetensors') cancel.abort();
  };
  await expect(fetchEncoder(repo, 'main', { ...options(), onProgress, signal: cancel.signal })).rejects.toThrow(
    'abort',
  );
  expect(await listKept(cache)).toEqual([]);
  const part = await cache.read(`${cacheKey(repo, 'model.safetensors')}.part0`);
  expect(part?.byteLength).toBeGreaterThan(0);
  server.requests.length = 0;
  server.breakAfter = [];
  await fetchEncoder(repo, 'main', options());
  expect(server.requests).toEqual([
    `GET /lab/tiny/resolve/${repo.commit}/model.safetensors bytes=${part?.byteLength}-`,
  ]);
  expect((await listRepos(cache)).map(({ name }) => name)).toEqual(['models/lab/tiny']);
});

test('what had arrived when a tab closed is there for the next visit, piece by piece', async () => {
  const repo = await openRepo('model', 'lab/tiny', 'main', options());
  const closed = memoryCache();
  let isOpen = true;
  // What a closed tab leaves behind: the pieces that had been kept at that moment.
  const onProgress = ({ path, received }: { path: string; received: number }) => {
    if (path === 'model.safetensors' && received >= 400_000) isOpen = false;
  };
  const copying: FileCache = {
    ...cache,
    write: async (key, bytes) => {
      await cache.write(key, bytes);
      if (isOpen) await closed.write(key, Uint8Array.from(bytes));
    },
  };
  await fetchEncoder(repo, 'main', { ...options(), cache: copying, onProgress, pieceBytes: 100_000 });
  expect((await cache.list()).filter(({ key }) => key.includes('.part'))).toEqual([]);
  const pieces = (await closed.list()).filter(({ key }) => key.includes('model.safetensors.part'));
  const arrived = pieces.reduce((sum, { bytes }) => sum + bytes, 0);
  expect(pieces.length).toBeGreaterThan(1);
  server.requests.length = 0;
  const files = await fetchEncoder(repo, 'main', { ...options(), cache: closed });
  expect(server.requests).toEqual([`GET /lab/tiny/resolve/${repo.commit}/model.safetensors bytes=${arrived}-`]);
  const weights = files.find(({ path }) => path === 'model.safetensors')?.blob;
  expect(weights && new Uint8Array(await weights.arrayBuffer())).toEqual(tiny['model.safetensors']);
});

test('pieces that the storage does not take are no reason not to fetch a file', async () => {
  const repo = await openRepo('model', 'lab/tiny', 'main', options());
  const full: FileCache = {
    ...cache,
    write: (key, bytes) => (key.includes('.part') ? Promise.reject(new Error('quota')) : cache.write(key, bytes)),
  };
  server.requests.length = 0;
  await fetchEncoder(repo, 'main', { ...options(), cache: full, pieceBytes: 100_000 });
  expect(server.requests.filter((request) => request.includes('model.safetensors'))).toHaveLength(1);
  expect(await cache.read(cacheKey(repo, 'model.safetensors'))).toEqual(tiny['model.safetensors']);
});

test('a manifest of another form counts as none', async () => {
  const { repo } = await keepTiny();
  await cache.write(cacheKey(repo, ':manifest'), new TextEncoder().encode('{"repo": 1}'));
  expect(await listKept(cache)).toEqual([]);
});

test('only what an encoder needs is fetched', () => {
  const file = (path: string) => ({ path, size: 1, sha256: null });
  const paths = (...names: string[]) => encoderFilesOf({ files: names.map(file) }).map(({ path }) => path);
  expect(
    paths('README.md', 'config.json', 'model.safetensors', 'onnx/model.onnx', 'pytorch_model.bin', 'vocab.txt'),
  ).toEqual(['config.json', 'model.safetensors', 'vocab.txt']);
  const shards = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
  expect(paths('config.json', 'model.safetensors.index.json', ...shards)).toEqual([
    'config.json',
    'model.safetensors.index.json',
    ...shards,
  ]);
  expect(paths('model.safetensors', ...shards)).toEqual(['model.safetensors']);
  expect(paths('tokenizer.json', 'vocab.txt', 'vocab.json', 'merges.txt', 'tokenizer_config.json')).toEqual([
    'tokenizer.json',
    'tokenizer_config.json',
  ]);
});

test('an encoder that an earlier visit kept without the files beside tokenizer.json still opens', async () => {
  const { repo } = await keepTiny();
  const key = cacheKey(repo, ':manifest');
  const manifest = JSON.parse(new TextDecoder().decode((await cache.read(key)) ?? new Uint8Array()));
  const early = ['config.json', 'tokenizer.json', 'model.safetensors'];
  manifest.repo.files = manifest.repo.files.filter(({ path }: { path: string }) => early.includes(path));
  delete manifest.version;
  await cache.write(key, new TextEncoder().encode(JSON.stringify(manifest)));
  server.requests.length = 0;
  for (const _ of ['once', 'again']) {
    const [kept] = await listKept(cache);
    const files = kept ? await fetchEncoder(kept.repo, kept.revision, options()) : [];
    const settings = files.find(({ path }) => path === 'tokenizer_config.json')?.blob;
    expect(await settings?.text()).toBe('{"tokenizer_class":"PreTrainedTokenizerFast"}');
  }
  expect(server.requests).toEqual([]);
});
