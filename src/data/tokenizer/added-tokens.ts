import { z } from 'zod';
import { isOf, pointAt, stripped } from './unicode/characters.ts';

/** Tokens that are found in a text before it is cut into words: special ones, and words that were added later. */

export const addedTokenSchema = z.object({
  content: z.string(),
  single_word: z.boolean().default(false),
  lstrip: z.boolean().default(false),
  rstrip: z.boolean().default(false),
  normalized: z.boolean().optional(),
  special: z.boolean().default(false),
});
/** `normalized`: searched in the normalised text, by the normalised content. */
export type AddedToken = Omit<z.output<typeof addedTokenSchema>, 'normalized'> & { normalized: boolean };

/** An added token as Python's AddedToken(**json) makes it. */
export const addedToken = (json: z.input<typeof addedTokenSchema>): AddedToken => {
  const token = addedTokenSchema.parse(json);
  return { ...token, normalized: token.normalized ?? !token.special };
};

/** A stretch of a text, and which added token it is; null for ordinary text. */
interface Stretch {
  from: number;
  to: number;
  id: number | null;
}

type Node = Map<number, Node> & { pattern?: number };

/** Finds the leftmost and longest of several strings. */
class Finder {
  readonly #root: Node = new Map();

  constructor(patterns: readonly string[]) {
    for (const [i, pattern] of patterns.entries()) {
      let node = this.#root;
      for (let at = 0; at < pattern.length; at++) {
        const unit = pattern.charCodeAt(at);
        const next: Node = node.get(unit) ?? new Map();
        node.set(unit, next);
        node = next;
      }
      node.pattern ??= i;
    }
  }

  get isEmpty(): boolean {
    return this.#root.size === 0;
  }

  /** The longest string that begins at a position of the text, and its end; null for none. */
  at(text: string, from: number): { pattern: number; to: number } | null {
    let node: Node | undefined = this.#root;
    let found: { pattern: number; to: number } | null = null;
    for (let at = from; at < text.length; at++) {
      node = node.get(text.charCodeAt(at));
      if (!node) break;
      if (node.pattern !== undefined) found = { pattern: node.pattern, to: at + 1 };
    }
    return found;
  }
}

const isWord = isOf('word');

/** Whether a text has a character of a word right before or at a position. */
function isWordBefore(text: string, at: number): boolean {
  if (at === 0) return false;
  const isPair = at > 1 && /[\udc00-\udfff]/.test(text[at - 1] ?? '');
  return isWord(pointAt(text, at - (isPair ? 2 : 1)));
}
const isWordAt = (text: string, at: number) => at < text.length && isWord(pointAt(text, at));

/** The Rust library's AddedVocabulary. */
export class AddedVocabulary {
  readonly #modelId: (token: string) => number | undefined;
  readonly #modelSize: number;
  /** All special tokens, then all others, as they were first given. */
  readonly #special = new Map<string, AddedToken>();
  readonly #others: AddedToken[] = [];
  readonly #ids = new Map<string, number>();
  /** The token of an id as it was last given. */
  readonly #tokens = new Map<number, AddedToken>();
  #largest = -1;
  #plain = { finder: new Finder([]), ids: [] as number[] };
  #normalized = { finder: new Finder([]), ids: [] as number[] };
  /** Special tokens are cut like any text. */
  splitsSpecial = false;

  constructor(modelId: (token: string) => number | undefined, modelSize: number) {
    this.#modelId = modelId;
    this.#modelSize = modelSize;
  }

  idOf(content: string): number | undefined {
    return this.#ids.get(content) ?? this.#modelId(content);
  }

  contentOf(id: number): string | undefined {
    return this.#tokens.get(id)?.content;
  }

  get tokens(): ReadonlyMap<number, AddedToken> {
    return this.#tokens;
  }

