import { z } from 'zod';
import { msg } from '../../base/message.ts';
import { type Component, componentOf, settingsOf, TokenizerError, unknownComponent } from './settings.ts';

/** Ids of special tokens before, behind and between texts. */
interface Around {
  before: number[];
  between: number[];
  after: number[];
}

/** Special tokens that the post-processor puts around a text, and around and between the two of a pair. */
export interface Template {
  single: Omit<Around, 'between'>;
  pair: Around;
}

const slot = 'post_processor';
const token = z.tuple([z.string(), z.number().int().nonnegative()]);
const piece = z.union([
  z.strictObject({ SpecialToken: z.strictObject({ id: z.string(), type_id: z.number() }) }),
  z.strictObject({ Sequence: z.strictObject({ id: z.enum(['A', 'B']), type_id: z.number() }) }),
]);

function templateProcessing(component: Component): Template {
  const { single, pair, special_tokens } = settingsOf(slot, component, {
    single: z.array(piece),
    pair: z.array(piece),
    special_tokens: z.record(
      z.string(),
      z.object({ id: z.string(), ids: z.array(z.number().int().nonnegative()), tokens: z.array(z.string()) }),
    ),
  });
  const ids = (pieces: z.infer<typeof piece>[]) =>
    pieces.flatMap((one): (number | 'A' | 'B')[] => {
      if ('Sequence' in one) return [one.Sequence.id];
      const known = special_tokens[one.SpecialToken.id];
      if (!known)
        throw new TokenizerError(
          msg`tokenizer.json: ${slot} TemplateProcessing lacks the token ${one.SpecialToken.id}.`,
        );
      return known.ids;
    });
  const [one, two] = [ids(single), ids(pair)];
  const [at, first, second] = [one.indexOf('A'), two.indexOf('A'), two.indexOf('B')];
  const numbers = (part: (number | 'A' | 'B')[]) => part.filter((id) => typeof id === 'number');
  const template = {
    single: { before: numbers(one.slice(0, at)), after: numbers(one.slice(at + 1)) },
    pair: {
      before: numbers(two.slice(0, first)),
      between: numbers(two.slice(first + 1, second)),
      after: numbers(two.slice(second + 1)),
    },
  };
  const again = [
    [...template.single.before, 'A', ...template.single.after],
    [...template.pair.before, 'A', ...template.pair.between, 'B', ...template.pair.after],
  ];
  if (again.join('|') === [one, two].join('|')) return template;
  throw new TokenizerError(
    msg`tokenizer.json: ${slot} TemplateProcessing has another template than special tokens around a text and between the two of a pair. Choose an encoder with another tokenizer.`,
  );
}

function around(separators: 1 | 2) {
  return (component: Component): Template => {
    const { cls, sep } = settingsOf(slot, component, {
      cls: token,
      sep: token,
      // These two change the offsets of tokens in the text, not the tokens.
      trim_offsets: z.boolean().optional(),
      add_prefix_space: z.boolean().optional(),
    });
    const around = { before: [cls[1]], after: [sep[1]] };
    return { single: around, pair: { ...around, between: Array.from({ length: separators }, () => sep[1]) } };
  };
}

const none = (): Template => ({ single: { before: [], after: [] }, pair: { before: [], between: [], after: [] } });

const kinds: Record<string, (component: Component) => Template> = {
  TemplateProcessing: templateProcessing,
  BertProcessing: around(1),
  RobertaProcessing: around(2),
  ByteLevel: (component) => {
    settingsOf(slot, component, {
      add_prefix_space: z.boolean().optional(),
      trim_offsets: z.boolean().optional(),
      use_regex: z.boolean().optional(),
    });
    return none();
  },
  Sequence: (component) => {
    const { processors } = settingsOf(slot, component, { processors: z.array(z.unknown()).max(100) });
    // Each puts its tokens around the result of the one before.
    return processors
      .map((json) => templateOf(json))
      .reduce(
        (inner, outer) =>
          isEmpty(outer)
            ? inner
            : isEmpty(inner)
              ? outer
              : fail(msg`tokenizer.json: ${slot} Sequence adds special tokens twice, which is not computed here.`),
        none(),
      );
  },
};

const isEmpty = ({ single, pair }: Template) =>
  [single.before, single.after, pair.before, pair.between, pair.after].every((ids) => ids.length === 0);

function fail(words: ReturnType<typeof msg>): never {
  throw new TokenizerError(words);
}

/** @throws TokenizerError naming the component or the setting that is not computed */
export function templateOf(json: unknown): Template {
  const component = componentOf(slot, json);
  if (!component) return none();
  const make = Object.hasOwn(kinds, component.type) ? kinds[component.type] : undefined;
  if (!make) throw unknownComponent(slot, component.type);
  return make(component);
}
