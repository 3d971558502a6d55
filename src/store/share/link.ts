import { z } from 'zod';
import { createStore } from 'zustand/vanilla';
import { jsonFromBytes } from '../../base/json.ts';
import { type Message, messageOf, msg, toEnglish, UserError } from '../../base/message.ts';
import { issueWords, joined, parseInput } from '../../base/zod-issues.ts';
import { fromBase64Url, toBase64Url } from '../../data/base64url.ts';
import { assertSingleLabel, type Run, readRun } from '../../training/run.ts';

/** A whole configuration in the address: "?run=…". A teacher's link can also lock the settings or hide parts of the page. */

/** Parts of the page that a link can hide. */
export const hideable = ['encoder', 'task', 'method', 'training', 'compare'] as const;
export type Hideable = (typeof hideable)[number];

export interface Restrictions {
  /** Settings are shown, and cannot be changed. */
  lock: boolean;
  hide: readonly Hideable[];
}

/** Facts that a link states about the rows that its run needs. */
const factsSchema = z.strictObject({
  rows: z.number().int().min(1).max(1e9),
  /** Number of rows in a test file of their own; null: the test rows are cut from the rows. */
  test: z.number().int().min(1).max(1e9).nullable(),
  /** As they were named in the file. */
  columns: z.strictObject({ text: z.string().max(200), label: z.string().max(200) }).optional(),
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

export interface LinkState extends Restrictions, LinkedData {
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
  lock: z.boolean().default(false),
  hide: z.array(z.enum(hideable)).max(hideable.length).default([]),
  data: factsSchema.optional(),
});

/** The address that opens exactly this run; `data`: a person's own rows, where it needs them. */
export function linkTo(run: Run, { lock, hide }: Restrictions, page: string, data?: LinkedData): string {
  const json = JSON.stringify({
    version,
    run,
    ...(lock ? { lock } : {}),
    ...(hide.length > 0 ? { hide } : {}),
    ...(data?.facts ? { data: data.facts } : {}),
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
export function readLink(page: string): ({ run: Run } & Restrictions & Partial<LinkedData>) | null {
  const { searchParams, hash } = new URL(page);
  const text = searchParams.get(parameter);
  if (text === null) return null;
  if (text.length > maxLinkLength) throw new LinkError('it is too long');
  const parsed = parseInput(linkSchema, decode(text));
  if (!parsed.success)
    throw new LinkError(joined(parsed.issues.map(issueWords), (before, next) => msg`${before}; ${next}`));
  const { run, lock, hide, data: facts } = parsed.data;
  const packed = new URLSearchParams(hash.slice(1)).get(rowsParameter);
  if (packed && packed.length > maxRowsLength) throw new LinkError('it is too long');
  const wanted = readRun(run);
  assertSingleLabel(wanted);
  return { run: wanted, lock, hide, ...(facts ? { facts } : {}), ...(packed ? { packed } : {}) };
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
    const { lock, hide, facts = null, packed = null } = link;
    linkStore.setState({ lock, hide, facts, packed });
    return link.run;
  } catch (error) {
    linkStore.setState({ problem: messageOf(error) });
    return null;
  }
}

export function dismissLinkProblem(): void {
  linkStore.setState({ problem: null });
}
