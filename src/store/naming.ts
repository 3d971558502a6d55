import { type Run, taskName } from '../training/run.ts';

/** The bottleneck or the rank of a run, as its name ends; '' without one. */
export function widthOf({ method }: Run): string {
  if ('bottleneck' in method) return ` ${method.bottleneck}`;
  return method.type === 'lora' ? ` ${method.rank}` : '';
}

/** A run's name from what it does: "trivia_topics, houlsby 16". */
export const runTitle = (run: Run): string => `${taskName(run)}, ${run.method.type}${widthOf(run)}`;

/** One setting that two runs have different. */
export interface Difference {
  /** Where it stands in the run file: "training.learningRate". */
  path: string;
  before: string;
  after: string;
}

/** Every setting of a run but its name, by its path. */
function settingsOf(value: unknown, path = ''): Map<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return new Map([[path, value === undefined ? '' : Array.isArray(value) ? value.join(' ') : String(value)]]);
  const entries = Object.entries(value).filter(([key]) => path !== '' || key !== 'name');
  return new Map(entries.flatMap(([key, inner]) => [...settingsOf(inner, path ? `${path}.${key}` : key)]));
}

/** What one run has different from another, in the order of the run file. A setting that one lacks is ''. */
export function differences(before: Run, after: Run): Difference[] {
  const [old, now] = [settingsOf(before), settingsOf(after)];
  return [...new Set([...now.keys(), ...old.keys()])].flatMap((path) => {
    const [was, is] = [old.get(path) ?? '', now.get(path) ?? ''];
    return was === is ? [] : [{ path, before: was, after: is }];
  });
}
