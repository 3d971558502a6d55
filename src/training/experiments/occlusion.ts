/** Occlusion: which words pushed an answer, by what the answer becomes when a word cannot be read (Zeiler and Fergus 2014). */

/** Where a word stands in its text, in UTF-16 units: from, up to but not including to. */
export interface WordPlace {
  from: number;
  to: number;
}

/** Probabilities of the classes for some texts, on both sides. (texts, C) */
export interface TextAnswers {
  labels: string[];
  /** Of the frozen baseline; null before its head is trained, and where an adapter answers beside the run. */
  base: number[][] | null;
  adapted: number[][];
}

/** Answers to a text, with words covered. */
export interface Occlusion {
  labels: string[];
  /** The token in a covered word's place; null: the word is left out, since the tokenizer has none. */
  mask: string | null;
  /** The answer to the text as it is now, with the words that are covered. (C) */
  now: Answer;
  /** One answer for each word: that to the text where this word is covered besides, or is read again if it was. (C) each */
  changed: Answer[];
}

interface Answer {
  base: number[] | null;
  adapted: number[];
}

/** Words whose effect is measured at most: each costs a forward pass on either side. */
export const maxOccluded = 64;

/** The text with the tokenizer's mask in the place of some words. @param words in the order in which they stand */
function cover(text: string, words: readonly WordPlace[], mask: string | null): string {
  let at = 0;
  let whole = '';
  for (const { from, to } of words) {
    whole += text.slice(at, from) + (mask ?? '');
    at = to;
  }
  return whole + text.slice(at);
}

/**
 * The text as it is now, then a variant for each word: this word covered besides, or read again if it was covered.
 * @param words in the order in which they stand, apart from each other
 * @param covered indices of the words that are covered
 */
export function occludedTexts(
  text: string,
  words: readonly WordPlace[],
  covered: readonly number[],
  mask: string | null,
): string[] {
  const variant = (toggled: number | null) =>
    cover(
      text,
      words.filter((_, word) => covered.includes(word) !== (word === toggled)),
      mask,
    );
  return [variant(null), ...words.map((_, word) => variant(word))];
}

/** Answers to `occludedTexts`, told apart. */
export function occlusionOf({ labels, base, adapted }: TextAnswers, mask: string | null): Occlusion {
  const [now, ...changed] = adapted.map((ours, text): Answer => ({ adapted: ours, base: base?.[text] ?? null }));
  if (!now) throw new Error('no text was answered');
  return { labels, mask, now, changed };
}

/**
 * How far a word pushes an answer: the probability of a class where the word is read, less that where it is covered.
 * @param covered whether the word is covered in the text as it is now
 * @param now the class's probability for the text as it is now
 * @param changed the same with the word covered, or read again
 * @returns -1..1; above 0 the word speaks for the class
 */
export const pushOf = (covered: boolean, now: number, changed: number): number =>
  covered ? changed - now : now - changed;
