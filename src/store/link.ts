import { z } from 'zod';
import { createStore } from 'zustand/vanilla';
import { issueWords, joined } from '../model/issues.ts';
import { inEnglish, PersonError, said, type Words, wordsOf } from '../model/said.ts';
import { type Run, readRun } from '../training/run.ts';

/** A whole configuration in the address: "?run=…". A teacher's link can also lock the settings or hide parts of the page. */

/** What a link can hide. */
export const hideable = ['encoder', 'task', 'method', 'training', 'compare'] as const;
export type Hideable = (typeof hideable)[number];

export interface Restrictions {
  /** Settings are shown, and cannot be changed. */
  lock: boolean;
  hide: readonly Hideable[];
}

export interface LinkState extends Restrictions {
  /** Why a link could not be used, in words. */
  problem: Words | null;
}

export const linkStore = createStore<LinkState>(() => ({ lock: false, hide: [], problem: null }));

/** A link that cannot be used. The message says why. */
export class LinkError extends PersonError {
  override name = 'LinkError';
}

const parameter = 'run';
const version = 1;
/** Characters; a run takes some hundreds. */
const longestLink = 8000;

const linkSchema = z.strictObject({
  version: z.literal(version, { error: inEnglish(said`it was made by another version of this page`) }),
  run: z.unknown(),
  lock: z.boolean().default(false),
  hide: z.array(z.enum(hideable)).max(hideable.length).default([]),
});

/** The address that opens exactly this run. */
export function linkTo(run: Run, { lock, hide }: Restrictions, page: string): string {
  const json = JSON.stringify({ version, run, ...(lock ? { lock } : {}), ...(hide.length > 0 ? { hide } : {}) });
  const bytes = new TextEncoder().encode(json);
  const base64 = btoa(String.fromCharCode(...bytes));
  const url = new URL(page);
  url.hash = '';
  url.search = '';
  url.searchParams.set(parameter, base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''));
  return url.href;
}

/**
 * What an address asks for; null if it asks for nothing.
 * @throws LinkError, or RunFileError naming the setting that does not fit
 */
export function readLink(page: string): ({ run: Run } & Restrictions) | null {
  const text = new URL(page).searchParams.get(parameter);
  if (text === null) return null;
  if (text.length > longestLink) throw new LinkError('it is too long');
  const parsed = linkSchema.safeParse(decode(text));
  if (!parsed.success)
    throw new LinkError(joined(parsed.error.issues.map(issueWords), (before, next) => said`${before}; ${next}`));
  const { run, lock, hide } = parsed.data;
  return { run: readRun(run), lock, hide };
}

function decode(text: string): unknown {
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new LinkError('it is damaged; ask for it again');
  }
}

/** The run of the page's address; with a link that cannot be used, a message and null. To be called once, at the start. */
export function openLink(page: string): Run | null {
  try {
    const link = readLink(page);
    if (!link) return null;
    linkStore.setState({ lock: link.lock, hide: link.hide });
    return link.run;
  } catch (error) {
    linkStore.setState({ problem: wordsOf(error) });
    return null;
  }
}

export function dismissLinkProblem(): void {
  linkStore.setState({ problem: null });
}
