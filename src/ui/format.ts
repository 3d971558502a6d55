import i18next from 'i18next';

/** Numbers as the chosen language writes them. */

const locale = () => (i18next.language === 'zh' ? 'zh-CN' : 'en-US');

export const formatCount = (count: number): string => count.toLocaleString(locale());

/** A share as a percentage with so many significant digits. */
export const formatShare = (share: number, digits = 3): string =>
  share.toLocaleString(locale(), { style: 'percent', maximumSignificantDigits: digits });

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
  `${milliseconds.toFixed(milliseconds < 10 ? 2 : 0)} ms`;

/** How much more than a whole a ratio is, in percent with its sign. */
export function formatChange(ratio: number): string {
  const percent = Math.round(100 * (ratio - 1));
  return `${percent < 0 ? '−' : '+'}${Math.abs(percent)}%`;
}
