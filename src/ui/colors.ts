/** Colours that stay apart for colour-blind eyes, by name: written once, in styles/theme.css. */
export const palette = {
  blue: 'var(--blue)',
  vermilion: 'var(--vermilion)',
  green: 'var(--green)',
  purple: 'var(--purple)',
  orange: 'var(--orange)',
  sky: 'var(--sky)',
  violet: 'var(--violet)',
  olive: 'var(--olive)',
  gray: 'var(--gray)',
  brown: 'var(--brown)',
} as const;

/** Meanings of the colours: one thing each on the whole page. */
export const colors = {
  frozen: 'var(--frozen)',
  trained: 'var(--trained)',
  /** Lighter on a dark page, where it is a line and a word. */
  baseline: 'var(--baseline)',
  validation: palette.violet,
  /** The loud button: the trained orange, dark enough for white letters. */
  action: 'var(--action)',
  optimizer: palette.purple,
  activations: palette.green,
  scratch: palette.gray,
  cache: palette.orange,
} as const;
