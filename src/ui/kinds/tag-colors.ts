import { palette } from '../colors.ts';

/** Colours of tags: the parts of one entity have its colour, and what is outside of all has none. */

const { vermilion, blue, green, purple, orange, sky, violet, olive, gray, brown } = palette;
const colors = [blue, vermilion, green, purple, orange, sky, violet, olive, gray, brown];

/** What a tag is of: B-PER and I-PER of PER. */
const typeOf = (tag: string) => tag.replace(/^[BI]-/, '');

/** The colour of a tag among others; null for O, outside of every entity. */
export function tagColor(tag: string, tags: readonly string[]): string | null {
  if (tag === 'O' || tag === '') return null;
  const types = [...new Set(tags.filter((one) => one !== 'O').map(typeOf))];
  return colors[Math.max(0, types.indexOf(typeOf(tag))) % colors.length] ?? gray;
}
