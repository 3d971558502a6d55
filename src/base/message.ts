/** Sentences for a person whose pattern and values stay apart, so that the page can say them in another language. */

export interface Said {
  /** The English sentence, with {0}, {1}, … where values stand: also its key in other languages. */
  readonly pattern: string;
  readonly values: readonly (string | number | Said)[];
}

/** Words for a person: a sentence in parts, or one without values. */
export type Words = string | Said;

const isSaid = (value: unknown): value is Said => typeof value === 'object' && value !== null && 'pattern' in value;

/** Puts the values into a pattern. */
export const filled = (pattern: string, values: readonly string[]): string =>
  pattern.replace(/\{(\d+)\}/g, (hole, place) => values[Number(place)] ?? hole);

export const inEnglish = (words: Words): string =>
  isSaid(words)
    ? filled(
        words.pattern,
        words.values.map((value) => inEnglish(isSaid(value) ? value : String(value))),
      )
    : words;

/** A tag for templates: said`${file} line ${line}: …`. */
export function said(strings: TemplateStringsArray, ...values: unknown[]): Said {
  const pattern = strings.reduce((text, string, i) => `${text}{${i - 1}}${string}`);
  return {
    pattern,
    values: values.map((value) => (isSaid(value) || typeof value === 'number' ? value : String(value))),
  };
}

/** Errors that somebody acts on. `diverged`: the loss or the gradient norm is no longer a finite number. */
export type ErrorCode = 'diverged';

/** An error whose message a person reads. */
export class PersonError extends Error {
  override name = 'PersonError';
  readonly words: Words;
  /** What kind of error it is, for code that acts on it: words are for people, and change. */
  readonly code: ErrorCode | null = null;

  constructor(words: Words) {
    super(inEnglish(words));
    this.words = words;
  }
}

/** What an error says; of one that nobody foresaw, its message. */
export function wordsOf(error: unknown): Words {
  if (error instanceof PersonError) return error.words;
  if (error instanceof Error) return error.message;
  return String(error);
}

/** The same inside a sentence: words without values, looked up like any others. */
export function partOf(error: unknown): Said {
  const words = wordsOf(error);
  return isSaid(words) ? words : { pattern: words, values: [] };
}
