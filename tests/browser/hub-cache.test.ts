import { expect, test } from 'vitest';
import { browserCache, listRepos, persistStorage, removeRepo, storageState } from '../../src/hub/cache.ts';

test('files outlive the object that wrote them, are listed by repository and removed', async () => {
  const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => i);
  const key = 'models/lab/öne two@abc/sub/model.safetensors';
  await browserCache().write(key, bytes);
  await browserCache().write('models/lab/other@abc/config.json', bytes.subarray(5, 9));
  expect(await browserCache().read(key)).toEqual(bytes);
  expect(await browserCache().read('models/lab/other@abc/config.json')).toEqual(Uint8Array.of(5, 6, 7, 8));
  expect(await browserCache().read('models/lab/none')).toBeNull();
  expect(await listRepos(browserCache())).toEqual([
    { name: 'models/lab/öne two', files: 1, bytes: 100_000 },
    { name: 'models/lab/other', files: 1, bytes: 4 },
  ]);
  for (const { name } of await listRepos(browserCache())) await removeRepo(browserCache(), name);
  expect(await browserCache().list()).toEqual([]);
});

test('the browser tells what is used, and may keep it', async () => {
  const { used, quota } = await storageState();
  expect(used).toBeGreaterThanOrEqual(0);
  expect(quota).toBeGreaterThan(used ?? 0);
  const kept = await persistStorage();
  expect((await storageState()).persisted).toBe(kept);
});
