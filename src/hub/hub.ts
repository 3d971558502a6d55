import { z } from 'zod';
import { type Message, msg, UserError } from '../base/message.ts';
import { issuePath, issueWords, parseInput } from '../base/zod-issues.ts';

/** Models and data sets on the Hugging Face Hub, or on a server that speaks its routes. */

/** A request that the Hub refused, could not find or broke off. The message names the repository and what to do. */
export class HubError extends UserError {
  override name = 'HubError';
}

export const defaultHubUrl = 'https://huggingface.co';

export interface HubAccess {
  /** Absent: huggingface.co. */
  hubUrl?: string | undefined;
  /** For private and gated repositories. Held in memory by the caller; nothing here stores or prints it. */
  token?: string | undefined;
  signal?: AbortSignal | undefined;
}

export interface HubFile {
  path: string;
  /** Bytes. */
  size: number;
  /** SHA-256 in hexadecimal, of files that the Hub stores by it; null for small ones. */
  sha256: string | null;
}

/** A repository at one commit. */
export interface HubRepo {
  kind: 'model' | 'dataset';
  name: string;
  /** The commit, whatever branch or tag was asked for. */
  commit: string;
  files: HubFile[];
  /** Set where an earlier version cached it, without the small files beside tokenizer.json. */
  keptEarlier?: true | undefined;
}

const nameSchema = z.string().regex(/^[\w.-]{1,96}\/[\w.-]{1,96}$|^[\w.-]{1,96}$/);

/** The name and revision in "owner/name" or "owner/name@revision"; null for what cannot be a repository. */
export function parseHubName(text: string): { name: string; revision: string } | null {
  const [name = '', revision = 'main', ...more] = text.trim().split('@');
  const sound = nameSchema.safeParse(name).success && !name.includes('..') && /^[\w./-]{1,200}$/.test(revision);
  return sound && more.length === 0 ? { name, revision } : null;
}

/** What is used of the Hub's answers. */
const answerSchema = z.object({
  commit: z.string().regex(/^[\w.-]{1,100}$/),
  files: z.array(
    z.object({ path: z.string().min(1), size: z.number().int().nonnegative(), sha256: z.string().nullable() }),
  ),
});

/** Most files that a repository may have. */
const maxFiles = 10_000;

/** An error that says what the Hub's answer means for the person. */
export function hubFailure(what: Message, status: number | undefined, reason: string): HubError {
  if (status === 401 || status === 403)
    return new HubError(
      msg`${what} is private or gated, or does not exist (${status}). Give a token that may read it.`,
    );
  if (status === 404) return new HubError(msg`${what} does not exist on the Hub. Check the name and the revision.`);
  if (status === 429) return new HubError(msg`${what}: the Hub asks to wait (429). Try again in some minutes.`);
  return new HubError(msg`${what}: the Hub cannot be reached or failed (${status ?? reason}). Try again.`);
}

const statusOf = (error: unknown): number | undefined =>
  typeof error === 'object' && error !== null && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : undefined;

/**
 * Looks a repository up: its commit and its files.
 * @param revision a branch, tag or commit
 * @throws HubError
 */
export async function openRepo(
  kind: HubRepo['kind'],
  name: string,
  revision: string,
  { hubUrl = defaultHubUrl, token, signal }: HubAccess = {},
): Promise<HubRepo> {
  // Loaded with the first request to the Hub.
  const { datasetInfo, listFiles, modelInfo } = await import('@huggingface/hub');
  const what = msg`${kind === 'dataset' ? msg`data set` : msg`model`} ${name}@${revision}`;
  const access = {
    hubUrl,
    ...(token ? { accessToken: token } : {}),
    fetch: (input: RequestInfo | URL, init?: RequestInit) => fetch(input, { ...init, ...(signal ? { signal } : {}) }),
  };
  try {
    const info =
      kind === 'model'
        ? await modelInfo({ name, revision, additionalFields: ['sha'], ...access })
        : await datasetInfo({ name, revision, additionalFields: ['sha'], ...access });
    const files: HubFile[] = [];
    const listing = { repo: { type: kind, name }, revision: info.sha, recursive: true, ...access };
    for await (const entry of listFiles(listing)) {
      if (entry.type !== 'file') continue;
      files.push({ path: entry.path, size: entry.size, sha256: entry.lfs?.oid.replace(/^sha256:/, '') ?? null });
      if (files.length > maxFiles) throw new HubError(msg`${what} has more than ${maxFiles} files.`);
    }
    const answer = parseInput(answerSchema, { commit: info.sha, files });
    if (answer.success) return { kind, name, ...answer.data };
    const [issue] = answer.issues;
    throw new HubError(msg`${what}: the Hub's answer cannot be used: ${issuePath(issue)}: ${issueWords(issue)}`);
  } catch (error) {
    if (error instanceof HubError) throw error;
    throw hubFailure(what, statusOf(error), error instanceof Error ? error.message : String(error));
  }
}

/** Address of a file of a repository. */
export function fileUrl({ kind, name, commit }: HubRepo, path: string, hubUrl = defaultHubUrl): string {
  const at = `${kind === 'dataset' ? 'datasets/' : ''}${name}/resolve/${commit}`;
  return `${hubUrl.replace(/\/$/, '')}/${at}/${path.split('/').map(encodeURIComponent).join('/')}`;
}
