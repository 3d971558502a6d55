import { grouped } from '../../model/grouped.ts';
import type { MethodType } from '../../model/methods.ts';
import { type Run, readRun } from '../../training/run.ts';
import { type Origin, originOf } from '../lessons/origin.ts';
import { accuracyOf } from './columns.ts';
import { widthOf } from './naming.ts';
import type { RunRecord } from './records.ts';

/** Finished runs that can be compared in accuracy and trainable share. */

/** Runs of one width, whatever their seeds. */
export interface FrontierPoint {
  /** Trainable share of all parameters. */
  share: number;
  /** Mean over the runs. */
  accuracy: number;
  lowest: number;
  highest: number;
  runs: readonly RunRecord[];
}

/** Runs that differ in their width alone: bottleneck or rank. */
export interface FrontierLine {
  type: MethodType;
  /** In the order of their share; a method without a width has one point. */
  points: readonly FrontierPoint[];
}

export interface Frontier {
  lines: readonly FrontierLine[];
  /** Runs on the same rows, but otherwise set: each stands for itself. */
  loose: readonly RunRecord[];
  /** Full fine-tuning by the same settings but its rate; null: not trained yet. */
  full: FrontierPoint | null;
  /** Seeds of the runs with lines. */
  seeds: readonly number[];
}

/** A run without the settings that make no difference to its numbers, or only that of chance. */
const withoutChance = (run: Run): Run => ({
  ...run,
  name: '-',
  engine: 'auto',
  training: { ...run.training, microBatches: 1, seed: 0 },
});

const keyOf = (run: Run): string => JSON.stringify(readRun(run));

/**
 * Key of the settings that runs on one line have in common. LoRA's alpha goes with its rank: what counts is their
 * ratio.
 */
function lineKey(run: Run): string {
  const { method } = run;
  const width =
    'bottleneck' in method
      ? { ...method, bottleneck: 1 }
      : method.type === 'lora'
        ? { ...method, rank: 1, alpha: method.alpha / method.rank }
        : method;
  return keyOf(withoutChance({ ...run, method: width }));
}

/**
 * Key of the settings that compared methods have in common: all but the method and its rate, which each method wants
 * its own of.
 */
const protocolKey = (run: Run): string =>
  keyOf(withoutChance({ ...run, method: { type: 'head-only' }, training: { ...run.training, learningRate: 0.001 } }));

const rowsKey = ({ model, data }: Run): string => JSON.stringify([model, Object.entries(data).sort()]);

function pointOf(runs: readonly RunRecord[]): FrontierPoint {
  const accuracies = runs.map((run) => accuracyOf(run) ?? 0);
  return {
    share: runs[0]?.counts.ratioOfAll ?? 0,
    accuracy: accuracies.reduce((sum, one) => sum + one, 0) / accuracies.length,
    lowest: Math.min(...accuracies),
    highest: Math.max(...accuracies),
    runs,
  };
}

const pointsOf = (runs: readonly RunRecord[]): FrontierPoint[] =>
  [...grouped(runs, ({ run }) => widthOf(run)).values()].map(pointOf).sort((a, b) => a.share - b.share);

/** The runs of a method that stand for it: those set as the page's run is, else those of most widths, else the latest. */
function standFor(groups: readonly (readonly RunRecord[])[], run: Run): readonly RunRecord[] {
  const widths = (group: readonly RunRecord[]) => new Set(group.map((record) => widthOf(record.run))).size;
  return (
    groups.find(([record]) => record && lineKey(record.run) === lineKey(run)) ??
    groups.reduce((most, group) => (widths(group) >= widths(most) ? group : most), [])
  );
}

/**
 * The runs that the page's run is compared with.
 * @param runs all that are saved, the latest last
 * @param origin runs of other lessons, and of the playground, are left out
 */
export function frontierOf(runs: readonly RunRecord[], run: Run, origin: Origin): Frontier {
  const onSameRows = runs.filter(
    (record) =>
      record.status === 'done' &&
      accuracyOf(record) !== null &&
      originOf(record) === origin &&
      rowsKey(record.run) === rowsKey(run),
  );
  const protocol = protocolKey(run);
  const comparable = onSameRows.filter((record) => protocolKey(record.run) === protocol);
  const lines = [...grouped(comparable, (record) => record.run.method.type)].flatMap(([type, ofMethod]) => {
    const chosen = standFor([...grouped(ofMethod, (record) => lineKey(record.run)).values()], run);
    return [{ type, points: pointsOf(chosen) }];
  });
  const inLines = new Set(lines.flatMap(({ points }) => points.flatMap((point) => point.runs)));
  return {
    lines: lines.filter(({ type }) => type !== 'full'),
    loose: onSameRows.filter((record) => !inLines.has(record)),
    full: lines.find(({ type }) => type === 'full')?.points[0] ?? null,
    seeds: [...new Set([...inLines].map((record) => record.run.training.seed))].sort((a, b) => a - b),
  };
}
