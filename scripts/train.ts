/** npm run train -- --config run.json --out DIR [--engine auto|webgpu|wasm] */
import { existsSync, statSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { builtInEncoders, builtInTasks } from '../src/data/built-in-tasks.ts';
import { type Run, readRun } from '../src/training/run.ts';
import { CommandError, runCommand, runInBrowser } from './support/workbench.ts';

const usage = `Usage: npm run train -- --config run.json --out DIR [--engine auto|webgpu|wasm]

Trains a run file (docs/run-file.md) on the page's engine in Chromium and writes
DIR/metrics.json and DIR/trainable.safetensors.`;

const publicFolder = fileURLToPath(new URL('../public', import.meta.url));

/** @param engine in place of the run file's own */
async function readRunFile(path: string, engine?: string): Promise<Run> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new CommandError(`${path} cannot be read. Give the path of a run file with --config.`);
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new CommandError(`${path} is not JSON: ${error instanceof Error ? error.message : error}`);
  }
  return readRun(engine && typeof json === 'object' ? { ...json, engine } : json);
}

function modelFolder({ model }: Run, runFolder: string): string {
  if (builtInEncoders.includes(model)) return join(publicFolder, 'models', model);
  const folder = resolve(runFolder, model);
  if (existsSync(folder) && statSync(folder).isDirectory()) return folder;
  throw new CommandError(`model: ${model} is neither a built-in encoder (${builtInEncoders.join(', ')}) nor a folder.`);
}

/** Where the run's CSV files lie. Paths may lead out of the run file's folder, so each file is mounted by its own. */
function dataMounts({ data }: Run, runFolder: string): { folder: string; run: (run: Run) => Run } {
  if ('task' in data) {
    if (!builtInTasks.some(({ name }) => name === data.task))
      throw new CommandError(`data.task: ${data.task} is none of ${builtInTasks.map(({ name }) => name).join(', ')}.`);
    return { folder: join(publicFolder, 'datasets', data.task), run: (run) => run };
  }
  for (const file of [data.train, data.test])
    if (!existsSync(resolve(runFolder, file))) throw new CommandError(`${file} does not exist beside the run file.`);
  const [train, test] = [resolve(runFolder, data.train), resolve(runFolder, data.test)];
  let folder = dirname(train);
  while (!test.startsWith(join(folder, '/'))) folder = dirname(folder);
  const from = (path: string) => path.slice(join(folder, '/').length);
  return { folder, run: (run) => ({ ...run, data: { ...data, train: from(train), test: from(test) } }) };
}

runCommand(async () => {
  const { values } = parseArgs({
    options: {
      config: { type: 'string' },
      out: { type: 'string' },
      engine: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  if (!values.config || !values.out) throw new CommandError(usage);
  const run = await readRunFile(values.config, values.engine);
  const runFolder = dirname(resolve(values.config));
  const data = dataMounts(run, runFolder);
  await mkdir(values.out, { recursive: true });
  const mounts = { model: modelFolder(run, runFolder), data: data.folder, out: resolve(values.out) };
  await runInBrowser('/src/headless/train.ts', 'train', data.run(run), mounts);
  console.log(`Wrote ${join(values.out, 'metrics.json')} and ${join(values.out, 'trainable.safetensors')}.`);
  return 0;
});
