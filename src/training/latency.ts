import type { Batch, Engine } from './engine.ts';

/** What adapters cost at inference. */
export interface Latency {
  /** Milliseconds of a batch's forward, median. */
  base: number;
  adapted: number;
  examples: number;
  tokens: number;
}

export interface LatencyOptions {
  /** Rounds that are timed. */
  repeats: number;
  /** Milliseconds after which no further round begins, once there are three; absent: all rounds are made. */
  budget?: number;
  now: () => number;
}

const fewestRounds = 3;

const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/**
 * Times the forward of the same batch on two engines, in turns, so that a busy moment meets both.
 * @param base the frozen encoder with a head
 * @param adapted the same with what a method adds
 */
export async function timeForwards(
  base: Engine,
  adapted: Engine,
  batch: Batch,
  { repeats, budget = Number.POSITIVE_INFINITY, now }: LatencyOptions,
): Promise<Latency> {
  const times = { base: [] as number[], adapted: [] as number[] };
  const began = now();
  // The first of each compiles.
  for (let round = 0; round <= repeats; round++) {
    if (round > fewestRounds && now() - began > budget) break;
    for (const [engine, list] of [[base, times.base] as const, [adapted, times.adapted] as const]) {
      const started = now();
      await engine.evaluate(batch);
      if (round > 0) list.push(now() - started);
    }
  }
  return { base: median(times.base), adapted: median(times.adapted), examples: batch.examples, tokens: batch.length };
}
