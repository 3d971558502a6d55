import { inEnglish, PersonError, partOf, type Said, said } from '../model/said.ts';

/** What fflate says of damaged contents, so that a page can say it in its language. */
const known: readonly Said[] = [
  said`unexpected EOF`,
  said`invalid block type`,
  said`invalid length/literal`,
  said`invalid distance`,
  said`invalid zip data`,
];

/** Why contents cannot be unpacked, inside a sentence. */
export function inflateReason(error: unknown): Said {
  const reason = partOf(error);
  if (error instanceof PersonError) return reason;
  return known.find((words) => inEnglish(words) === inEnglish(reason)) ?? reason;
}
