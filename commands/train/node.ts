/** npm run train -- --config run.json --out DIR [--resume] [--engine auto|webgpu|wasm] [--host chromium|dawn] [--onnx f32|f16|none] [--hub URL] [--hub-folder DIR] */
import { existsSync, rmSync, statSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { builtInEncoders, builtInTasks, isBuiltInEncoder, speakOtherLanguages } from '../../src/data/built-in/tasks.ts';
import { folderForPython } from '../../src/files/encoder-files.ts';
import { parseHubName } from '../../src/hub/hub.ts';
import { type Run, readRun } from '../../src/training/run.ts';
import { CommandError, type Host, type Mounts, runCommand } from '../support/command.ts';
import { readFolder } from '../support/folders.ts';
import { engineOn, hostOf } from '../support/host.ts';
import { type HubSettings, hubModelFolder, writeHubRows } from '../support/hub.ts';
import { prepareFolder, readerOf, writeWhole } from '../support/out-folder.ts';
import type { ArgumentOf } from '../support/pages.ts';
import { checkpointAmong, checkpointNames, findCheckpoint, runDifferences } from './checkpoint.ts';
import { StopSignals } from './stop-signals.ts';

const usage = `Usage: npm run train -- --config run.json --out DIR [--resume] [--engine auto|webgpu|wasm]
                        [--host chromium|dawn] [--onnx f32|f16|none] [--hub URL] [--hub-folder DIR]

Trains a run file (docs/run-file.md) on the page's engine in Chromium, or without a browser on Dawn, and writes
DIR/metrics.json, DIR/trainable.safetensors, the adapter as a folder that Python loads (DIR/adapterhub/, DIR/peft/ or
DIR/plain/), the whole run as DIR/run.zip, and encoder, adapter and head together as DIR/model.onnx (docs/onnx.md), its
matrices as float32 unless --onnx says otherwise. A run on the encoder that comes with the page brings it along, as
DIR/minilm-l3/, for the code of the adapter's README. Models and data sets named "owner/name" come from the
Hugging Face Hub, or from --hub; downloads are kept in --hub-folder (~/.cache/bottleneck). HF_TOKEN opens private ones.

While it trains it keeps DIR/checkpoint.zip: from the first step on, at every epoch, and every 30 s where epochs are
longer. Ctrl-C stops it after the step under way; --resume goes on with the same command's checkpoint, and comes to the
weights of a run that was never stopped. The checkpoint is gone once all of DIR's files are there.

Exit codes: 0 the run has ended and all its files are there; 1 it cannot be carried out as asked, or it diverged; 3 it
broke off (a killed browser, a lost graphics card, a full disk), and --resume goes on once the reason is gone; 129, 130
and 143 it was stopped by SIGHUP, SIGINT (Ctrl-C) or SIGTERM.`;

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
  if (isBuiltInEncoder(model)) return join(publicFolder, 'models', model);
  const folder = resolve(runFolder, model);
  if (existsSync(folder) && statSync(folder).isDirectory()) return folder;
  if (parseHubName(model) && model.includes('/')) return hubModelFolder(model, hub);
  throw new CommandError(
    `model: ${model} is neither a built-in encoder (${builtInEncoders.join(', ')}), nor a folder, nor a name on the Hub (owner/name).`,
  );
}

