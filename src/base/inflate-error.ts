import { FlateErrorCode } from 'fflate';
import { partOf, type Said, said } from './message.ts';

/** What is wrong with damaged contents, by fflate's codes, so that a page can say it in its language. */
const known: Readonly<Record<number, Said>> = {
  [FlateErrorCode.UnexpectedEOF]: said`unexpected EOF`,
  [FlateErrorCode.InvalidBlockType]: said`invalid block type`,
  [FlateErrorCode.InvalidLengthLiteral]: said`invalid length/literal`,
  [FlateErrorCode.InvalidDistance]: said`invalid distance`,
};

/**
 * Why contents cannot be unpacked, inside a sentence.
 * @param error thrown while fflate unpacked; errors of the platform have codes that mean something else
 */
export function inflateReason(error: unknown): Said {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : -1;
  return known[code] ?? partOf(error);
}