  /** Tokens in the order in which the library would add them again. */
  get inOrder(): (AddedToken & { id: number })[] {
    return [...this.#tokens]
      .sort(([a], [b]) => a - b)
      .map(([id, { content, single_word, lstrip, rstrip, normalized, special }]) => ({
        id,
        content,
        single_word,
        lstrip,
        rstrip,
        normalized,
        special,
      }));
  }

  /**
   * Adds tokens in their order. A token that the model does not know gets the id after the largest; ids in a file are
   * ignored, as in Python.
   * @param normalize turns the contents of normalised tokens into the strings that are searched
   * @returns contents that `normalize` makes empty
   */
  add(tokens: readonly AddedToken[], normalize: (text: string) => string): string[] {
    for (const token of tokens)
      if (token.special && token.content !== '' && !this.#isSpecial(token.content))
        this.#special.set(token.content, token);
    for (const token of tokens) {
      const known = this.#tokens.get(this.#ids.get(token.content) ?? -1);
      if (token.content === '' || (known && isSame(known, token))) continue;
      const id = this.idOf(token.content) ?? this.#nextId();
      this.#ids.set(token.content, id);
      this.#largest = Math.max(this.#largest, id);
      this.#tokens.set(id, token);
      if (!this.#isSpecial(token.content)) this.#others.push(token);
    }
    return this.#refresh(normalize);
  }

  #isSpecial(content: string): boolean {
    return this.#special.has(content);
  }

  #nextId(): number {
    return Math.max(this.#largest + 1, this.#modelSize);
  }

  #refresh(normalize: (text: string) => string): string[] {
    const all = [...this.#special.values(), ...this.#others];
    const make = (tokens: AddedToken[], patterns: string[]) => ({
      finder: new Finder(patterns),
      ids: tokens.map(({ content }) => this.#ids.get(content) ?? 0),
    });
    const plain = all.filter(({ normalized }) => !normalized);
    const normalized = all.filter((token) => token.normalized);
    const patterns = normalized.map(({ content }) => normalize(content));
    this.#plain = make(
      plain,
      plain.map(({ content }) => content),
    );
    this.#normalized = make(normalized, patterns);
    return normalized.flatMap(({ content }, i) => (patterns[i] === '' ? [content] : []));
  }

  /** Cuts a text at the tokens that are searched as they are, or in the normalised text. */
  split(text: string, kind: 'plain' | 'normalized'): Stretch[] {
    const { finder, ids } = kind === 'plain' ? this.#plain : this.#normalized;
    if (finder.isEmpty) return text === '' ? [] : [{ from: 0, to: text.length, id: null }];
    const stretches: Stretch[] = [];
    let start = 0;
    for (let at = 0; at < text.length; ) {
      const match = finder.at(text, at);
      if (!match) {
        at++;
        continue;
      }
      const id = ids[match.pattern] ?? 0;
      const stretch = this.#stretch(text, at, match.to, id);
      at = match.to;
      if (!stretch) continue;
      // White space that the token before took is not taken again.
      const from = Math.max(stretch.from, start);
      if (start < from) stretches.push({ from: start, to: from, id: null });
      stretches.push({ from, to: stretch.to, id });
      start = stretch.to;
    }
    if (start < text.length) stretches.push({ from: start, to: text.length, id: null });
    return stretches;
  }

  /** The stretch of a found token, with the white space that it takes; null where the token does not apply. */
  #stretch(text: string, from: number, to: number, id: number): { from: number; to: number } | null {
    const token = this.#tokens.get(id);
    if (!token || (this.splitsSpecial && this.#isSpecial(token.content))) return null;
    if (token.single_word && (isWordBefore(text, from) || isWordAt(text, to))) return null;
    const left = token.lstrip ? stripped(text.slice(0, from), false, true).length : from;
    const right = token.rstrip ? text.length - stripped(text.slice(to), true, false).length : to;
    return { from: left, to: right };
  }
}

const isSame = (a: AddedToken, b: AddedToken): boolean =>
  a.content === b.content &&
  a.single_word === b.single_word &&
  a.lstrip === b.lstrip &&
  a.rstrip === b.rstrip &&
  a.normalized === b.normalized &&
  a.special === b.special;
