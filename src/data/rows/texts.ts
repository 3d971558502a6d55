/** What an encoder reads of a row: a text, or a pair of them. */
export interface Texts {
  /** The text, the first of a pair; of tagged words these, with spaces between them. */
  text: string;
  /** The second text of a pair, which may be empty; absent: there is none. */
  second?: string | undefined;
}

/**
 * Earlier versions joined the two texts of a pair by this, and gave all of it token type 0. Rows, links and bundles of theirs
 * hold such texts, and a run of theirs says nothing of pairs (`isPair` in training/run.ts): the tokenizer still reads the
 * mark as its separator, and `joinedText` makes such a text of a pair that is read anew for such a run.
 */
export const pairMark = ' [SEP] ';

/** Both texts of a pair in one, as earlier versions had them; the text of a row without a second. */
export const joinedText = ({ text, second }: Texts): string =>
  second === undefined ? text : `${text}${pairMark}${second}`;

/** The texts of a row alone, without what else it has. */
export const textsOf = ({ text, second }: Texts): Texts => (second === undefined ? { text } : { text, second });

/** Whether rows are pairs of texts: whether one of them has a second text. */
export const arePairs = (rows: readonly Texts[]): boolean => rows.some(({ second }) => second !== undefined);
