import { expect, test } from 'vitest';
import { type FileCache, listRepos, memoryCache, removeRepo } from '../../src/hub/cache.ts';
import { listKept } from '../../src/hub/kept.ts';
import { folderKeptAs, keepFolder, keptAs, listFolders, openFolder } from '../../src/hub/kept-folders.ts';

/** Copies of folders of this computer in the browser's storage. */

const file = (path: string, text: string) => ({ path, blob: new Blob([text]) });
const weights = file('model.safetensors', 'weights');
const folder = [file('config.json', '{}'), weights, file('vocab.txt', 'a\nb'), file('optimizer.pt', 'not needed')];
const texts = async (cache: FileCache, name: string) =>
  Promise.all((await openFolder(cache, name)).map(async ({ path, blob }) => [path, await blob.text()]));

test.each(['tiny', 'my encoder (own)', '编码器 @ home/50%'])(
  '%s is kept whole, listed, replaced and removed',
  async (name) => {
    const cache = memoryCache();
    await keepFolder(cache, name, folder);
    await keepFolder(cache, 'another', folder);
    expect((await listFolders(cache)).sort()).toEqual(['another', name].sort());
    expect(await texts(cache, name)).toEqual([
      ['config.json', '{}'],
      ['model.safetensors', 'weights'],
      ['vocab.txt', 'a\nb'],
    ]);
    // The Hub's manager counts it, and does not take it for one of the Hub's.
    const repo = (await listRepos(cache)).find((listed) => listed.name === keptAs(name));
    expect(repo && [folderKeptAs(repo.name), repo.files]).toEqual([name, 4]);
    expect(await listKept(cache)).toEqual([]);
    await keepFolder(cache, name, [file('config.json', '{"other":1}')]);
    expect(await texts(cache, name)).toEqual([['config.json', '{"other":1}']]);
    await removeRepo(cache, keptAs(name));
    expect(await listFolders(cache)).toEqual(['another']);
  },
);

test.each([
  ['is missing', (cache: FileCache, key: string) => cache.remove(key)],
  ['is another one', (cache: FileCache, key: string) => cache.write(key, new Uint8Array(7))],
])('a copy whose file %s is not opened, and removed', async (_, damage) => {
  const cache = memoryCache();
  await keepFolder(cache, 'tiny', folder);
  const key = (await cache.list()).map((listed) => listed.key).find((listed) => listed.endsWith(weights.path));
  await damage(cache, key ?? '');
  await expect(openFolder(cache, 'tiny')).rejects.toThrow('The copy of tiny in this browser is damaged.');
  expect(await cache.list()).toEqual([]);
});

test('where there is no room, nothing of the folder stays behind', async () => {
  const cache = memoryCache();
  const full: FileCache = {
    ...cache,
    write: (key, bytes) =>
      key.endsWith(weights.path) ? Promise.reject(new Error('The disk is full.')) : cache.write(key, bytes),
  };
  await expect(keepFolder(full, 'tiny', folder)).rejects.toThrow('The disk is full.');
  expect(await cache.list()).toEqual([]);
});
