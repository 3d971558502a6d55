/** Colours that stay apart for colour-blind eyes (Okabe & Ito 2008), one meaning each on the whole page. */
export const colors = {
  frozen: '#0072b2',
  trained: '#d55e00',
  /** Lighter on a dark page, where it is a line and a word: see page.css. */
  baseline: 'var(--baseline)',
  validation: '#8f5fbf',
  /** The loud button: the trained orange, dark enough for white letters. */
  action: '#b34f00',
  optimizer: '#cc79a7',
  activations: '#009e73',
  scratch: '#999999',
  cache: '#e69f00',
} as const;
