import { z } from 'zod';
import type { FolderFile } from '../base/file-set.ts';
import { jsonFromBytes } from '../base/json.ts';
import { sha256Hex } from '../base/sha256.ts';
import { tokenizerFiles, vocabularyFiles } from '../data/tokenizer/file-names.ts';
import type { FileCache } from './cache.ts';
import { defaultHubUrl, type HubFile, type HubRepo, parseHubName } from './hub.ts';
import { cacheKey, fetchFile, type TransferOptions } from './transfer.ts';

/**
 * Cached encoders, fetched whole. Beside its files each has a manifest with the SHA-256 of all of them, so that it
 * opens again without a request, and a file that was damaged is noticed.
 */

export interface KeptEncoder {
  repo: HubRepo;
  /** The branch, tag or commit that was asked for. */
  revision: string;
  hubUrl: string;
}

/** No file of a repository has a colon in its name. */
export const manifestName = ':manifest';

/** Version of manifests since the small files beside tokenizer.json are cached, too. */
export const manifestVersion = 2 as const;

const manifestSchema = z.object({
  version: z.literal(manifestVersion).optional(),
  repo: z.object({
    kind: z.literal('model'),
    name: z.string(),
    commit: z.string().regex(/^[\w.-]+$/),
    files: z
      .array(z.object({ path: z.string(), size: z.number().int().nonnegative(), sha256: z.string().nullable() }))
      .max(200),
  }),
  revision: z.string(),
  hubUrl: z.url({ protocol: /^https?$/ }),
});

/** Every encoder that is cached whole; a manifest that cannot be read counts as none. */
export async function listKept(cache: FileCache): Promise<KeptEncoder[]> {
  const keys = (await cache.list()).map(({ key }) => key).filter((key) => key.endsWith(`/${manifestName}`));
  const kept = await Promise.all(keys.sort().map(async (key) => readManifest(await cache.read(key))));
  return kept.filter((encoder) => encoder !== null);
}

function readManifest(bytes: Uint8Array | null): KeptEncoder | null {
  if (!bytes) return null;
  try {
    const { version, repo, ...rest } = manifestSchema.parse(jsonFromBytes(bytes));
    return { ...rest, repo: version ? repo : { ...repo, keptEarlier: true } };
  } catch {
    return null;
  }
}

/** The cached encoder that a run means by "owner/name" or "owner/name@revision"; undefined where there is none. */
export function findKept(kept: readonly KeptEncoder[], model: string): KeptEncoder | undefined {
  const wanted = parseHubName(model);
  return kept.find(
    ({ repo, revision }) =>
      repo.name === wanted?.name && (wanted.revision === revision || wanted.revision === repo.commit),
  );
}

/** Whether `readEncoderFiles` may read a file; nothing else of a repository is fetched. */
const isEncoderFile = ({ path }: HubFile) =>
  path === 'config.json' || tokenizerFiles.includes(path) || /^model[\w.-]*\.safetensors(\.index\.json)?$/.test(path);

/** The files of a repository that make up its encoder. A tokenizer.json makes the other vocabularies needless. */
export function encoderFilesOf({ files }: Pick<HubRepo, 'files'>): HubFile[] {
  const has = (path: string) => files.some((file) => file.path === path);
  return files.filter(
    (file) =>
      isEncoderFile(file) &&
      !(has('tokenizer.json') && vocabularyFiles.includes(file.path)) &&
      !(has('model.safetensors') && /-of-|\.index\.json$/.test(file.path)),
  );
}

/**
 * The files of an encoder that an earlier version cached. Where tokenizer.json is alone, the files that were beside it
 * are unknown: it is read by itself, as it was then.
 */
export function asKeptEarlier(files: readonly FolderFile[]): FolderFile[] {
  const has = (name: string) => files.some(({ path }) => path === name);
  if (!has('tokenizer.json') || has('tokenizer_config.json')) return [...files];
  const settings = JSON.stringify({ tokenizer_class: 'PreTrainedTokenizerFast' });
  return [...files, { path: 'tokenizer_config.json', blob: new Blob([settings]) }];
}

/** The files of a folder that make up its encoder. */
export function neededFiles(files: readonly FolderFile[]): FolderFile[] {
  const sizes = files.map(({ path, blob }) => ({ path, size: blob.size, sha256: null }));
  const needed = new Set(encoderFilesOf({ files: sizes }).map(({ path }) => path));
  return files.filter(({ path }) => needed.has(path));
}

/**
 * Fetches an encoder's files, from the cache where they are in it, and caches them whole.
 * @param revision the branch, tag or commit that was asked for
 * @throws HubError, or the signal's reason
 */
export async function fetchEncoder(repo: HubRepo, revision: string, options: TransferOptions): Promise<FolderFile[]> {
  const files: FolderFile[] = [];
  const checked: HubFile[] = [];
  // The small files first: if they show that the encoder cannot be used, the weights are not fetched.
  for (const file of encoderFilesOf(repo).sort((a, b) => a.size - b.size)) {
    const bytes = await fetchFile(repo, file, options);
    files.push({ path: file.path, blob: new Blob([bytes as Uint8Array<ArrayBuffer>]) });
    checked.push({ ...file, sha256: file.sha256 ?? (await sha256Hex(bytes)) });
  }
  const { hubUrl = defaultHubUrl, cache } = options;
  const { keptEarlier, ...rest } = repo;
  const manifest: z.input<typeof manifestSchema> = {
    version: keptEarlier ? undefined : manifestVersion,
    repo: { ...rest, kind: 'model', files: checked },
    revision,
    hubUrl,
  };
  await cache.write(cacheKey(repo, manifestName), new TextEncoder().encode(JSON.stringify(manifest)));
  return keptEarlier ? asKeptEarlier(files) : files;
}
