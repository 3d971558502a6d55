import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';
import files from 'virtual:built-in-files';
import { afterEach, expect, test } from 'vitest';
import { download } from '../../src/base/download.ts';
import { builtInEncoders, builtInTasks } from '../../src/data/built-in/tasks.ts';
import { type KeptFiles, readBuiltIn } from '../../src/workers/offline/checked.ts';

/** A built-in file is what the build saw, or it is not used. */

const path = 'datasets/wordnet_demo/test.csv.gz';
const url = `https://page.example/some/where/${path}`;
const content = new Uint8Array(await readFile(`public/${path}`));
const flipped = (at: number) => content.map((byte, i) => (i === at ? byte ^ 1 : byte));

function memory(start: [string, Uint8Array][] = []): KeptFiles & { all: Map<string, Uint8Array> } {
  const all = new Map(start);
  return {
    all,
    read: async (digest) => all.get(digest) ?? null,
    write: async (digest, bytes) => void all.set(digest, bytes),
    remove: async (digest) => void all.delete(digest),
  };
}

/** A server that answers one request after another with these contents. */
function serving(...answers: (Uint8Array | null)[]) {
  const caches: (RequestCache | undefined)[] = [];
  const fetchFile: typeof download = async (_, options) => {
    caches.push(options?.cache);
    return answers.shift() ?? null;
  };
  return { caches, fetchFile };
}

const digest = files[path]?.digests[0] ?? '';

test('the build knows every file of the built-in encoders and tasks, and onnxruntime', () => {
  const needed = [
    ...builtInEncoders.flatMap((name) => readdirSync(`public/models/${name}`).map((file) => `models/${name}/${file}`)),
    ...builtInTasks.flatMap(({ name }) => ['train', 'test'].map((part) => `datasets/${name}/${part}.csv.gz`)),
    'ort-wasm-simd-threaded.wasm',
  ];
  expect(needed.filter((file) => !files[file])).toEqual([]);
});

test('what is right is kept, and read from there the next time', async () => {
  const { caches, fetchFile } = serving(content);
  const kept = memory();
  expect(await readBuiltIn(url, {}, { files, kept, fetchFile })).toEqual(content);
  expect([...kept.all.keys()]).toEqual([digest]);
  expect(await readBuiltIn(url, {}, { files, kept, fetchFile })).toEqual(content);
  expect(caches).toEqual(['default']);
});

test('one wrong bit: fetched once more past every cache, then refused; nothing wrong is kept', async () => {
  const once = serving(flipped(100), content);
  expect(await readBuiltIn(url, {}, { files, kept: memory(), fetchFile: once.fetchFile })).toEqual(content);
  expect(once.caches).toEqual(['default', 'reload']);
  const kept = memory();
  const { fetchFile } = serving(flipped(0), flipped(content.length - 1));
  await expect(readBuiltIn(url, {}, { files, kept, fetchFile })).rejects.toThrow(
    'arrived twice with other content than this release was built with',
  );
  expect(kept.all.size).toBe(0);
});

test('one wrong bit in the browser’s storage: fetched anew', async () => {
  const kept = memory([[digest, flipped(7)]]);
  const { caches, fetchFile } = serving(content);
  expect(await readBuiltIn(url, {}, { files, kept, fetchFile })).toEqual(content);
  expect(kept.all.get(digest)).toEqual(content);
  expect(caches).toEqual(['default']);
});

test('a file that the server unpacks on its way is right; one that the build does not know is not asked for', async () => {
  const unpacked = new Uint8Array(gunzipSync(content));
  const { caches, fetchFile } = serving(unpacked);
  expect(await readBuiltIn(url, {}, { files, kept: memory(), fetchFile })).toEqual(unpacked);
  for (const other of ['models/minilm-l3/special.json', 'models/constructor', 'toString'])
    expect(await readBuiltIn(`https://page.example/${other}`, {}, { files, kept: memory(), fetchFile })).toBeNull();
  expect(caches).toHaveLength(1);
});

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function silentServer(answer: 'nothing' | 'a beginning') {
  let asked = 0;
  const server = createServer((_, response) => {
    asked += 1;
    if (answer === 'a beginning') response.writeHead(200, { 'content-length': 100 }).write('begun');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return { url: `http://127.0.0.1:${address.port}/file`, asked: () => asked };
}

test.each(['nothing', 'a beginning'] as const)(
  'a server that sends %s and falls silent is asked twice',
  async (answer) => {
    const server = await silentServer(answer);
    await expect(download(server.url, { patience: 1000 })).rejects.toThrow('nothing arrived for 1 seconds');
    expect(server.asked()).toBe(2);
  },
);
