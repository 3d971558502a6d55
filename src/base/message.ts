/** Messages for a person: pattern and values stay apart, so that the page can show them in another language. */

export interface MessageParts {
  /** The English sentence, with {0}, {1}, … where values stand: also its key in other languages. */
  readonly pattern: string;
  readonly values: readonly (string | number | MessageParts)[];
}

/** A message for a person: a sentence in parts, or one without values. */
export type Message = string | MessageParts;

const isParts = (value: unknown): value is MessageParts =>
  typeof value === 'object' && value !== null && 'pattern' in value;

/** Puts the values into a pattern. */
export const filled = (pattern: string, values: readonly string[]): string =>
  pattern.replace(/\{(\d+)\}/g, (hole, place) => values[Number(place)] ?? hole);

/** The English sentence of a message, its values filled in. */
export const toEnglish = (words: Message): string =>
  isParts(words)
    ? filled(
        words.pattern,
        words.values.map((value) => toEnglish(isParts(value) ? value : String(value))),
      )
    : words;

/** A tag for templates: msg`${file} line ${line}: …`. */
export function msg(strings: TemplateStringsArray, ...values: unknown[]): MessageParts {
  const pattern = strings.reduce((text, string, i) => `${text}{${i - 1}}${string}`);
  return {
    pattern,
    values: values.map((value) => (isParts(value) || typeof value === 'number' ? value : String(value))),
  };
}

/**
 * Errors that somebody acts on. `diverged`: the loss or the gradient norm is no longer a finite number; `device-failed`:
 * the device is gone, or gives results that are not to be trusted; `out-of-memory`: it has no memory for the run;
 * `no-gpu`: there is none, or the browser offers none.
 */
export type ErrorCode = 'diverged' | 'device-failed' | 'out-of-memory' | 'no-gpu';

/** An error whose message a person reads. */
export class UserError extends Error {
  override name = 'UserError';
  readonly words: Message;
  /** The kind of error, for code that acts on it: words are for people, and change. */
  readonly code: ErrorCode | null = null;

  constructor(words: Message) {
    super(toEnglish(words));
    this.words = words;
  }
}

/** Whether an error says that a part of the page's own code could not be fetched, in the words of any browser. */
export const isNotFetched = (error: unknown): error is TypeError =>
  error instanceof TypeError && /dynamically imported module|module script failed/i.test(error.message);

/** An error's message for a person; for an error that nobody foresaw, its own text. */
export function messageOf(error: unknown): Message {
  if (isNotFetched(error))
    return msg`This part of the page could not be fetched: there is no network, or a newer version was released. What is trained is safe.`;
  if (error instanceof UserError) return error.words;
  if (error instanceof Error) return error.message;
  return String(error);
}

/** An error's message as a value of another message. */
export function partOf(error: unknown): MessageParts {
  const words = messageOf(error);
  return isParts(words) ? words : { pattern: words, values: [] };
}
