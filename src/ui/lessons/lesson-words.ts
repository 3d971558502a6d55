import i18next, { type TFunction } from 'i18next';
import { type Curve, type Draft, distanceOf } from '../../store/lessons/curves.ts';
import {
  lessons,
  type Measure,
  measuredForgetting,
  measuredStrengths,
  stepTimeOf,
  trainedAs,
} from '../../store/lessons/experiments.ts';
import type { LessonId } from '../../store/lessons/origin.ts';
import type { Guess, LessonsState } from '../../store/lessons/state.ts';
import { accuracyOf, baselineOf, memoryOf } from '../../store/runs/columns.ts';
import type { RunRecord } from '../../store/runs/records.ts';
import { measureOf } from '../../training/scores/measures.ts';
import { formatBytes, formatCount, formatShare } from '../format.ts';

/** What was predicted and measured, in words. */

/** A number with one digit behind the point at most, and a true minus. */
const plain = (value: number): string =>
  value.toLocaleString(i18next.language === 'zh' ? 'zh-CN' : 'en-US', { maximumFractionDigits: 1 }).replace('-', '−');

/** A prediction, or what was measured in its terms. */
export function guessWords(t: TFunction, id: LessonId, guess: Guess): string {
  const { predicts } = lessons[id];
  if (typeof guess === 'string') return t(`lessons.places.outcomes.${guess}`);
  const percent = (value: number) => t('lessons.predict.percent', { value: plain(value) });
  if (Array.isArray(guess))
    return t('lessons.draw.curve', { from: percent(guess[0] ?? 0), to: percent(guess.at(-1) ?? 0) });
  const value = plain(guess);
  const isPercent = predicts !== 'outcome' && 'unit' in predicts && predicts.unit === 'percent';
  return isPercent ? t('lessons.predict.percent', { value }) : t('lessons.predict.points', { count: guess, value });
}

/** Difference of two numbers, in points. */
export const pointsApart = (t: TFunction, one: number, other: number): string => {
  const apart = Math.abs(one - other);
  return t('lessons.predict.points', { count: apart, value: plain(apart) });
};

/** How far a drawn curve is from what has been measured, in a sentence; '' where that is nothing yet. */
export function distanceWords(t: TFunction, drawn: Curve, measured: Draft): string {
  const distance = distanceOf(drawn, measured);
  return distance ? t(`lessons.draw.apart.${distance.side}`, { points: pointsApart(t, distance.mean, 0) }) : '';
}

/** What lies between a prediction and what was measured: points, or whether the outcome is the predicted one. */
export function apartWords(t: TFunction, guess: Guess, measured: Guess): string {
  if (typeof guess === 'number' && typeof measured === 'number') return pointsApart(t, guess, measured);
  if (Array.isArray(guess) && Array.isArray(measured))
    return t('lessons.draw.mean', { points: pointsApart(t, distanceOf(guess, measured)?.mean ?? 0, 0) });
  return t(guess === measured ? 'lessons.compare.hit' : 'lessons.compare.missed');
}

const milliseconds = (t: TFunction, value: number) =>
  t('lessons.compare.milliseconds', { value: plain(value < 10 ? value : Math.round(value)) });

/** A value of a run, as the table shows it. */
export function measureWords(t: TFunction, measure: Measure, record: RunRecord): string {
  switch (measure) {
    case 'accuracy':
      return formatShare(accuracyOf(record) ?? 0);
    case 'baseline':
      return formatShare(baselineOf(record) ?? 0);
    case 'sameBudget':
      return formatShare(measureOf('single-label', record.baselines?.sameBudget?.test) ?? 0);
    case 'trainable':
      return formatCount(record.counts.trainable);
    case 'stepTime':
      return milliseconds(t, stepTimeOf(record));
    case 'memory':
      return formatBytes(memoryOf(record) ?? 0);
  }
}

/** What an experiment showed, with its own numbers. All of it has been measured. */
export function claimWords(
  t: TFunction,
  id: LessonId,
  runs: readonly RunRecord[],
  { identity, forgetting }: Pick<LessonsState, 'identity' | 'forgetting'>,
): string {
  const records = lessons[id].setUps.flatMap((setUp) => trainedAs(id, setUp, runs) ?? []);
  const [one, two, three, four] = records;
  const words = (measure: Measure, record: RunRecord | undefined) => (record ? measureWords(t, measure, record) : '');
  const ratio = (value: (record: RunRecord) => number) => (one && two ? value(two) / value(one) : 0);
  const gain = (record: RunRecord) => (accuracyOf(record) ?? 0) - (baselineOf(record) ?? 0);
  const trainable = ratio(({ counts }) => counts.trainable);
  switch (id) {
    case 'freeze':
      return t('lessons.freeze.claim', { accuracy: words('accuracy', one), baseline: words('sameBudget', one) });
    case 'bottleneck':
      return t('lessons.bottleneck.claim', {
        narrow: words('accuracy', one),
        wide: words('accuracy', two),
        baseline: words('baseline', two),
        times: plain(trainable),
        part: formatShare(one && two ? gain(one) / gain(two) : 0, 2),
      });
    case 'identity': {
      const { before = 0, after = 0, steps = 0 } = measuredStrengths({ identity }) ?? {};
      const points = (share: number) => pointsApart(t, 100 * share, 0);
      return t('lessons.identity.claim', { before: points(before), after: points(after), steps });
    }
    case 'places':
      return t('lessons.places.claim', {
        last: words('accuracy', one),
        first: words('accuracy', two),
        all: words('accuracy', three),
        baseline: words('baseline', three),
        lastTime: words('stepTime', one),
        firstTime: words('stepTime', two),
      });
    case 'quality':
      return t('lessons.quality.claim', {
        one: words('accuracy', one),
        four: words('accuracy', two),
        sixteen: words('accuracy', three),
        sixtyFour: words('accuracy', four),
      });
    case 'cost':
      return t('lessons.cost.claim', {
        trainable: formatShare(trainable),
        memory: formatShare(ratio((record) => memoryOf(record) ?? 0)),
        time: formatShare(ratio(stepTimeOf)),
      });
    case 'forgetting': {
      const { adapters, full } = measuredForgetting({ forgetting }) ?? {};
      const share = (value = 0) => formatShare(value);
      return t('lessons.forgetting.claim', {
        fullBefore: share(full?.before),
        fullAfter: share(full?.after),
        before: share(adapters?.before),
        after: share(adapters?.after),
      });
    }
  }
}
