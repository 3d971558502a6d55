import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandError } from './command.ts';

/** Runs Python scripts and compares their numbers with this project's. */

export const project = fileURLToPath(new URL('../..', import.meta.url));
export const python = process.env.PYTHON ?? 'python3';
/** Scores: two answers that differ by a rounding may change places in Spearman's ranks. */
export const tolerances = { logits: 1e-4, losses: 1e-3, scores: 5e-3 };

export const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

/** No script takes a tenth of this, in milliseconds: one that waits for itself is a failure, not a long wait. */
export const patience = 10 * 60_000;

/** @throws CommandError if the script fails, or takes too long */
export function runPython(script: string, args: string[], launcher: string[] = []): void {
  const { status, error } = spawnSync(python, [...launcher, join(project, 'python', script), ...args], {
    timeout: patience,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, TOKENIZERS_PARALLELISM: 'false', PYTHONWARNINGS: 'ignore', HF_HUB_OFFLINE: '1' },
  });
  if (status !== 0)
    throw new CommandError(`python/${script} ${args.join(' ')} ended with ${error ? error.message : status}.`);
}

/** The largest difference of two lists of numbers; infinite where their lengths differ. */
export const worst = (ours: readonly number[], theirs: readonly number[]): number =>
  ours.length !== theirs.length || ours.length === 0
    ? Number.POSITIVE_INFINITY
    : Math.max(...ours.map((value, i) => Math.abs(value - (theirs[i] ?? Number.NaN))));

let failures = 0;
/** Prints a difference, and counts it where it is too large. */
export function report(name: string, difference: number, tolerance: number): void {
  const ok = difference <= tolerance;
  if (!ok) failures++;
  console.log(`${ok ? 'ok  ' : 'FAIL'}  ${name}  ${difference.toExponential(2)} of ${tolerance.toExponential(0)}`);
}

/** Prints the verdict and returns the exit status. */
export function verdict(): number {
  console.log(
    failures === 0 ? 'Python and this project agree.' : `Python and this project differ in ${failures} places.`,
  );
  return failures === 0 ? 0 : 1;
}
