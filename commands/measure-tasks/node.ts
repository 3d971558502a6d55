/** npm run measure-tasks -- --out DIR [--tasks a,b] [--models a,b] [--seeds 1,2,3]: adapters against the frozen baseline. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { kindOfTask } from '../../src/data/built-in/kinds.ts';
import {
  type BuiltInTask,
  builtInEncoders,
  builtInTask,
  builtInTasks,
  speakOtherLanguages,
} from '../../src/data/built-in/tasks.ts';
import { type Run, readRun, sameRun } from '../../src/training/run.ts';
import { CommandError, runCommand } from '../support/command.ts';
import { checkpointAmong } from '../train/checkpoint.ts';

const usage = `Usage: npm run measure-tasks -- --out DIR [--tasks NAME,...] [--models NAME,...] [--seeds 1,2,3]

Trains every built-in task on every built-in encoder of its language in its default configuration, once a seed, and
writes DIR/tasks.md: the accuracy of the frozen encoder with a head trained as the adapters are, of the same at its best, of the adapted encoder, and by how much it leads.
Runs whose metrics lie there are not repeated, and those that broke off go on: tasks and seeds may be measured one by
one, and the table made at the end.`;

const trainScript = fileURLToPath(new URL('../train/node.ts', import.meta.url));
const tested = z.object({ test: z.object({ accuracy: z.number() }) });
const metricsSchema = z.object({
  run: z.unknown(),
  final: tested,
  baseline: z.object({ sameBudget: tested, best: tested }),
});

/** Most test rows: enough for a standard error of a point and a half. */
const maxTestRows = 1000;
/** Share set aside from the training rows, for both sides to choose on. */
const validationShare = 0.2;

const protocol = `Accuracy on the test rows (at most ${maxTestRows}), of words where these are tagged, in percent, means of three seeds, on each task's defaults: Houlsby adapters with bottleneck 16 on a built-in encoder against heads trained on the frozen encoder with the same rows, once exactly as the adapters are and once at the learning rate and number of epochs that serve it best; both sides choose their epoch, and the baseline its rate, on ${100 * validationShare} % of the training rows that are set aside, and the test rows are read once, at the end.`;

/** Accuracies. */
interface Result {
  sameBudget: number;
  best: number;
  adapted: number;
}

/** Saved result of exactly this run; null where there is none. */
function readResult(out: string, run: Run): Result | null {
  try {
    const json = metricsSchema.parse(JSON.parse(readFileSync(join(out, 'metrics.json'), 'utf8')));
    if (!sameRun(readRun(json.run), run)) return null;
    const { final, baseline } = json;
    const [sameBudget, best] = [baseline.sameBudget.test.accuracy, baseline.best.test.accuracy];
    return { sameBudget, best, adapted: final.test.accuracy };
  } catch {
    return null;
  }
}

function measure({ name, defaults }: BuiltInTask, model: string, seed: number, folder: string): Result {
  const out = join(folder, `${name}-${model}-${seed}`);
  const { limit, ...training } = defaults;
  const run = readRun({
    name: `${name}-${model}-${seed}`,
    model,
    data: { task: name, limit, testLimit: maxTestRows, validationShare },
    method: { type: 'houlsby', bottleneck: 16 },
    training: { ...training, seed, choose: 'best-epoch' },
  });
  const known = readResult(out, run);
  if (known) return known;
  mkdirSync(out, { recursive: true });
  const config = join(out, 'run.json');
  writeFileSync(config, `${JSON.stringify(run, null, 2)}\n`);
  const resume = checkpointAmong((file) => existsSync(join(out, file))) ? ['--resume'] : [];
  const flags = ['--import', 'tsx', trainScript, '--config', config, '--out', out, '--onnx', 'none', ...resume];
  const { status } = spawnSync(process.execPath, flags, { stdio: 'inherit' });
  const result = readResult(out, run);
  if (status !== 0 || !result) throw new CommandError(`${run.name} did not train to its end.`);
  return result;
}

const percent = (share: number) => (100 * share).toFixed(1);
const mean = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;

/** The adapters' lead over the better baseline. */
const marginOf = ({ adapted, sameBudget, best }: Result) => adapted - Math.max(sameBudget, best);

function tableRow({ name, labels }: BuiltInTask, model: string, results: readonly Result[]): string {
  const margins = results.map(marginOf);
  const cells = [
    `${name}, ${labels.length} ${kindOfTask(name) === 'token' ? 'tags' : 'classes'}`,
    model,
    ...(['sameBudget', 'best', 'adapted'] as const).map((side) => percent(mean(results.map((result) => result[side])))),
    `${percent(mean(margins))} (${margins.map(percent).join(', ')})`,
  ];
  return `| ${cells.join(' | ')} |`;
}

const head = [
  'task',
  'encoder',
  'frozen, same budget',
  'frozen, at its best',
  'adapted',
  'margin over the better, in points (by seed)',
];

runCommand(async () => {
  const { values } = parseArgs({
    options: {
      out: { type: 'string' },
      tasks: { type: 'string' },
      models: { type: 'string' },
      seeds: { type: 'string', default: '1,2,3' },
    },
  });
  const { out } = values;
  if (!out) throw new CommandError(usage);
  const names = values.tasks?.split(',') ?? builtInTasks.map(({ name }) => name);
  const models = values.models?.split(',') ?? builtInEncoders;
  const seeds = z.array(z.coerce.number().int().nonnegative()).min(1).parse(values.seeds.split(','));
  const lines = [protocol, '', `| ${head.join(' | ')} |`, `|${' --- |'.repeat(head.length)}`];
  for (const [name, model] of names.flatMap((name) => models.map((model) => [name, model] as const))) {
    if (speakOtherLanguages(model, name)) continue;
    const task = builtInTask(name);
    lines.push(
      tableRow(
        task,
        model,
        seeds.map((seed) => measure(task, model, seed, out)),
      ),
    );
    writeFileSync(join(out, 'tasks.md'), `${lines.join('\n')}\n`);
    console.log(lines.at(-1));
  }
  return 0;
});
