/**
 * Translation of tokenizers' regular expressions, which are Oniguruma's, into the browser's. Few tokenizers have any,
 * and the library that translates them is large: it is fetched with the first one.
 */

type Translate = (expression: string) => RegExp | null;

let translate: Translate | null = null;

/** Fetches the translator, if the files have expressions. Await it before a tokenizer is made from the files. */
export async function learnExpressions(files: object): Promise<void> {
  if (translate || !JSON.stringify(files).includes('"Regex"')) return;
  const { SplitPreTokenizer } = await import('@huggingface/tokenizers');
  // Its own splitting is not used.
  translate = (expression) =>
    new SplitPreTokenizer({ type: 'Split', pattern: { Regex: expression }, behavior: 'Isolated', invert: false })
      .pattern;
}

/**
 * @returns null for an expression that cannot be translated
 * @throws Error for one that is no expression, and where `learnExpressions` was not waited for
 */
export function asBrowserReads(expression: string): RegExp | null {
  if (!translate) throw new Error('what translates expressions was not fetched');
  return translate(expression);
}
