/** npm run measure-tasks -- --out DIR [--tasks a,b] [--seeds 1,2,3]: adapters against the frozen baseline. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { type BuiltInTask, builtInTask, builtInTasks } from '../src/data/built-in-tasks.ts';
import { CommandError, runCommand } from './support/command.ts';

const usage = `Usage: npm run measure-tasks -- --out DIR [--tasks NAME,...] [--seeds 1,2,3]

Trains every built-in task on its default configuration, once a seed, and writes DIR/tasks.md: the accuracy of the adapted
encoder, of the frozen one with a trained head, and by how much they differ. Runs whose metrics lie there are not repeated.`;

const trainScript = fileURLToPath(new URL('./train.ts', import.meta.url));
const metricsSchema = z.object({
  epochs: z.array(z.object({ test: z.object({ accuracy: z.number() }) })).min(1),
  baseline: z.object({ test: z.object({ accuracy: z.number() }) }),
});

/** Enough for a standard error of a point and a half. */
const mostTestRows = 1000;

interface Result {
  adapted: number;
  baseline: number;
}

function readResult(out: string): Result | null {
  try {
    const { epochs, baseline } = metricsSchema.parse(JSON.parse(readFileSync(join(out, 'metrics.json'), 'utf8')));
    return { adapted: epochs.at(-1)?.test.accuracy ?? 0, baseline: baseline.test.accuracy };
  } catch {
    return null;
  }
}

function measure({ name, defaults }: BuiltInTask, seed: number, folder: string): Result {
  const out = join(folder, `${name}-${seed}`);
  const known = readResult(out);
  if (known) return known;
  mkdirSync(out, { recursive: true });
  const { limit, ...training } = defaults;
  const run = {
    name: `${name}-${seed}`,
    data: { task: name, limit, testLimit: mostTestRows },
    method: { type: 'houlsby', bottleneck: 16 },
    training: { ...training, seed },
  };
  const config = join(out, 'run.json');
  writeFileSync(config, `${JSON.stringify(run, null, 2)}\n`);
  const flags = ['--import', 'tsx', trainScript, '--config', config, '--out', out, '--onnx', 'none'];
  const { status } = spawnSync(process.execPath, flags, { stdio: 'inherit' });
  const result = readResult(out);
  if (status !== 0 || !result) throw new CommandError(`${run.name} did not train to its end.`);
  return result;
}

const percent = (share: number) => (100 * share).toFixed(1);
const mean = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;

function tableRow(task: BuiltInTask, results: readonly Result[]): string {
  const margins = results.map(({ adapted, baseline }) => adapted - baseline);
  const cells = [
    task.name,
    percent(mean(results.map(({ baseline }) => baseline))),
    percent(mean(results.map(({ adapted }) => adapted))),
    `${percent(mean(margins))} (${margins.map(percent).join(', ')})`,
  ];
  return `| ${cells.join(' | ')} |`;
}

runCommand(async () => {
  const { values } = parseArgs({
    options: {
      out: { type: 'string' },
      tasks: { type: 'string' },
      seeds: { type: 'string', default: '1,2,3' },
    },
  });
  const { out } = values;
  if (!out) throw new CommandError(usage);
  const names = values.tasks?.split(',') ?? builtInTasks.map(({ name }) => name);
  const seeds = z.array(z.coerce.number().int().nonnegative()).min(1).parse(values.seeds.split(','));
  const lines = ['| task | frozen, % | adapted, % | margin, points (by seed) |', '| --- | --- | --- | --- |'];
  for (const name of names) {
    const task = builtInTask(name);
    lines.push(
      tableRow(
        task,
        seeds.map((seed) => measure(task, seed, out)),
      ),
    );
    writeFileSync(join(out, 'tasks.md'), `${lines.join('\n')}\n`);
    console.log(lines.at(-1));
  }
  return 0;
});
