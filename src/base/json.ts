/** Levels of lists and objects inside each other: no file has a tenth of it, and what reads them does so by recursion. */
const mostLevels = 100;

const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1)));

/**
 * The value that bytes of JSON in UTF-8 hold.
 * @param options `fatal`: bytes that are not UTF-8 are refused rather than replaced
 * @throws SyntaxError or TypeError where they hold none, SyntaxError for more than a hundred levels
 */
export function jsonFromBytes(bytes: Uint8Array, options?: TextDecoderOptions): unknown {
  const value: unknown = JSON.parse(new TextDecoder('utf-8', options).decode(bytes));
  if (isDeeper(value, mostLevels)) throw new SyntaxError(`more than ${mostLevels} levels`);
  return value;
}
