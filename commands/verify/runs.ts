import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { CommandError, type Host } from '../support/command.ts';
import type { Replayed } from './page.ts';
import type { Check, Verification } from './verify.ts';

async function modelName(runFolder: string): Promise<string> {
  const path = join(runFolder, 'run.json');
  const text = await readFile(path, 'utf8').catch(() => {
    throw new CommandError(`${path} cannot be read. Is ${runFolder} the folder of a recorded run?`);
  });
  try {
    return z.object({ model: z.string().regex(/^[\w.-]+$/) }).parse(JSON.parse(text)).model;
  } catch {
    throw new CommandError(`${path} does not name a model.`);
  }
}

const scientific = (value: number) => value.toExponential(2);

function printTable(checks: readonly Check[]): void {
  const rows = [
    ['', 'quantity', 'ours', 'recorded', 'difference', 'tolerance'],
    ...checks.map(({ ok, name, ours, theirs, difference, tolerance }) => [
      ok ? 'ok' : 'FAIL',
      name.replace('bert.encoder.layer.', '…').replace('.adapters.golden', ''),
      ours,
      theirs,
      scientific(difference),
      scientific(tolerance),
    ]),
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}

function printOne({ checks, notes }: Verification): void {
  printTable(checks);
  for (const note of notes) console.log(note);
  const failed = checks.filter(({ ok }) => !ok).length;
  console.log(failed === 0 ? `All ${checks.length} quantities are within tolerance.` : `${failed} quantities are off.`);
}

/** Prints a line for a run among several, and the table of its failed checks. */
function printAmong(run: string, { verification, failure }: Replayed): void {
  if (!verification) {
    console.log(`FAIL  ${run}: ${failure}`);
    return;
  }
  const off = verification.checks.filter(({ ok }) => !ok);
  const count = verification.checks.length;
  console.log(
    off.length === 0
      ? `ok    ${run}: ${count} quantities within tolerance`
      : `FAIL  ${run}: ${off.length} of ${count} quantities off`,
  );
  if (off.length > 0) printTable(off);
}

/**
 * Replays recorded runs and prints how they compare.
 * @param models the folder that holds the encoders by name
 * @param tile forces one way to cut products, as `--tile` does
 * @returns the exit code: 0 only if everything is within tolerance
 */
export async function verifyRuns(
  host: Host,
  runFolders: readonly string[],
  {
    models,
    engine,
    tile,
    json,
  }: { models: string; engine: string; tile?: string | undefined; json?: string | undefined },
): Promise<number> {
  if (engine !== 'webgpu' && engine !== 'wasm' && engine !== 'auto')
    throw new CommandError(`--engine ${engine}: webgpu, wasm or auto.`);
  for (const run of runFolders) {
    const model = resolve(models, await modelName(run));
    if (!existsSync(model))
      throw new CommandError(`${model}: the run's encoder is not there. Point --models to its folder.`);
  }
  const mounts = Object.fromEntries(runFolders.map((run, i) => [`run-${i}`, resolve(run)]));
  const all = { ...mounts, models: resolve(models) };
  const results = await host('verify/page.ts', 'replay', { engine, tile, runs: Object.keys(mounts) }, all);
  const [first] = results;
  if (results.length === 1 && first?.failure !== undefined) throw new CommandError(first.failure);
  if (json) {
    const named = Object.fromEntries(results.map((result, i) => [runFolders[i] ?? '', result]));
    await writeFile(json, `${JSON.stringify(results.length === 1 ? first?.verification : named, null, 2)}\n`);
  }
  if (results.length === 1 && first?.verification) printOne(first.verification);
  else
    results.forEach((result, i) => {
      printAmong(basename(resolve(runFolders[i] ?? '')), result);
    });
  const failed = results.filter(({ verification }) => !verification?.ok).length;
  if (results.length > 1) console.log(`${results.length - failed} of ${results.length} runs equal what was recorded.`);
  return failed === 0 ? 0 : 1;
}