/** Mounts of the run's rows. Paths may lead out of the run file's folder, so each file has a mount of its own. */
async function dataMounts(
  { data, model }: Run,
  runFolder: string,
  hub: HubSettings,
): Promise<{ folder: string; run: (run: Run) => Run }> {
  if ('task' in data) {
    if (!builtInTasks.some(({ name }) => name === data.task))
      throw new CommandError(`data.task: ${data.task} is none of ${builtInTasks.map(({ name }) => name).join(', ')}.`);
    if (speakOtherLanguages(model, data.task))
      throw new CommandError(`model: ${model} does not read the language of data.task, ${data.task}.`);
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

/**
 * The checkpoint to go on from.
 * @throws CommandError where there is none, or where it is of other settings; UserError where it is damaged
 */
async function checkpointFor(run: Run, out: string): Promise<string> {
  const found = await findCheckpoint(readerOf(out));
  if (!found)
    throw new CommandError(
      `${out} has no checkpoint: nothing was trained there yet, or the run has ended. Leave out --resume to begin.`,
    );
  const { name, problem, bundle } = found;
  if (problem !== null) console.log(`warning: ${problem} ${name}, the one before, is used in its place.`);
  const differences = runDifferences(bundle.run, run);
  if (differences.length > 0)
    throw new CommandError(
      `${out} has the checkpoint of another run.\n  ${differences.join('\n  ')}\nGive the run file that it was begun with, or another --out.`,
    );
  console.log(`Going on after step ${bundle.state.step}.`);
  return name;
}

/** @throws CommandError where a run that has not ended would be overwritten */
function assertNoCheckpoint(out: string): void {
  const name = checkpointAmong((each) => existsSync(join(out, each)));
  if (name !== undefined)
    throw new CommandError(
      `${out} has ${name}, of a run that did not end. Go on with --resume; to begin anew, delete it or give another --out.`,
    );
}

/** What of the run is on the disk, and how to go on; null where nothing is. */
async function standing(out: string): Promise<string | null> {
  const found = await findCheckpoint(readerOf(out)).catch(() => null);
  if (!found) return null;
  const words = [...process.argv.slice(2).filter((word) => word !== '--resume'), '--resume'];
  const quoted = words.map((word) => (/^[\w./:=@-]+$/.test(word) ? word : JSON.stringify(word)));
  return `${join(out, found.name)} holds it after step ${found.bundle.state.step}. Go on with: npm run train -- ${quoted.join(' ')}`;
}

/** Trains on a host, and says what is on the disk where the run does not come to its end. @returns the exit code */
async function trainOn(
  host: Host,
  options: ArgumentOf<'train/page.ts', 'train'>,
  { mounts, out, stop }: { mounts: Mounts; out: string; stop: StopSignals },
): Promise<number> {
  try {
    if (await host('train/page.ts', 'train', options, mounts, { stop: stop.begin() })) return 0;
    console.log(`Stopped. ${(await standing(out)) ?? 'No step was made yet: nothing is kept.'}`);
    return stop.code;
  } catch (error) {
    const kept = await standing(out);
    console.error(error instanceof Error ? error.message : String(error));
    console.error(kept ?? `Nothing of the run is kept in ${out}.`);
    return kept === null || (error instanceof Error && 'code' in error && error.code === 'diverged') ? 1 : 3;
  } finally {
    stop.end();
  }
}

runCommand(async () => {
  const stop = new StopSignals();
  const { values } = parseArgs({
    options: {
      config: { type: 'string' },
      out: { type: 'string' },
      resume: { type: 'boolean', default: false },
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
  const { config, out } = values;
  if (!config || !out) throw new CommandError(usage);
  const onnx = onnxOption(values.onnx);
  const host = await hostOf(values.host);
  const run = await readRunFile(config, engineOn(values.host, values.engine));
  const runFolder = dirname(resolve(config));
  const hub = { hubUrl: values.hub, folder: values['hub-folder'] };
  await prepareFolder(out);
  if (!values.resume) assertNoCheckpoint(out);
  const data = await dataMounts(run, runFolder, hub);
  const mounts = { model: await modelFolder(run, runFolder, hub), data: data.folder, out: resolve(out) };
  const moved = data.run(run);
  const resume = values.resume ? await checkpointFor(moved, out) : null;
  const code = await trainOn(host, { run: moved, onnx, resume }, { mounts, out, stop });
  if (code !== 0) return code;
  // It is available nowhere else, and the exported code loads it from here.
  const ownEncoder = isBuiltInEncoder(run.model);
  if (ownEncoder)
    for (const [path, bytes] of await folderForPython(readFolder(mounts.model)))
      await writeWhole(join(out, run.model, path), bytes);
  for (const name of Object.values(checkpointNames)) rmSync(join(out, name), { force: true });
  const written = [
    'metrics',
    'weights',
    "the adapter's folder",
    ...(onnx ? ['model.onnx'] : []),
    ...(ownEncoder ? [run.model] : []),
  ];
  console.log(`Wrote ${written.join(', ')} and run.zip to ${out}.`);
  return 0;
});
