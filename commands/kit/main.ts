import { spawnSync } from 'node:child_process';
import { appendFileSync, copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { benchOptions, several } from '../bench/options.ts';
import { printWebGpu } from '../bench/print.ts';
import { CommandError, type Host } from '../support/command.ts';
import { runHere } from '../support/in-node.ts';
import { verifyRuns } from '../verify/runs.ts';

/**
 * kit/run.mjs of `npm run kit`. A card may be available for minutes only: one part that fails does not stop the others,
 * and results are saved as soon as they are measured.
 */

const usage = `Usage: kit/node kit/run.mjs verify [RUN_FOLDER ...] [--models=DIR] [--tile=TILE] [--json=FILE]
       kit/node kit/run.mjs bench [--shapes="L,H,A,F,B,S,m ..."] [--train="adapters full head"] [--steps=N] [--tile=TILE] [--json=FILE]
       kit/node kit/run.mjs all [--out=DIR]
       kit/node kit/run.mjs card

verify replays recorded runs (the kit's own unless some are named) and compares every quantity with PyTorch's. bench times training
steps. all does both and runs torch_step.py, if there is a python3 with PyTorch, and writes DIR/verify.json, DIR/bench.jsonl and
DIR/torch.json. card says what is found here. --tile forces one way to cut products. DAWN holds options of Dawn; VK_DRIVER_FILES
names a driver's JSON where the loader does not find it.`;

const here = dirname(fileURLToPath(import.meta.url));

const shapes = '2,128,2,512,16,64,16 4,256,4,1024,16,64,16 6,384,12,1536,16,128,16 12,768,12,3072,8,128,64';

/** Paths of drivers' JSON files that the loader does not search. */
const drivers = [
  '/usr/local/nvidia/share/vulkan/icd.d/nvidia_icd.json',
  '/usr/local/nvidia/vulkan/icd.d/nvidia_icd.json',
  '/usr/share/glvnd/vulkan/icd.d/nvidia_icd.json',
];
const driverFolders = ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d', '/usr/local/share/vulkan/icd.d'];
const libraries = [
  '/usr/lib/x86_64-linux-gnu',
  '/lib/x86_64-linux-gnu',
  '/usr/lib64',
  '/lib64',
  '/usr/lib',
  '/usr/local/nvidia/lib64',
];

const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};

const jsonsThere = () =>
  driverFolders.flatMap((folder) =>
    namesIn(folder)
      .filter((name) => name.endsWith('.json'))
      .map((name) => join(folder, name)),
  );
const nvidiaLibraries = () =>
  libraries.flatMap((folder) =>
    namesIn(folder)
      .filter((name) => /^lib(GLX|EGL)_nvidia\.so\.0$/.test(name))
      .map((name) => join(folder, name)),
  );

/** Provides the kit's own loader where the system has none, and names NVIDIA's driver where no JSON does. */
function prepare(): void {
  const own = join(here, 'vulkan/libvulkan.so.1');
  // Dawn searches beside its plug-in first.
  const beside = join(here, 'node_modules/webgpu/dist/linux-x64/libvulkan.so.1');
  if (!libraries.some((folder) => existsSync(join(folder, 'libvulkan.so.1'))) && existsSync(own) && !existsSync(beside))
    copyFileSync(own, beside);
  if (process.env.VK_DRIVER_FILES || process.env.VK_ICD_FILENAMES) return;
  if (jsonsThere().some((path) => path.includes('nvidia'))) return;
  const driver = drivers.find((path) => existsSync(path));
  const [library] = nvidiaLibraries();
  if (driver) process.env.VK_DRIVER_FILES = driver;
  else if (library) {
    const json = join(here, 'nvidia_icd.json');
    writeFileSync(
      json,
      JSON.stringify({ file_format_version: '1.0.0', ICD: { library_path: library, api_version: '1.3.0' } }),
    );
    process.env.VK_DRIVER_FILES = json;
  }
}

const dawnOptions = () => several(process.env.DAWN ?? '');

const host: Host = (page, name, argument, mounts) => runHere(page, name, argument, mounts, dawnOptions());

