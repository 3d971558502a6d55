import { type Run, taskName } from '../../training/run.ts';

/** The bottleneck or the rank of a run, as its name ends; '' without one. */
export function widthOf({ method }: Pick<Run, 'method'>): string {
  if ('bottleneck' in method) return ` ${method.bottleneck}`;
  return method.type === 'lora' ? ` ${method.rank}` : '';
}

/** A run's name from what it does: "trivia_topics, houlsby 16". */
export const runTitle = (run: Run): string => `${taskName(run)}, ${run.method.type}${widthOf(run)}`;

/** The name of a run or an adapter, and where it comes from. */
export interface Named {
  name: string;
  run: Run;
  /** A person gave the name: it is shown as it is. */
  renamed?: boolean | undefined;
  /** The two whose average this is. */
  averageOf?: readonly [Named, Named] | undefined;
}

/** One setting that two runs have different. */
export interface Difference {
  /** Its path in the run file: "training.learningRate". */
  path: string;
  /** Undefined where the run does not say. */
  before: unknown;
  after: unknown;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Settings that are one thing to a person, whatever they hold. */
const wholes = ['method.bottlenecks'];

/** Nothing is said: by leaving the field out, or by an empty list. */
const isUnsaid = (value: unknown): boolean =>
  value === undefined ||
  (Array.isArray(value) && value.length === 0) ||
  (isRecord(value) && !Object.keys(value).length);

/** Every setting of a run but its name, by its path. */
function settingsOf(value: unknown, path = ''): Map<string, unknown> {
  if (!isRecord(value) || wholes.includes(path)) return new Map(isUnsaid(value) ? [] : [[path, value]]);
  const entries = Object.entries(value).filter(([key]) => path !== '' || key !== 'name');
  return new Map(entries.flatMap(([key, inner]) => [...settingsOf(inner, path ? `${path}.${key}` : key)]));
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Settings that differ between two runs, in the order of the run file. */
export function differences(before: Run, after: Run): Difference[] {
  const [old, now] = [settingsOf(before), settingsOf(after)];
  return [...new Set([...now.keys(), ...old.keys()])].flatMap((path) => {
    const [was, is] = [old.get(path), now.get(path)];
    return same(was, is) ? [] : [{ path, before: was, after: is }];
  });
}

/** A run's setting by its path; undefined where the run does not say. */
export const settingOf = (run: Run, path: string): unknown => settingsOf(run).get(path);

/** Settings that a run's name states. */
const inName = ['data.task', 'data.hub', 'data.train', 'method.type', 'method.bottleneck', 'method.rank'];
/** Settings that are said of a run first, where they differ. */
const first = ['method.layers', 'method.without', 'training.epochs'];
/** Settings said beside a name, unless it takes more of them to tell the runs apart. */
const enough = 4;

/**
 * Settings that tell runs of one name apart: layers, sites and epochs first, then the others in the order of the run file.
 * @returns paths; none where all runs are set alike
 */
export function tellingPaths(runs: readonly Run[]): string[] {
  const [one, ...others] = runs;
  if (!one) return [];
  const paths = [...new Set(others.flatMap((other) => differences(one, other).map(({ path }) => path)))];
  const place = (path: string) => (first.includes(path) ? first.indexOf(path) : first.length);
  const differing = paths.filter((path) => !inName.includes(path)).sort((a, b) => place(a) - place(b));
  const kinds = (chosen: readonly string[]) =>
    new Set(runs.map((run) => JSON.stringify(chosen.map((path) => settingOf(run, path) ?? null)))).size;
  const chosen: string[] = [];
  for (const path of differing)
    if (chosen.length < enough || kinds([...chosen, path]) > kinds(chosen)) chosen.push(path);
  return chosen;
}
