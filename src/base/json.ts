/**
 * The value that bytes of JSON in UTF-8 hold.
 * @param options `fatal`: bytes that are not UTF-8 are refused rather than replaced
 * @throws SyntaxError or TypeError where they hold none
 */
export const jsonFromBytes = (bytes: Uint8Array, options?: TextDecoderOptions): unknown =>
  JSON.parse(new TextDecoder('utf-8', options).decode(bytes));
