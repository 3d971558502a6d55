/** npm run verify -- RUN_FOLDER --models DIR [--engine webgpu|wasm] [--json FILE] */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { Check, Verification } from '../src/headless/verify.ts';
import { CommandError, runCommand, runInBrowser } from './support/workbench.ts';

const usage = `Usage: npm run verify -- RUN_FOLDER --models DIR [--engine webgpu|wasm|auto] [--json FILE]

Replays a training run recorded from PyTorch on the page's engine in Chromium and compares every quantity.
DIR holds the encoders by name. Exit code 0 only if everything is within tolerance.`;

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

runCommand(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      models: { type: 'string' },
      engine: { type: 'string', default: 'webgpu' },
      json: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const [runFolder, ...more] = positionals;
  if (!runFolder || more.length > 0 || !values.models) throw new CommandError(usage);
  const { engine } = values;
  if (!['webgpu', 'wasm', 'auto'].includes(engine)) throw new CommandError(`--engine ${engine}: webgpu, wasm or auto.`);
  const model = resolve(values.models, await modelName(runFolder));
  if (!existsSync(model))
    throw new CommandError(`${model}: the run's encoder is not there. Point --models to its folder.`);
  const mounts = { run: resolve(runFolder), model };
  const verification = await runInBrowser<Verification>('/src/headless/replay.ts', 'replay', { engine }, mounts);
  printTable(verification.checks);
  for (const note of verification.notes) console.log(note);
  if (values.json) await writeFile(values.json, `${JSON.stringify(verification, null, 2)}\n`);
  const failed = verification.checks.filter(({ ok }) => !ok).length;
  console.log(
    failed === 0
      ? `All ${verification.checks.length} quantities are within tolerance.`
      : `${failed} quantities are off.`,
  );
  return verification.ok ? 0 : 1;
});
