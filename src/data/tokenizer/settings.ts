import { z } from 'zod';
import { msg, UserError } from '../../base/message.ts';
import { issuePath, issueWords, parseInput } from '../../base/zod-issues.ts';

/** A tokenizer file that cannot be used. */
export class TokenizerError extends UserError {
  override name = 'TokenizerError';
}

/** A part of tokenizer.json with the name of its kind. */
export type Component = { type: string } & Record<string, unknown>;

const typed = z.looseObject({ type: z.string() });

/** Reads the kind of a component; null where there is none. */
export function componentOf(slot: string, json: unknown): Component | null {
  if (json === null || json === undefined) return null;
  const parsed = typed.safeParse(json);
  if (!parsed.success) throw new TokenizerError(msg`tokenizer.json: ${slot} has no type.`);
  return parsed.data;
}

export const unknownComponent = (slot: string, type: string): TokenizerError =>
  new TokenizerError(
    msg`tokenizer.json: ${slot} ${type} is not computed here as in Python. Choose an encoder with another tokenizer.`,
  );

export const unknownSetting = (slot: string, type: string, setting: string): TokenizerError =>
  new TokenizerError(
    msg`tokenizer.json: ${slot} ${type} has the setting ${setting}, which is not computed here. Choose an encoder with another tokenizer.`,
  );

/**
 * Checks the settings of a component: each is known and of its kind.
 * @throws TokenizerError naming the component and the setting
 */
export function settingsOf<Shape extends z.ZodRawShape>(
  slot: string,
  component: Component,
  shape: Shape,
): z.infer<z.ZodObject<Shape>> {
  const { type, ...settings } = component;
  const parsed = parseInput(z.strictObject(shape), settings);
  if (parsed.success) return parsed.data as z.infer<z.ZodObject<Shape>>;
  const issue = parsed.issues[0];
  if (issue?.code === 'unrecognized_keys' && issue.path.length === 0)
    throw unknownSetting(slot, type, issue.keys.join(', '));
  throw new TokenizerError(msg`tokenizer.json: ${slot} ${type}: ${issuePath(issue)}: ${issueWords(issue)}`);
}

/** Times that a sequence of steps may make a text as long: bytes written as letters again and again double it each time. */
const mostGrowth = 64;
/** Characters of a text that is short: what is put in front of it weighs more. */
const shortText = 100;

/** @throws TokenizerError where a step has made a text far longer than it was before all of them */
export function assertGrowth(slot: string, before: number, after: number): void {
  if (after > mostGrowth * (before + shortText))
    throw new TokenizerError(
      msg`tokenizer.json: ${slot} Sequence makes texts more than ${mostGrowth} times as long. Choose an encoder with another tokenizer.`,
    );
}

export interface Model {
  /** Ids of the pieces of a word. */
  encode(word: string): readonly number[];
  idOf(token: string): number | undefined;
  tokenOf(id: number): string | undefined;
  /** Number of entries in the vocabulary. */
  size: number;
  /** The largest id of the vocabulary. */
  largest: number;
  /** The id for words that are not in the vocabulary. */
  unknown: number | undefined;
}
