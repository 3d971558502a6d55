/** What a span's start and end count: characters as Python does, or UTF-16's units as JavaScript and Java do. */
export const offsetUnits = ['code-points', 'utf-16'] as const;
export type OffsetUnit = (typeof offsetUnits)[number];
