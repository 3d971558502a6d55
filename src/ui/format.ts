import i18next from 'i18next';
import type { Texts } from '../data/rows/texts.ts';

/** Numbers as the chosen language writes them. */

const locale = () => (i18next.language === 'zh' ? 'zh-CN' : 'en-US');

/** Today's date, as it stands on paper. */
export const today = (): string => new Date().toLocaleDateString(i18next.language === 'zh' ? 'zh-CN' : 'en-GB');

export const formatCount = (count: number): string => count.toLocaleString(locale());

/** Formats by language and digits: making one takes longer than a table's row. */
const percents = new Map<string, Intl.NumberFormat>();

function percent(share: number, digits: number): string {
  const key = `${locale()} ${digits}`;
  const known = percents.get(key);
  if (known) return known.format(share);
  const made = new Intl.NumberFormat(locale(), { style: 'percent', maximumSignificantDigits: digits });
  percents.set(key, made);
  return made.format(share);
}

/** Shares beyond this are only shown to be larger: what diverges has no end. */
const maxShare = 100;

/**
 * A share as a percentage with so many significant digits. A share that is not 0 but below `floor` is "<" the floor;
 * one that is not whole is never rounded up to 100%.
 */
export function formatShare(share: number, digits = 3, floor = 1e-6): string {
  if (share > 0 && share < floor) return `<${percent(floor, 1)}`;
  if (share > maxShare) return `>${percent(maxShare, 1)}`;
  const isWhole = (precision: number) => share < 1 && Number(share.toPrecision(precision)) >= 1;
  if (!isWhole(digits)) return percent(share, digits);
  return isWhole(3) ? `>${percent(0.999, 3)}` : percent(share, 3);
}

/**
 * A probability of a softmax: from "<0.1%" to ">99.9%". Exactly 0 and 1 are only where floating point ends: no class of a
 * softmax is impossible, and none is certain.
 */
export const formatProbability = (probability: number): string =>
  formatShare(Math.min(Math.max(probability, Number.MIN_VALUE), 1 - Number.EPSILON), 2, leastShown);

/** An adapter's effect on its input as a percentage; it may be nothing. */
export const formatEffect = (effect: number): string => formatShare(effect, 2, leastShown);

const leastShown = 0.001;

/** A loss; one that has run away is shown by its order of magnitude. */
export const formatLoss = (loss: number, digits = 3): string =>
  loss < 10_000 ? loss.toFixed(digits) : loss.toExponential(2);

/** A row's texts side by side; an empty one of a pair is shown to be so. */
export const formatTexts = ({ text, second }: Texts): string =>
  second === undefined ? text : [text, second].map((one) => (one.trim() === '' ? '∅' : one)).join(' ‖ ');

/** Percentage points, with their sign. */
export const formatPoints = (points: number): string => `${points >= 0 ? '+' : '−'}${Math.abs(points).toFixed(1)}`;

/** Bytes in kB, MB or GB (powers of ten, as file managers count). */
export function formatBytes(bytes: number): string {
  const [value, unit] = bytes < 1e6 ? [bytes / 1e3, 'kB'] : bytes < 1e9 ? [bytes / 1e6, 'MB'] : [bytes / 1e9, 'GB'];
  return `${value.toLocaleString(locale(), { maximumSignificantDigits: 3 })} ${unit}`;
}

/** Minutes and seconds. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** A time in milliseconds, finer where it is short. */
export const formatMilliseconds = (milliseconds: number): string =>
  `${milliseconds.toFixed(milliseconds < 10 ? 2 : 0)} ${i18next.language === 'zh' ? '毫秒' : 'ms'}`;

/** How much more than a whole a ratio is, in percent with its sign. */
export function formatChange(ratio: number): string {
  const percent = Math.round(100 * (ratio - 1));
  return `${percent < 0 ? '−' : '+'}${Math.abs(percent)}%`;
}

/** A number that a model answers with, to three decimals. */
export const formatAnswer = (value: number | undefined): string =>
  value === undefined || Number.isNaN(value) ? '–' : `${value < 0 ? '−' : ''}${Math.abs(value).toFixed(3)}`;
