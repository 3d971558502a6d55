import type { TermId } from '../../store/glossary/terms.ts';

/** A piece of a text; `id`: the term that it is, where it is one. */
export interface Part {
  text: string;
  id: TermId | null;
  /** Its first character's index in the text. */
  at: number;
}

const escaped = (name: string) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Where a term is first mentioned: as a word of its own, or its plural, where words are parted by spaces. */
function mention(text: string, name: string): { from: number; to: number } | null {
  const isWord = /^[\p{Script=Latin} -]+$/u.test(name);
  const pattern = isWord ? `(?<![\\p{L}-])${escaped(name)}(?:s|es)?(?![\\p{L}-])` : escaped(name);
  const found = new RegExp(pattern, 'iu').exec(text);
  return found && { from: found.index, to: found.index + found[0].length };
}

/** A text in pieces, the first mention of each term being one. Of mentions that overlap the longer one counts. */
export function partsOf(text: string, terms: readonly { id: TermId; name: string }[]): Part[] {
  const mentions = terms
    .flatMap(({ id, name }) => {
      const found = mention(text, name);
      return found ? [{ id, ...found }] : [];
    })
    .sort((a, b) => b.to - b.from - (a.to - a.from));
  const kept: typeof mentions = [];
  for (const one of mentions) if (kept.every(({ from, to }) => one.to <= from || to <= one.from)) kept.push(one);
  const parts: Part[] = [];
  let at = 0;
  const add = (to: number, id: TermId | null) => {
    if (to > at) parts.push({ text: text.slice(at, to), id, at });
    at = to;
  };
  for (const { id, from, to } of kept.sort((a, b) => a.from - b.from)) {
    add(from, null);
    add(to, id);
  }
  add(text.length, null);
  return parts;
}