function card(): number {
  const smi = spawnSync('nvidia-smi', ['-L'], { encoding: 'utf8' });
  const lines = [
    ['nvidia-smi', smi.stdout?.trim() || 'none'],
    ['/dev/dri', namesIn('/dev/dri').join(' ') || 'none'],
    ['drivers', jsonsThere().join(' ') || 'none'],
    ['NVIDIA’s libraries', nvidiaLibraries().join(' ') || 'none'],
    ['VK_DRIVER_FILES', process.env.VK_DRIVER_FILES ?? 'not set'],
    [
      'loaders',
      libraries
        .map((folder) => join(folder, 'libvulkan.so.1'))
        .filter(existsSync)
        .join(' ') || 'none but the kit’s',
    ],
  ];
  for (const [name = '', value] of lines) console.log(`${name.padEnd(20)} ${value}`);
  return 0;
}

interface Flags {
  models?: string | undefined;
  shapes: string;
  train: string;
  steps: string;
  warmup: string;
  tile?: string | undefined;
  json?: string | undefined;
  out: string;
}

function verify(runs: readonly string[], { models = join(here, 'models'), tile, json }: Flags): Promise<number> {
  const all = runs.length > 0 ? runs : namesIn(join(here, 'runs')).map((name) => join(here, 'runs', name));
  return verifyRuns(host, all, { models, engine: 'webgpu', tile, json });
}

async function bench({ shapes: list, train, steps, warmup, tile, json }: Flags): Promise<number> {
  let failed = 0;
  for (const shape of several(list))
    for (const trains of several(train)) {
      console.log(`\n${shape}  ${trains}${tile ? `  ${tile}` : ''}`);
      try {
        const options = benchOptions({ shape, train: trains, steps, warmup, tile });
        const result = await host('bench/page.ts', 'bench', options, {});
        printWebGpu(result);
        const line = JSON.stringify(result);
        console.log(`JSON ${line}`);
        if (json) appendFileSync(json, `${line}\n`);
      } catch (error) {
        failed++;
        console.log(`FAIL  ${error instanceof Error ? error.message : error}`);
      }
    }
  return failed === 0 ? 0 : 1;
}

/** Milliseconds that one part of `all` may take. */
const patience = 180_000;

/** Runs each part in a process of its own: a driver that crashes or never answers ends one part and no more. */
function all({ out, shapes: list, train, steps, warmup, tile }: Flags): number {
  mkdirSync(out, { recursive: true });
  card();
  const start = (command: string, args: readonly string[]): boolean => {
    const { status, signal, error } = spawnSync(command, args, { stdio: 'inherit', timeout: patience });
    if (status !== 0)
      console.log(`FAIL  ${args.slice(1).join(' ')}: ${error?.message ?? signal ?? `exit code ${status}`}`);
    return status === 0;
  };
  const again = (...args: string[]) =>
    start(process.execPath, [fileURLToPath(import.meta.url), ...args, ...(tile ? [`--tile=${tile}`] : [])]);
  const right = [again('verify', `--json=${join(out, 'verify.json')}`)];
  const measured = [`--steps=${steps}`, `--warmup=${warmup}`, `--json=${join(out, 'bench.jsonl')}`];
  for (const shape of several(list))
    for (const trains of several(train))
      right.push(again('bench', `--shapes=${shape}`, `--train=${trains}`, ...measured));
  const torch = ['--shapes', list, '--train', train, '--json', join(out, 'torch.json')];
  start(process.env.PYTHON ?? 'python3', [join(here, 'torch_step.py'), ...torch]);
  return right.every(Boolean) ? 0 : 1;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      models: { type: 'string' },
      shapes: { type: 'string', default: shapes },
      train: { type: 'string', default: 'adapters full' },
      steps: { type: 'string', default: '50' },
      warmup: { type: 'string', default: '5' },
      tile: { type: 'string' },
      json: { type: 'string' },
      out: { type: 'string', default: 'results' },
      help: { type: 'boolean', default: false },
    },
  });
  const [command, ...rest] = positionals;
  if (values.help) {
    console.log(usage);
    return 0;
  }
  prepare();
  if (command === 'card') return card();
  if (command === 'verify') return verify(rest, values);
  if (command === 'bench') return bench(values);
  if (command === 'all') return all(values);
  throw new CommandError(usage);
}

main().then(
  // Dawn may keep the process alive.
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);
