import type { Batch, Engine } from '../../engine/contract.ts';

/** Milliseconds of a forward over several rounds. */
interface Spread {
  /** First and third quartile. */
  from: number;
  to: number;
}

/** Cost of adapters at inference. */
export interface Latency {
  /** Milliseconds of a batch's forward, median. */
  base: number;
  adapted: number;
  examples: number;
  tokens: number;
  /** Middle half of the rounds' times; absent in records of earlier versions. */
  spread?: { base: Spread; adapted: Spread; rounds: number } | undefined;
  /** Whether the two differ by more than they vary; absent in records of earlier versions. */
  differs?: boolean | undefined;
}

export interface LatencyOptions {
  /** Rounds that are timed. */
  repeats: number;
  /** Milliseconds after which no further round begins, once there are enough; absent: all rounds are made. */
  budget?: number;
  now: () => number;
}

/** Fewest rounds: fewer say nothing about how much they vary. */
const minRounds = 7;

/** The quantile of a share, interpolated linearly between neighbours. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const [below = Number.NaN, above = below] = sorted.slice(Math.floor(place));
  return below + (place % 1) * (above - below);
}

const spreadOf = (times: readonly number[]): Spread => ({ from: quantile(times, 0.25), to: quantile(times, 0.75) });

/**
 * Whether two sides that were timed in turns differ by more than they vary: their middle halves are apart, by more than
 * either is wide, and hardly a round says otherwise. Of two sides that are the same, fewer than one in a hundred pass
 * in seven rounds.
 */
function differ(base: readonly number[], adapted: readonly number[]): boolean {
  const [ours, theirs] = [spreadOf(adapted), spreadOf(base)];
  const gap = Math.abs(quantile(adapted, 0.5) - quantile(base, 0.5));
  const slower = adapted.filter((time, round) => time > (base[round] ?? 0)).length;
  const against = Math.min(slower, adapted.length - slower);
  return (
    (ours.from > theirs.to || theirs.from > ours.to) &&
    gap > Math.max(ours.to - ours.from, theirs.to - theirs.from) &&
    against <= Math.floor(adapted.length / 8)
  );
}

/**
 * Times the forward of the same batch on two engines, in turns, so that a busy moment affects both; they take turns at
 * being first.
 * @param base the frozen encoder with a head
 * @param adapted the same with what a method adds
 */
export async function timeForwards(
  base: Engine,
  adapted: Engine,
  batch: Batch,
  { repeats, budget = Number.POSITIVE_INFINITY, now }: LatencyOptions,
): Promise<Latency> {
  const sides = [
    { engine: base, times: [] as number[] },
    { engine: adapted, times: [] as number[] },
  ];
  const began = now();
  // The first of each compiles.
  for (let round = 0; round <= repeats; round++) {
    if (round > minRounds && now() - began > budget) break;
    for (const { engine, times } of round % 2 === 0 ? sides : [...sides].reverse()) {
      const started = now();
      await engine.evaluate(batch);
      if (round > 0) times.push(now() - started);
    }
  }
  const [theirs = [], ours = []] = sides.map(({ times }) => times);
  return {
    base: quantile(theirs, 0.5),
    adapted: quantile(ours, 0.5),
    examples: batch.examples,
    tokens: batch.length,
    spread: { base: spreadOf(theirs), adapted: spreadOf(ours), rounds: ours.length },
    differs: differ(theirs, ours),
  };
}
