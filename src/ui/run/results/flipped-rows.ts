import { type Texts, textsOf } from '../../../data/rows/texts.ts';
import { type Evaluation, hasClasses } from '../../../training/records/records.ts';
import { formatAnswer, formatProbability, formatTexts } from '../../format.ts';

/** A flipped row as it is shown, whatever its kind of answer. */
export interface ShownFlip {
  key: string;
  texts: Texts;
  /** The word in question, where words are tagged. */
  word?: string | undefined;
  label: string;
  base: string;
  adapted: string;
  /** Null where an answer has no one probability. */
  confidence: string | null;
  isFixed: boolean;
  /** Its place by its label, and how much weighs for showing it first. */
  order: number;
  weight: number;
  /** What the sentence box says of it; null where the row's own label is not known whole. */
  example: (Texts & { label: string }) | null;
}

/** The rows that flipped, as far as they are kept; null before both sides have answered. @param none no label at all, in words */
export function flippedRows(outcome: Evaluation, none: string): ShownFlip[] | null {
  const { labels } = outcome;
  if (hasClasses(outcome)) {
    if (!outcome.baseConfusion) return null;
    const name = (at: number) => labels[at] ?? '';
    return outcome.flipped.map(({ word, label, base, adapted, confidence, ...texts }, at) => ({
      key: word === undefined ? `${formatTexts(texts)}${label}` : String(at),
      texts: textsOf(texts),
      ...(word === undefined ? {} : { word }),
      label: name(label),
      base: name(base),
      adapted: name(adapted),
      confidence: formatProbability(confidence),
      isFixed: adapted === label,
      order: label,
      weight: confidence,
      // A word's tag is not its sentence's.
      example: word === undefined ? { ...textsOf(texts), label: name(label) } : null,
    }));
  }
  if (outcome.kind === 'multi-label') {
    if (!outcome.base) return null;
    const names = (list: readonly number[]) => list.map((at) => labels[at] ?? '').join(', ') || none;
    return outcome.flipped.map(({ label, base, adapted, ...texts }, at) => ({
      key: String(at),
      texts: textsOf(texts),
      label: names(label),
      base: names(base),
      adapted: names(adapted),
      confidence: null,
      isFixed: adapted.join() === label.join(),
      order: label[0] ?? -1,
      weight: 0,
      example: { ...textsOf(texts), label: names(label) },
    }));
  }
  if (outcome.points.every(({ base }) => base === null)) return null;
  return outcome.flipped.map(({ label, base, adapted, ...texts }, at) => {
    const gain = Math.abs(base - label) - Math.abs(adapted - label);
    return {
      key: String(at),
      texts: textsOf(texts),
      label: String(label),
      base: formatAnswer(base),
      adapted: formatAnswer(adapted),
      confidence: null,
      isFixed: gain > 0,
      order: label,
      weight: Math.abs(gain),
      example: { ...textsOf(texts), label: String(label) },
    };
  });
}
