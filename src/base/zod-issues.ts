import { z } from 'zod';
import { type Message, type MessageParts, msg } from './message.ts';

/** Messages for zod's issues with outside input, for the page to show in its language; the English ones are zod's. */

type WithInput<One> = One extends unknown ? Omit<One, 'input'> & { readonly input: unknown } : never;
/** An issue, with the value that does not fit. Its message is a sentence of the schema's own, or ''. */
type Issue = WithInput<z.core.$ZodIssue>;

type Parsed<T> = { success: true; data: T } | { success: false; issues: readonly Issue[] };

/** Reads outside input by a schema. zod writes no sentences, so that the schema's own stand out; the rest are here. */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): Parsed<z.output<Schema>> {
  const parsed = schema.safeParse(input, { reportInput: true, error: () => '' });
  if (parsed.success) return parsed;
  return { success: false, issues: parsed.error.issues.map((issue) => ({ ...issue, input: issue.input })) };
}

/** Kinds of values as zod names them, and what it counts in them. */
const kinds: Readonly<Record<string, MessageParts>> = {
  string: msg`string`,
  number: msg`number`,
  int: msg`int`,
  boolean: msg`boolean`,
  array: msg`array`,
  tuple: msg`tuple`,
  object: msg`object`,
  record: msg`record`,
  undefined: msg`undefined`,
};
const kind = (name: string) => (Object.hasOwn(kinds, name) ? kinds[name] : name);
const counted: Readonly<Record<string, MessageParts>> = { string: msg`characters`, array: msg`items` };

const kindOf = (input: unknown) =>
  kind(typeof input === 'number' && !Number.isFinite(input) ? String(input) : z.util.parsedType(input));

const bound = (
  sign: '<' | '>',
  value: number | bigint,
  { exact, inclusive }: { exact?: boolean; inclusive?: boolean },
) => (exact ? msg`exactly ${value}` : `${sign}${inclusive ? '=' : ''}${value}`);

/** Message for an issue, without its path. */
export function issueWords(issue: Issue | undefined): MessageParts {
  if (issue?.message !== '') return { pattern: issue?.message ?? '', values: [] };
  switch (issue.code) {
    case 'invalid_type':
      return msg`Invalid input: expected ${kind(issue.expected)}, received ${kindOf(issue.input)}`;
    case 'invalid_value':
      return issue.values.length === 1
        ? msg`Invalid input: expected ${z.util.joinValues(issue.values)}`
        : msg`Invalid option: expected one of ${z.util.joinValues(issue.values, '|')}`;
    case 'too_big': {
      const { origin } = issue;
      const most = bound('<', issue.maximum, issue);
      return counted[origin]
        ? msg`Too big: expected ${kind(origin)} to have ${most} ${counted[origin]}`
        : msg`Too big: expected ${kind(origin)} to be ${most}`;
    }
    case 'too_small': {
      const { origin } = issue;
      const least = bound('>', issue.minimum, issue);
      return counted[origin]
        ? msg`Too small: expected ${kind(origin)} to have ${least} ${counted[origin]}`
        : msg`Too small: expected ${kind(origin)} to be ${least}`;
    }
    case 'invalid_format':
      return issue.format === 'regex' ? msg`Invalid string: must match pattern ${issue.pattern}` : msg`Invalid input`;
    case 'unrecognized_keys': {
      const keys = z.util.joinValues(issue.keys, ', ');
      return issue.keys.length > 1 ? msg`Unrecognized keys: ${keys}` : msg`Unrecognized key: ${keys}`;
    }
    case 'invalid_key':
      return msg`Invalid key in ${kind(issue.origin)}`;
    case 'invalid_union':
      return 'options' in issue && issue.options?.length
        ? msg`Invalid discriminator value. Expected ${issue.options.map((option) => `'${String(option)}'`).join(' | ')}`
        : msg`Invalid input`;
    default:
      return msg`Invalid input`;
  }
}

/** Path of an issue inside the value, as "training.epochs"; '' for the whole. */
export const issuePath = (issue: Pick<Issue, 'path'> | undefined): string => issue?.path.join('.') ?? '';

/** Several sentences as one. */
export const joined = (all: readonly Message[], join: (before: Message, next: Message) => MessageParts): Message =>
  all.length === 0 ? '' : all.reduce(join);
