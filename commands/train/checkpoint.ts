import { z } from 'zod';
import type { ReadFile } from '../../src/base/file-set.ts';
import { readJson, utf8 } from '../../src/base/file-set.ts';
import { UserError } from '../../src/base/message.ts';
import { unzip, zip } from '../../src/base/zip.ts';
import { bundleFiles, readBundleFiles } from '../../src/files/bundle.ts';
import { stepRecordSchema } from '../../src/files/bundle-facts.ts';
import type { TaskKind } from '../../src/model/task-kind.ts';
import type { Bundle } from '../../src/training/records/saved-run.ts';
import type { Run } from '../../src/training/run.ts';

/** Where a headless run stands, as a file: a bundle that the page opens, too, with what only `npm run train` keeps. */

/** The newest checkpoint, and the one before, which stays until the next one stands. */
export const checkpointNames = { newest: 'checkpoint.zip', previous: 'checkpoint.previous.zip' } as const;

/** The name of a checkpoint that is there, sound or not: of a run that did not end. */
export const checkpointAmong = (isThere: (name: string) => boolean): string | undefined =>
  Object.values(checkpointNames).find(isThere);

const factsFile = 'headless.json';
/** A state of full fine-tuning has twelve bytes for each of an encoder's parameters. */
const limits = { files: 100, bytes: 2 ** 33 };

const seconds = z.number().nonnegative();
const factsSchema = z.object({
  engine: z.enum(['webgpu', 'wasm']),
  device: z.string(),
  seconds,
  baselineSeconds: seconds,
  checkpointSeconds: seconds,
  /** Steps of the baseline with the same budget; none before both are trained. */
  baselineSteps: z.array(stepRecordSchema),
});

/** What `npm run train` knows of a run beside its bundle; seconds are of all its parts together. */
export type HeadlessFacts = z.infer<typeof factsSchema>;

export interface Checkpoint {
  bundle: Bundle<TaskKind>;
  facts: HeadlessFacts;
}

/** A checkpoint's bytes. Its files are stored as they are: what is saved every half a minute has to be saved fast. */
export const writeCheckpoint = ({ bundle, facts }: Checkpoint): Uint8Array<ArrayBuffer> =>
  zip(new Map([...bundleFiles(bundle), [factsFile, utf8(JSON.stringify(facts))]]), { stored: true });

/**
 * Reads a checkpoint.
 * @throws UserError saying what is wrong with it
 */
export function parseCheckpoint(archive: Uint8Array, name: string): Checkpoint {
  const files = unzip(archive, name, { limits });
  const facts = factsSchema.safeParse(readJson(files, factsFile));
  if (!facts.success) throw new UserError(`${name}: ${factsFile} is damaged.`);
  return { bundle: readBundleFiles(files, name), facts: facts.data };
}

export interface FoundCheckpoint extends Checkpoint {
  name: string;
  /** Why the newest one cannot be used, where this is the one before it. */
  problem: string | null;
}

/**
 * The newest sound checkpoint of a folder; null where there is none at all.
 * @throws UserError where there are some, and none of them is sound
 */
export async function findCheckpoint(read: ReadFile): Promise<FoundCheckpoint | null> {
  let problem: string | null = null;
  for (const name of [checkpointNames.newest, checkpointNames.previous]) {
    const bytes = await read(name);
    if (!bytes) continue;
    try {
      return { ...parseCheckpoint(bytes, name), name, problem };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      problem = problem === null ? error.message : `${problem} ${error.message}`;
    }
  }
  if (problem !== null) throw new UserError(problem);
  return null;
}

/** Leaves of a value by their paths. */
function leaves(value: unknown, path: string): [path: string, leaf: string][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[path, JSON.stringify(value)]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === '' ? key : `${path}.${key}`));
}

/**
 * Settings in which a checkpoint's run differs from a run file, a line each. The engine may be another one, and whether rows
 * are pairs is told from their columns where the file does not say it.
 */
export function runDifferences(kept: Run, given: Run): string[] {
  const before = new Map(leaves({ ...kept, engine: given.engine }, ''));
  const now = new Map(leaves(given, ''));
  if (!now.has('data.pair')) before.delete('data.pair');
  const paths = new Set([...before.keys(), ...now.keys()]);
  return [...paths].flatMap((path) => {
    const [there, here] = [before.get(path) ?? 'nothing', now.get(path) ?? 'nothing'];
    return there === here ? [] : [`${path}: ${there} in the checkpoint, ${here} in the run file`];
  });
}
