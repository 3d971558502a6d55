/** npm run kit: .gpu/kit.tar.xz, the engine for a bare x86-64 Linux machine with a graphics card's driver and nothing else. */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { CommandError, runCommand } from '../support/command.ts';
import { bundle, dawnFolder, dawnPlugin, ensureDawn } from '../support/dawn.ts';

const usage = `Usage: npm run kit [-- --runs DIR ... --models DIR]

Makes .gpu/kit.tar.xz: Node, Dawn's plug-in, the Vulkan loader, the engine, python/torch_step.py, and the recorded runs with
their encoders (tests/golden, or the folders of runs and of encoders that are named, besides). On the machine with the card:

  mkdir kit && tar -C kit -xJf kit.tar.xz
  kit/node kit/run.mjs all --out RESULTS     recorded runs, step times of the usual shapes, PyTorch's beside them
  kit/node kit/run.mjs --help                these one by one`;

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(dawnFolder, 'kit');

const run = (command: string, ...args: string[]) =>
  execFileSync(command, args, { cwd: dawnFolder, stdio: ['ignore', 'inherit', 'inherit'] });

function copy(from: string, to: string): void {
  mkdirSync(dirname(join(folder, to)), { recursive: true });
  copyFileSync(from, join(folder, to));
}

/** Recorded runs among a folder's subfolders. */
const runsIn = (path: string): string[] =>
  readdirSync(path)
    .map((name) => join(path, name))
    .filter((run) => existsSync(join(run, 'run.json')));

function copyInto(paths: readonly string[], target: string): void {
  mkdirSync(join(folder, target), { recursive: true });
  for (const path of paths) cpSync(path, join(folder, target, basename(path)), { recursive: true });
}

/** The system's Vulkan loader, for machines that have a driver without one. */
function findLoader(): string | undefined {
  const places = ['/usr/lib/x86_64-linux-gnu', '/lib/x86_64-linux-gnu', '/usr/lib64', '/usr/lib'];
  return places.map((place) => join(place, 'libvulkan.so.1')).find((path) => existsSync(path));
}

runCommand(async () => {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', multiple: true, default: [] },
      models: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new CommandError('The kit holds this Node, so that it is made on x86-64 Linux.');
  const ours = ['runs', 'task-kinds', 'modernbert'].map((name) => join(root, 'tests/golden', name));
  const runs = [...ours, ...values.runs.map((path) => resolve(path))].flatMap(runsIn);
  const folders = [join(root, 'tests/golden/models'), ...values.models.map((path) => resolve(path))];
  const models = folders.flatMap((path) => readdirSync(path).map((name) => join(path, name)));
  ensureDawn();
  rmSync(folder, { recursive: true, force: true });
  copy(process.execPath, 'node');
  // Only smaller.
  spawnSync('strip', [join(folder, 'node')], { stdio: 'ignore' });
  for (const file of ['index.js', 'package.json', 'LICENSE.md', 'dist/linux-x64/dawn.node'])
    copy(join(dawnPlugin, file), `node_modules/webgpu/${file}`);
  copy(await bundle('commands/kit/main.ts', 'kit-main'), 'run.mjs');
  copy(join(root, 'python/torch_step.py'), 'torch_step.py');
  const loader = findLoader();
  if (loader) copy(loader, 'vulkan/libvulkan.so.1');
  else console.log('No Vulkan loader here (Debian: libvulkan1): the kit has none for machines without one.');
  copyInto(runs, 'runs');
  copyInto(models, 'models');
  const archive = join(dawnFolder, 'kit.tar.xz');
  run('tar', '-C', folder, '-cJf', archive, '.');
  console.log(`${archive}: ${(statSync(archive).size / 2 ** 20).toFixed(1)} MiB, ${runs.length} recorded runs.`);
  return 0;
});
