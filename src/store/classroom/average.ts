import type { EncoderConfig } from '../../model/encoder-config.ts';
import { taskName } from '../../training/run.ts';
import type { HandedIn } from './hand-in.ts';

/** Which of a class's adapters can be averaged: those that agree in everything but their numbers. */

/** What two adapters can differ in. */
export const respects = ['task', 'encoder', 'method', 'bottleneck', 'classes'] as const;
export type Respect = (typeof respects)[number];

/** A configuration as text to be compared. */
export const encoderFacts = (config: EncoderConfig): string => JSON.stringify(Object.entries(config).sort());

/** What an adapter is in each respect, as text to be compared. */
function factsOf({ run, encoder, labels }: HandedIn): Record<Respect, string> {
  const { bottleneck, bottlenecks, rank, ...method } = run.method as Record<string, unknown>;
  return {
    task: taskName(run),
    encoder: JSON.stringify([run.model, encoderFacts(encoder)]),
    method: JSON.stringify([run.pooling, run.frozenBits, Object.entries(method).sort()]),
    bottleneck: JSON.stringify([bottleneck, bottlenecks, rank]),
    classes: JSON.stringify(labels),
  };
}

export interface Averaged<T> {
  /** Those that are averaged: the largest group that agrees, the first of equal ones. */
  group: T[];
  /** The others, and what they differ in from these. */
  others: { one: T; differ: Respect[] }[];
}

/** Groups adapters by what they agree in. */
export function groupOf<T extends { trained: HandedIn }>(all: readonly T[]): Averaged<T> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const key = JSON.stringify(factsOf(one.trained));
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const group = [...groups.values()].reduce<T[]>((most, next) => (next.length > most.length ? next : most), []);
  const [first] = group;
  if (!first) return { group, others: [] };
  const ours = factsOf(first.trained);
  const others = all
    .filter((one) => !group.includes(one))
    .map((one) => {
      const theirs = factsOf(one.trained);
      return { one, differ: respects.filter((respect) => theirs[respect] !== ours[respect]) };
    });
  return { group, others };
}
