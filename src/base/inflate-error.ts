import { FlateErrorCode } from 'fflate';
import { type MessageParts, msg, partOf } from './message.ts';

/** Messages for damaged contents by fflate's error codes, so that a page can show them in its language. */
const known: Readonly<Record<number, MessageParts>> = {
  [FlateErrorCode.UnexpectedEOF]: msg`unexpected EOF`,
  [FlateErrorCode.InvalidBlockType]: msg`invalid block type`,
  [FlateErrorCode.InvalidLengthLiteral]: msg`invalid length/literal`,
  [FlateErrorCode.InvalidDistance]: msg`invalid distance`,
};

/**
 * Why contents cannot be unpacked, inside a sentence.
 * @param error thrown while fflate unpacked; errors of the platform have codes that mean something else
 */
export function inflateReason(error: unknown): MessageParts {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : -1;
  return known[code] ?? partOf(error);
}
