import type { StepRecord } from '../../training/records/records.ts';

/** Steps kept of a run. Beyond, every group of four keeps its lowest and its highest loss, so that no spike is lost. */
const maxSteps = 4000;

/** The history with new steps behind it, thinned where it grows too long. */
export function withSteps(steps: readonly StepRecord[], more: readonly StepRecord[]): readonly StepRecord[] {
  if (more.length === 0) return steps;
  const all = [...steps, ...more];
  return all.length <= maxSteps ? all : thinned(all, maxSteps / 2);
}

/**
 * At most `most` of a list's entries in their order: of every group the ones with the lowest and the highest loss; the
 * last entry always stays.
 */
export function thinned<T extends { loss: number }>(list: readonly T[], most: number): T[] {
  if (list.length <= most) return [...list];
  const size = Math.ceil(list.length / Math.max(1, Math.floor((most - 1) / 2)));
  const kept = Array.from({ length: Math.ceil(list.length / size) }, (_, group) => {
    const slice = list.slice(group * size, (group + 1) * size);
    let [lowest, highest] = [0, 0];
    slice.forEach(({ loss }, i) => {
      if (loss < (slice[lowest]?.loss ?? 0)) lowest = i;
      if (loss > (slice[highest]?.loss ?? 0)) highest = i;
    });
    const places = lowest === highest ? [lowest] : [Math.min(lowest, highest), Math.max(lowest, highest)];
    return places.flatMap((i) => slice[i] ?? []);
  }).flat();
  const last = list.at(-1);
  return last === undefined || kept.at(-1) === last ? kept : [...kept, last];
}

export interface LossPoint {
  step: number;
  loss: number;
  smoothed: number;
}

/**
 * The loss history, smoothed by an exponential moving average with bias correction (as in Adam) and thinned to at most
 * `most` points: of every group the lowest and the highest stay, so that no spike is lost.
 * @param smoothing weight of the past, 0 to 1
 */
export function lossPoints(steps: readonly StepRecord[], smoothing: number, most = 300): LossPoint[] {
  let average = 0;
  const points = steps.map(({ step, loss }, i) => {
    average = smoothing * average + (1 - smoothing) * loss;
    return { step: step + 1, loss, smoothed: smoothing === 0 ? loss : average / (1 - smoothing ** (i + 1)) };
  });
  return thinned(points, most);
}
