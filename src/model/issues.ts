import type { z } from 'zod';
import { inEnglish, type Said, said, type Words } from './said.ts';

/** What zod finds wrong with outside input, in words that the page can say in its language. In English they are zod's own. */

type Issue = Pick<z.core.$ZodIssue, 'path' | 'message'>;

/** Kinds of values as zod names them, and what it counts in them. */
const kinds: Readonly<Record<string, Said>> = {
  string: said`string`,
  number: said`number`,
  int: said`int`,
  boolean: said`boolean`,
  array: said`array`,
  tuple: said`tuple`,
  object: said`object`,
  record: said`record`,
  undefined: said`undefined`,
  characters: said`characters`,
  items: said`items`,
};
const kind = (name: string) => (Object.hasOwn(kinds, name) ? kinds[name] : name);

/** zod's sentences (node_modules/zod/v4/locales/en.js), those that the schemas here can lead to. */
const sentences: readonly [RegExp, (...parts: string[]) => Said][] = [
  [
    /^Invalid input: expected (.+), received (.+)$/,
    (expected, received) => said`Invalid input: expected ${kind(expected)}, received ${kind(received)}`,
  ],
  [/^Invalid input: expected (.+)$/, (value) => said`Invalid input: expected ${value}`],
  [/^Invalid option: expected one of (.+)$/, (values) => said`Invalid option: expected one of ${values}`],
  [
    /^Too big: expected (\w+) to have (\S+) (\w+)$/,
    (of, bound, unit) => said`Too big: expected ${kind(of)} to have ${bound} ${kind(unit)}`,
  ],
  [/^Too big: expected (\w+) to be (.+)$/, (of, bound) => said`Too big: expected ${kind(of)} to be ${bound}`],
  [
    /^Too small: expected (\w+) to have (\S+) (\w+)$/,
    (of, bound, unit) => said`Too small: expected ${kind(of)} to have ${bound} ${kind(unit)}`,
  ],
  [/^Too small: expected (\w+) to be (.+)$/, (of, bound) => said`Too small: expected ${kind(of)} to be ${bound}`],
  [/^Invalid string: must match pattern (.+)$/, (pattern) => said`Invalid string: must match pattern ${pattern}`],
  [/^Unrecognized key: (.+)$/, (key) => said`Unrecognized key: ${key}`],
  [/^Unrecognized keys: (.+)$/, (keys) => said`Unrecognized keys: ${keys}`],
  [/^Invalid input$/, () => said`Invalid input`],
];

/** What is wrong, without the place. A schema's own sentence stands for itself. */
export function issueWords(issue: Pick<Issue, 'message'> | undefined): Said {
  const message = issue?.message ?? '';
  for (const [pattern, words] of sentences) {
    const found = pattern.exec(message);
    const saying = found && words(...found.slice(1));
    if (saying && inEnglish(saying) === message) return saying;
  }
  return { pattern: message, values: [] };
}

/** Where in a value it is wrong, as "training.epochs"; '' for the whole. */
export const issuePath = (issue: Pick<Issue, 'path'> | undefined): string => issue?.path.join('.') ?? '';

/** Several sentences as one. */
export const joined = (all: readonly Words[], join: (before: Words, next: Words) => Said): Words =>
  all.length === 0 ? '' : all.reduce(join);
