import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { ReadFile } from '../../src/base/file-set.ts';
import { toCsv } from '../../src/data/rows/edit.ts';
import type { Mapping, Row } from '../../src/data/rows/row.ts';
import { readEncoderFiles } from '../../src/files/encoder-files.ts';
import type { FileCache } from '../../src/hub/cache.ts';
import { openRepo, parseHubName } from '../../src/hub/hub.ts';
import { openHubDataset, openHubEncoder, readHubRows } from '../../src/hub/repositories.ts';
import { fetchFile } from '../../src/hub/transfer.ts';
import { kindOf, type Run } from '../../src/training/run.ts';
import { CommandError } from './command.ts';

/** Models and data sets from the Hub for the headless commands, cached in a folder between runs. */

export interface HubSettings {
  hubUrl?: string | undefined;
  /** Folder in which downloads are cached. */
  folder?: string | undefined;
}

/** A folder as a cache: keys are paths. */
export function folderCache(folder: string): FileCache {
  const pathOf = (key: string) => {
    const path = resolve(folder, key);
    if (!path.startsWith(resolve(folder) + sep)) throw new CommandError(`${key} leads out of ${folder}.`);
    return path;
  };
  return {
    read: (key) =>
      readFile(pathOf(key)).then(
        (bytes) => new Uint8Array(bytes),
        () => null,
      ),
    write: async (key, bytes) => {
      await mkdir(dirname(pathOf(key)), { recursive: true });
      await writeFile(pathOf(key), bytes);
    },
    remove: (key) => rm(pathOf(key), { force: true }),
    list: async () => {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
      const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
      return Promise.all(
        files.map(async (path) => ({
          key: relative(folder, path).split(sep).join('/'),
          bytes: (await stat(path)).size,
        })),
      );
    },
  };
}

const downloads = ({ folder }: HubSettings) => resolve(folder ?? join(homedir(), '.cache', 'bottleneck'));

/** The token comes from the environment and goes nowhere but to the Hub. */
const accessOf = ({ hubUrl }: HubSettings) => ({ hubUrl, token: process.env.HF_TOKEN });

function nameOf(field: string, text: string): { name: string; revision: string } {
  const parsed = parseHubName(text);
  if (!parsed) throw new CommandError(`${field}: ${text} is no name on the Hub. Write "owner/name".`);
  return parsed;
}

/** Fetches an encoder and returns its folder. */
export async function hubModelFolder(model: string, settings: HubSettings): Promise<string> {
  const { name, revision } = nameOf('model', model);
  const folder = downloads(settings);
  let shown = 0;
  const { repo, read } = await openHubEncoder(name, revision, {
    ...accessOf(settings),
    cache: folderCache(folder),
    onProgress: ({ path, received, total, secondsLeft }) => {
      if (received < total && Date.now() - shown < 1000) return;
      shown = Date.now();
      const left = secondsLeft === null ? '' : `, ${Math.ceil(secondsLeft)} s left`;
      console.log(`${path}: ${received} of ${total} bytes${left}`);
    },
  });
  // Reading it once fetches what it needs, and reports now what would fail later.
  await readEncoderFiles(read);
  console.log(`model: ${name} at commit ${repo.commit}`);
  return join(folder, 'models', `${name}@${repo.commit}`);
}

/** Reader of the small files of a model's repository; weights and a config may be missing. */
export async function hubTokenizerFiles(model: string, settings: HubSettings): Promise<ReadFile> {
  const { name, revision } = nameOf('model', model);
  const repo = await openRepo('model', name, revision, accessOf(settings));
  const options = { ...accessOf(settings), cache: folderCache(downloads(settings)) };
  return async (path) => {
    const file = repo.files.find((entry) => entry.path === path);
    return file ? fetchFile(repo, file, options) : null;
  };
}

/** A row whose words and tags, where it has some, stand in cells, as JSON lists. */
const inCells = ({ tagged, ...row }: Row): Row =>
  tagged ? { ...row, text: JSON.stringify(tagged.words), label: JSON.stringify(tagged.tags) } : row;

/** Fetches the rows of a Hub data set into a folder, as train.csv and, where the run names them, validation.csv and test.csv. */
export async function writeHubRows(
  data: Extract<Run['data'], { hub: string }>,
  folder: string,
  settings: HubSettings,
): Promise<void> {
  const { name, revision } = nameOf('data.hub', data.hub);
  const access = accessOf(settings);
  const repo = await openHubDataset(name, revision, access);
  const { text, label, second = null, subset, unlabelled, rows: limit, separator, classes, spans, mend } = data;
  const labelling = { kind: kindOf({ data }), separator, classes, spans, mend };
  const mapping = { ...(text ? { text } : {}), ...(label ? { label } : {}), ...(text || second ? { second } : {}) };
  const write = async (file: string, split: string) => {
    const onColumns = (taken: Mapping) =>
      console.log(
        `${name}, ${split}: text: ${taken.text}${taken.second === null ? '' : `, second text: ${taken.second}`}, label: ${taken.label}`,
      );
    const wanted = { split, subset, unlabelled, limit, mapping, labelling };
    const rows = await readHubRows(repo, { ...access, ...wanted, onColumns });
    await writeFile(join(folder, file), toCsv(rows.map(inCells)));
    console.log(`${name}, ${split}: ${rows.length} rows at commit ${repo.commit}`);
  };
  await write('train.csv', data.train);
  if (data.validation) await write('validation.csv', data.validation);
  if (data.test) await write('test.csv', data.test);
}
