/** npm run train -- --config run.json --out DIR [--engine auto|webgpu|wasm] [--host chromium|dawn] [--onnx f32|f16|none] [--hub URL] [--hub-folder DIR] */
import { cpSync, existsSync, rmSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { builtInEncoders, builtInTasks } from '../../src/data/built-in/tasks.ts';
import { parseHubName } from '../../src/hub/hub.ts';
import { type Run, readRun } from '../../src/training/run.ts';
import { CommandError, runCommand } from '../support/command.ts';
import { engineOn, hostOf } from '../support/host.ts';
import { type HubSettings, hubModelFolder, writeHubRows } from '../support/hub.ts';

const usage = `Usage: npm run train -- --config run.json --out DIR [--engine auto|webgpu|wasm] [--host chromium|dawn]
                        [--onnx f32|f16|none] [--hub URL] [--hub-folder DIR]

Trains a run file (docs/run-file.md) on the page's engine in Chromium, or without a browser on Dawn, and writes
DIR/metrics.json, DIR/trainable.safetensors, the adapter as a folder that Python loads (DIR/adapterhub/, DIR/peft/ or
DIR/plain/), the whole run as DIR/run.zip, and encoder, adapter and head together as DIR/model.onnx (docs/onnx.md), its
matrices as float32 unless --onnx says otherwise. A run on the encoder that comes with the page brings it along, as
DIR/encoder-small/, for the code of the adapter's README. Models and data sets named "owner/name" come from the
Hugging Face Hub, or from --hub; downloads are kept in --hub-folder (~/.cache/bottleneck). HF_TOKEN opens private ones.`;

const publicFolder = fileURLToPath(new URL('../../public', import.meta.url));

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

const precisions = { f32: 'float32', f16: 'float16', none: null } as const;

function onnxOption(value: string): (typeof precisions)[keyof typeof precisions] {
  if (value === 'f32' || value === 'f16' || value === 'none') return precisions[value];
  throw new CommandError(`--onnx ${value}: f32, f16 or none.`);
}

/** A folder wins over a name on the Hub, so that nothing is fetched that is here already. */
async function modelFolder({ model }: Run, runFolder: string, hub: HubSettings): Promise<string> {
  if (builtInEncoders.includes(model)) return join(publicFolder, 'models', model);
  const folder = resolve(runFolder, model);
  if (existsSync(folder) && statSync(folder).isDirectory()) return folder;
  if (parseHubName(model) && model.includes('/')) return hubModelFolder(model, hub);
  throw new CommandError(
    `model: ${model} is neither a built-in encoder (${builtInEncoders.join(', ')}), nor a folder, nor a name on the Hub (owner/name).`,
  );
}

/** Mounts of the run's rows. Paths may lead out of the run file's folder, so each file has a mount of its own. */
async function dataMounts(
  { data }: Run,
  runFolder: string,
  hub: HubSettings,
): Promise<{ folder: string; run: (run: Run) => Run }> {
  if ('task' in data) {
    if (!builtInTasks.some(({ name }) => name === data.task))
      throw new CommandError(`data.task: ${data.task} is none of ${builtInTasks.map(({ name }) => name).join(', ')}.`);
    return { folder: join(publicFolder, 'datasets', data.task), run: (run) => run };
  }
  if ('hub' in data) {
    const folder = await mkdtemp(join(tmpdir(), 'rows-'));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    await writeHubRows(data, folder, hub);
    return { folder, run: (run) => run };
  }
  const named = { train: data.train, validation: data.validation, test: data.test };
  const files = Object.values(named).filter((file) => file !== undefined);
  for (const file of files)
    if (!existsSync(resolve(runFolder, file))) throw new CommandError(`${file} does not exist beside the run file.`);
  const paths = files.map((file) => resolve(runFolder, file));
  let folder = dirname(paths[0] ?? runFolder);
  while (!paths.every((path) => path.startsWith(join(folder, '/')))) folder = dirname(folder);
  const from = (file: string) => resolve(runFolder, file).slice(join(folder, '/').length);
  const moved = Object.entries(named).flatMap(([part, file]) => (file === undefined ? [] : [[part, from(file)]]));
  return { folder, run: (run) => ({ ...run, data: { ...data, ...Object.fromEntries(moved) } }) };
}

runCommand(async () => {
  const { values } = parseArgs({
    options: {
      config: { type: 'string' },
      out: { type: 'string' },
      engine: { type: 'string' },
      host: { type: 'string', default: 'chromium' },
      onnx: { type: 'string', default: 'f32' },
      hub: { type: 'string' },
      'hub-folder': { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  if (!values.config || !values.out) throw new CommandError(usage);
  const onnx = onnxOption(values.onnx);
  const host = await hostOf(values.host);
  const run = await readRunFile(values.config, engineOn(values.host, values.engine));
  const runFolder = dirname(resolve(values.config));
  const hub = { hubUrl: values.hub, folder: values['hub-folder'] };
  const data = await dataMounts(run, runFolder, hub);
  await mkdir(values.out, { recursive: true });
  const mounts = { model: await modelFolder(run, runFolder, hub), data: data.folder, out: resolve(values.out) };
  await host('train/page.ts', 'train', { run: data.run(run), onnx }, mounts);
  // It is available nowhere else, and the exported code loads it from here.
  const ownEncoder = builtInEncoders.includes(run.model);
  if (ownEncoder) cpSync(mounts.model, join(values.out, run.model), { recursive: true });
  const written = [
    'metrics',
    'weights',
    "the adapter's folder",
    ...(onnx ? ['model.onnx'] : []),
    ...(ownEncoder ? [run.model] : []),
  ];
  console.log(`Wrote ${written.join(', ')} and run.zip to ${values.out}.`);
  return 0;
});
