import { z } from 'zod';
import { msg } from '../../base/message.ts';
import { type Component, componentOf, settingsOf, TokenizerError, unknownComponent } from './settings.ts';

/** Ids of special tokens before, behind and between texts. */
interface Around {
  before: number[];
  between: number[];
  after: number[];
}

/** Token types of a pair: of its texts, and of the special tokens in each place. */
interface PairTypes extends Around {
  first: number;
  second: number;
}

/** Special tokens that the post-processor puts around a text, and around and between the two of a pair. */
export interface Template {
  single: Omit<Around, 'between'>;
  pair: Around;
  /** Token types of a pair; a single text has type 0 throughout. */
  types: PairTypes;
}

const slot = 'post_processor';
const token = z.tuple([z.string(), z.number().int().nonnegative()]);
const typeId = z.number().int().nonnegative();
const piece = z.union([
  z.strictObject({ SpecialToken: z.strictObject({ id: z.string(), type_id: typeId }) }),
  z.strictObject({ Sequence: z.strictObject({ id: z.enum(['A', 'B']), type_id: typeId }) }),
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
  const parts = (pieces: z.infer<typeof piece>[]) =>
    pieces.flatMap((one): { id: number | 'A' | 'B'; type: number }[] => {
      if ('Sequence' in one) return [{ id: one.Sequence.id, type: one.Sequence.type_id }];
      const { id: name, type_id: type } = one.SpecialToken;
      const known = Object.hasOwn(special_tokens, name) ? special_tokens[name] : undefined;
      if (!known) throw new TokenizerError(msg`tokenizer.json: ${slot} TemplateProcessing lacks the token ${name}.`);
      return known.ids.map((id) => ({ id, type }));
    });
  const ofPair = parts(pair);
  const types = ofPair.map(({ type }) => type);
  const [one, two] = [parts(single).map(({ id }) => id), ofPair.map(({ id }) => id)];
  const [at, first, second] = [one.indexOf('A'), two.indexOf('A'), two.indexOf('B')];
  const numbers = (part: (number | 'A' | 'B')[]) => part.filter((id) => typeof id === 'number');
  const template = {
    single: { before: numbers(one.slice(0, at)), after: numbers(one.slice(at + 1)) },
    pair: {
      before: numbers(two.slice(0, first)),
      between: numbers(two.slice(first + 1, second)),
      after: numbers(two.slice(second + 1)),
    },
    types: {
      before: types.slice(0, first),
      first: types[first] ?? 0,
      between: types.slice(first + 1, second),
      second: types[second] ?? 0,
      after: types.slice(second + 1),
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
    // BERT's second text has type 1 with the [SEP] after it; RoBERTa has one type.
    const second = separators === 1 ? 1 : 0;
    return {
      single: around,
      pair: { ...around, between: Array.from({ length: separators }, () => sep[1]) },
      types: { before: [0], first: 0, between: Array(separators).fill(0), second, after: [second] },
    };
  };
}

const none = (): Template => ({
  single: { before: [], after: [] },
  pair: { before: [], between: [], after: [] },
  types: { before: [], first: 0, between: [], second: 1, after: [] },
});

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
