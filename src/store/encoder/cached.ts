import { createStore } from 'zustand/vanilla';
import {
  browserCache,
  type CachedRepo,
  listRepos,
  persistStorage,
  removeRepo,
  type StorageState,
  storageState,
} from '../../hub/cache.ts';
import { listKept } from '../../hub/kept.ts';
import { folderKeptAs, listFolders } from '../../hub/kept-folders.ts';
import { hubName } from './state.ts';

/** Cached encoders of the Hub and of folders: sizes, room, and deleting. */

export interface CachedEncoder extends CachedRepo {
  /** The name that a person knows it by: "owner/name", or a folder's name. */
  title: string;
  /** The names that runs give it, one a revision; none where nothing was fetched whole. */
  models: string[];
}

export interface EncoderCacheState {
  repos: readonly CachedEncoder[];
  storage: StorageState | null;
  /** Whether the browser has refused to make the storage persistent. */
  refused: boolean;
}

export const encoderCacheStore = createStore<EncoderCacheState>(() => ({ repos: [], storage: null, refused: false }));
const { setState } = encoderCacheStore;

export async function loadKept(): Promise<void> {
  // Both absent outside a secure context.
  if (typeof caches === 'undefined' || !navigator.storage) return;
  const cache = browserCache();
  const [repos, kept, folders, storage] = await Promise.all([
    listRepos(cache),
    listKept(cache),
    listFolders(cache),
    storageState(),
  ]);
  const describe = (repo: CachedRepo): CachedEncoder => {
    const folder = folderKeptAs(repo.name);
    if (folder !== null) return { ...repo, title: folder, models: folders.filter((name) => name === folder) };
    const models = kept.filter(({ repo: { name } }) => `models/${name}` === repo.name).map(hubName);
    return { ...repo, title: repo.name.replace(/^(models|datasets)\//, ''), models };
  };
  setState({ repos: repos.map(describe), storage });
}

export async function deleteKept(name: string): Promise<void> {
  await removeRepo(browserCache(), name);
  await loadKept();
}

/** Asks the browser to keep everything, even when the disk runs short. */
export async function persistKept(): Promise<void> {
  setState({ refused: !(await persistStorage()) });
  await loadKept();
}
