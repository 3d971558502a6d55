import { z } from 'zod';
import { createStore } from 'zustand/vanilla';
import { jsonFromBytes } from '../../base/json.ts';
import { type Message, messageOf, msg, toEnglish, UserError } from '../../base/message.ts';
import { issueWords, joined, parseInput } from '../../base/zod-issues.ts';
import { fromBase64Url, toBase64Url } from '../../data/base64url.ts';
import { type Language, languages } from '../../data/built-in/tasks.ts';
import { type Run, readRun } from '../../training/run.ts';
import { type LessonId, lessonIds } from '../lessons/origin.ts';

/**
 * A whole configuration in the address: "?run=…". A teacher's link can also lock settings, hide parts of the page, set its
 * language, and open a lesson.
 */

/** Parts of the page that a link can hide. */
export const hideable = ['encoder', 'task', 'method', 'training', 'compare'] as const;
export type Hideable = (typeof hideable)[number];

/** Settings that a link can lock. */
export const lockable = ['encoder', 'task', 'method', 'training'] as const satisfies readonly Hideable[];
export type Lockable = (typeof lockable)[number];

export interface Restrictions {
  /** Settings that are shown, and cannot be changed: all of them, none, or these. */
  lock: boolean | readonly Lockable[];
  hide: readonly Hideable[];
}

/** What a teacher's link sets beside the run. */
export interface ForClass {
  /** The page's language; absent: the reader's own. */
  language?: Language;
  /** The lesson that is opened; absent: the workbench. */
  lesson?: LessonId;
  /** Who made the link, as its readers are told. */
  by?: string;
}

/** Characters of the name of whoever made a link. */
export const maxByLength = 60;

const column = z.string().max(200);
/** Facts that a link states about the rows that its run needs. */
const factsSchema = z.strictObject({
  rows: z.number().int().min(1).max(1e9),
  /** Number of rows in a test file of their own; null: the test rows are cut from the rows. */
  test: z.number().int().min(1).max(1e9).nullable(),
  /** As they were named in the file. */
  columns: z.strictObject({ text: column, second: column.optional(), label: column }).optional(),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, toEnglish(msg`is no SHA-256 in hexadecimal`))
    .optional(),
});
export type RowFacts = z.infer<typeof factsSchema>;

/** Rows that a link's run needs: the facts about them and, where they are few, the rows themselves, packed. */
export interface LinkedData {
  facts: RowFacts | null;
  packed: string | null;
}

export interface LinkState extends Restrictions, LinkedData, ForClass {
  /** Why a link could not be used, in words. */
  problem: Message | null;
}

export const linkStore = createStore<LinkState>(() => ({
  lock: false,
  hide: [],
  facts: null,
  packed: null,
  problem: null,
}));

/** A link that cannot be used. The message says why. */
export class LinkError extends UserError {
  override name = 'LinkError';
}

const parameter = 'run';
/** Parameter of the fragment: rows are nobody's business but the page's, and a fragment is not sent to the server. */
const rowsParameter = 'rows';
const version = 1;
/** Characters of the parameter; a run takes some hundreds. */
const maxLinkLength = 8000;
/** Characters of the rows in a link. */
const maxRowsLength = 8000;

const linkSchema = z.strictObject({
  version: z.literal(version, { error: toEnglish(msg`it was made by another version of this page`) }),
  run: z.unknown(),
  lock: z.union([z.boolean(), z.array(z.enum(lockable)).max(lockable.length)]).default(false),
  hide: z.array(z.enum(hideable)).max(hideable.length).default([]),
  data: factsSchema.optional(),
  language: z.enum(languages).optional(),
  lesson: z.enum(lessonIds).optional(),
  by: z.string().trim().min(1).max(maxByLength).optional(),
});

/** The address that opens exactly this run; `data`: a person's own rows, where it needs them. */
export function linkTo(
  run: Run,
  { lock, hide, ...forClass }: Restrictions & ForClass,
  page: string,
  data?: LinkedData,
): string {
  const json = JSON.stringify({
    version,
    run,
    ...(lock === true || (lock && lock.length > 0) ? { lock } : {}),
    ...(hide.length > 0 ? { hide } : {}),
    ...(data?.facts ? { data: data.facts } : {}),
    ...forClass,
  });
  const url = new URL(page);
  url.hash = data?.packed ? `${rowsParameter}=${data.packed}` : '';
  url.search = '';
  url.searchParams.set(parameter, toBase64Url(new TextEncoder().encode(json)));
  return url.href;
}

/**
 * The run and restrictions that an address asks for; null if it asks for nothing.
 * @throws LinkError, or RunFileError naming the setting that does not fit
 */
export function readLink(page: string): ({ run: Run } & Restrictions & ForClass & Partial<LinkedData>) | null {
  const { searchParams, hash } = new URL(page);
  const text = searchParams.get(parameter);
  if (text === null) return null;
  if (text.length > maxLinkLength) throw new LinkError('it is too long');
  const parsed = parseInput(linkSchema, decode(text));
  if (!parsed.success)
    throw new LinkError(joined(parsed.issues.map(issueWords), (before, next) => msg`${before}; ${next}`));
  const { run, lock, hide, data: facts, language, lesson, by } = parsed.data;
  const packed = new URLSearchParams(hash.slice(1)).get(rowsParameter);
  if (packed && packed.length > maxRowsLength) throw new LinkError('it is too long');
  return {
    run: readRun(run),
    lock,
    hide,
    ...(facts && { facts }),
    ...(packed && { packed }),
    ...(language && { language }),
    ...(lesson && { lesson }),
    ...(by && { by }),
  };
}

function decode(text: string): unknown {
  try {
    return jsonFromBytes(fromBase64Url(text), { fatal: true });
  } catch {
    throw new LinkError('it is damaged; ask for it again');
  }
}

/** The run of the page's address; with a link that cannot be used, a message and null. To be called once, at the start. */
export function openLink(page: string): Run | null {
  try {
    const link = readLink(page);
    if (!link) return null;
    const { run, ...others } = link;
    linkStore.setState(others);
    return run;
  } catch (error) {
    linkStore.setState({ problem: messageOf(error) });
    return null;
  }
}

/** Whether a link has locked settings: any of them, or those of one part. */
export const isLocked = ({ lock }: Pick<Restrictions, 'lock'>, part?: Lockable): boolean =>
  typeof lock === 'boolean' ? lock : part === undefined ? lock.length > 0 : lock.includes(part);

/** What each part that can be locked sets of a run. */
const settingsOf: Record<Lockable, (run: Run) => unknown> = {
  encoder: ({ model }) => model,
  task: ({ data }) => data,
  method: ({ method, pooling, frozenBits }) => [method, pooling, frozenBits],
  training: ({ training }) => training,
};

/** Whether a run of earlier may take the place of the one that is open: not where it would change what a link has locked. */
export const mayOpen = (link: Pick<Restrictions, 'lock'>, run: Run, open: Run): boolean =>
  lockable.every(
    (part) => !isLocked(link, part) || JSON.stringify(settingsOf[part](run)) === JSON.stringify(settingsOf[part](open)),
  );

/** Opens the page anew without its link: nothing is locked, and nothing hidden. */
export function leaveLink(): void {
  const { origin, pathname } = location;
  location.replace(`${origin}${pathname}#/${linkStore.getState().lesson ? 'lessons' : 'playground'}`);
}

export function dismissLinkProblem(): void {
  linkStore.setState({ problem: null });
}
