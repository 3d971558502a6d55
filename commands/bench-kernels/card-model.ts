import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Bench } from '../bench/page.ts';
import { CommandError } from '../support/command.ts';
import { bundle, ensureDawn } from '../support/dawn.ts';
import type { runHere } from '../support/in-node.ts';
import { type Card, cards, laneCount, peakOf } from './cards.ts';
import type { ListedDispatch, ListedKernel } from './page.ts';

/**
 * Statistics of the kernels as a graphics card's compiler compiles them, on a machine without one. Each kernel goes
 * from WGSL through Dawn to SPIR-V, and through AMD's open driver (RADV, which compiles for a card that is not there)
 * to machine code; the driver's own statistics give registers, spills, workgroup memory, waves that fit a SIMD.
 *
 * `floor` is arithmetic alone: multiply-adds that one lane does one after another, times the turns that a SIMD needs
 * for its waves, one a cycle, as if every load were free. `ideal` is the same arithmetic spread over the whole card. A
 * floor far above the ideal: too few lanes. Neither models how neighbouring lanes' addresses are laid out, caches, or
 * the cost of starting a dispatch: a real time is longer than the floor. It ranks designs; it times nothing.
 */

/** One kernel name: labels without their layer. */
export interface KernelOnCard {
  calls: number;
  /** Floor of all its calls, in microseconds. */
  us: number;
  flops: number;
  /** Waves of its first call. */
  waves: number;
  /** Invocations of a workgroup. */
  group: number;
  vgprs: number;
  spilled: number;
  scratch: number;
  /** Bytes of workgroup memory. */
  lds: number;
  /** Waves that fit a SIMD. */
  fit: number;
}

export interface StepOnCard {
  card: Card;
  shape: string;
  train: string;
  floor_ms: number;
  ideal_ms: number;
  dispatches: number;
  /** Number of dispatches with fewer waves than the card has SIMDs. */
  few_waves: number;
  /** Number of kernels that spill. */
  spilling: number;
  kernels: Record<string, KernelOnCard>;
}

const radeonDriver = '/usr/share/vulkan/icd.d/radeon_icd.x86_64.json';
const swiftShader = '/usr/lib/chromium/vk_swiftshader_icd.json';

/** @throws CommandError that names Debian's packages */
function checkTools(): void {
  const found = (command: string) => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;
  const missing = [
    ...(existsSync(radeonDriver) ? [] : ['mesa-vulkan-drivers']),
    ...(existsSync('/usr/include/vulkan/vulkan.h') ? [] : ['libvulkan-dev']),
    ...(found('spirv-as') ? [] : ['spirv-tools']),
    ...(found('gcc') ? [] : ['gcc']),
    ...(existsSync(swiftShader) ? [] : ['chromium']),
  ];
  if (missing.length > 0)
    throw new CommandError(
      `Kernels are compiled for absent cards with Debian's packages. Missing here: apt-get install -y ${missing.join(' ')}`,
    );
}

type ListKernels = typeof runHere<'bench-kernels/page.ts', 'listKernels'>;

/** Runs in Node alone: prints each kernel with Dawn's SPIR-V, then each dispatch. */
function listing(module: string, options: Bench): string {
  const dawn = ['enable-dawn-features=dump_shaders,disable_symbol_renaming'];
  const call: Parameters<ListKernels> = ['bench-kernels/page.ts', 'listKernels', options, {}, dawn];
  return `
import { runHere } from ${JSON.stringify(pathToFileURL(module).href)};
await runHere(...${JSON.stringify(call)});
process.exit(0);
`;
}

interface CompiledKernel {
  /** SPIR-V. */
  code: Uint8Array;
  entry: string;
  /** SET:BINDING:s|u */
  bindings: string[];
  /** Invocations of a workgroup. */
  group: number;
}

/** A step as Dawn hands it to a driver. */
export interface ListedStep {
  kernels: Map<string, CompiledKernel>;
  dispatches: ListedDispatch[];
}

const keyOf = ({ source, entry, constants }: ListedKernel) => `${source} ${entry} ${JSON.stringify(constants)}`;

/** @throws Error where the text is none of Dawn's compute shaders */
function readKernel(log: string): CompiledKernel {
  const end = 'OpFunctionEnd';
  const text = `${log.slice(log.indexOf('; SPIR-V'), log.lastIndexOf(end) + end.length)}\n`;
  const [, entry] = /OpEntryPoint GLCompute %\S+ "([^"]+)"/.exec(text) ?? [];
  const [, ...sides] = /OpExecutionMode %\S+ LocalSize (\d+) (\d+) (\d+)/.exec(text) ?? [];
  if (!entry || sides.length !== 3)
    throw new CommandError(`Dawn's text of a kernel is not understood:\n${log.slice(0, 2000)}`);
  const sets = new Map(
    [...text.matchAll(/OpDecorate (%\S+) DescriptorSet (\d+)/g)].map(([, name, set]) => [name, set]),
  );
  const bindings = [...text.matchAll(/OpDecorate (%\S+) Binding (\d+)/g)].map(([, name = '', binding]) => {
    const storage = new RegExp(`^\\s*${name} = OpVariable \\S+ (\\w+)`, 'm').exec(text)?.[1];
    return `${sets.get(name)}:${binding}:${storage === 'Uniform' ? 'u' : 's'}`;
  });
  const code = execFileSync('spirv-as', ['--target-env', 'vulkan1.3', '-', '-o', '-'], { input: text });
  return { code, entry, bindings, group: sides.reduce((product, side) => product * Number(side), 1) };
}

function readLog(log: string): ListedStep {
  const kernelLine = /^@@KERNEL (.*)\n/;
  const [, ...chunks] = log.split(/^(?=@@KERNEL )/m);
  const kernels = new Map(
    chunks.map((chunk) => [keyOf(JSON.parse(kernelLine.exec(chunk)?.[1] ?? '')), readKernel(chunk)] as const),
  );
  const dispatches = [...log.matchAll(/^@@DISPATCH (.*)$/gm)].map(([, line = '']) => JSON.parse(line));
  return { kernels, dispatches };
}

/** Lists a training step as Dawn hands it to a driver. */
export async function listStep(options: Bench): Promise<ListedStep> {
  checkTools();
  ensureDawn();
  const module = await bundle('commands/support/in-node.ts', 'in-node');
  const folder = mkdtempSync(join(tmpdir(), 'kernels-'));
  try {
    // A file, not a pipe: Dawn and Node write into it in order only so.
    const file = join(folder, 'log');
    const log = openSync(file, 'w');
    const script = listing(module, options);
    const { status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', log, log],
      env: { ...process.env, VK_DRIVER_FILES: swiftShader, VK_ICD_FILENAMES: swiftShader },
    });
    closeSync(log);
    const text = readFileSync(file, 'utf8');
    if (status !== 0) throw new CommandError(`The step could not be written down:\n${text.slice(-2000)}`);
    return readLog(text);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Statistics = Record<string, number>;

let built: string | undefined;

/** statistics.c as a program, built at its first use and gone when the command ends. */
function statisticsProgram(): string {
  if (built) return built;
  const folder = mkdtempSync(join(tmpdir(), 'statistics-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  built = join(folder, 'statistics');
  const source = fileURLToPath(new URL('statistics.c', import.meta.url));
  execFileSync('gcc', ['-O1', '-o', built, source, '-lvulkan'], { stdio: ['ignore', 'ignore', 'inherit'] });
  return built;
}

/** The driver's statistics of each kernel, by its key. */
function compile(kernels: ListedStep['kernels'], card: Card): Map<string, Statistics> {
  const folder = mkdtempSync(join(tmpdir(), 'card-'));
  try {
    const lines = [...kernels.values()].map(({ code, entry, bindings }, i) => {
      const file = join(folder, `${i}.spv`);
      writeFileSync(file, code);
      return [file, entry, ...bindings].join(' ');
    });
    const { status, stdout, stderr } = spawnSync(statisticsProgram(), {
      input: `${lines.join('\n')}\n`,
      encoding: 'utf8',
      env: {
        ...process.env,
        XDG_RUNTIME_DIR: folder,
        VK_DRIVER_FILES: radeonDriver,
        VK_ICD_FILENAMES: radeonDriver,
        RADV_FORCE_FAMILY: card,
        MESA_SHADER_CACHE_DISABLE: 'true',
      },
    });
    const told = stdout.trim().split('\n');
    if (status !== 0 || told.length !== kernels.size) {
      const [failed] = [...kernels.keys()].slice(told[0] === '' ? 0 : told.length);
      throw new CommandError(`${card}: ${failed} does not compile (${status}): ${stderr.slice(-500)}`);
    }
    const parse = (line: string): Statistics =>
      Object.fromEntries(
        line
          .split(';')
          .map((part) => part.split('='))
          .map(([name = '', value]) => [name, Number(value)]),
      );
    return new Map([...kernels.keys()].map((key, i) => [key, parse(told[i] ?? '')]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Statistics of a listed step on a card. */
export function stepOnCard(
  step: ListedStep,
  card: Card,
  { shape, train }: { shape: string; train: string },
): StepOnCard {
  const statistics = compile(step.kernels, card);
  const { simds, gigahertz } = cards[card];
  const kernels: Record<string, KernelOnCard> = {};
  for (const dispatch of step.dispatches) {
    const key = keyOf(dispatch);
    const told = statistics.get(key) ?? {};
    const group = step.kernels.get(key)?.group ?? Number.NaN;
    const [x, y, z] = dispatch.grid;
    const waves = x * y * z * Math.ceil(group / laneCount);
    const name = dispatch.label.replace(/encoder\.layer\.\d+\./, '');
    kernels[name] ??= {
      calls: 0,
      us: 0,
      flops: 0,
      waves,
      group,
      vgprs: told.VGPRs ?? Number.NaN,
      spilled: told['Spilled VGPRs'] ?? Number.NaN,
      scratch: told['Scratch size'] ?? Number.NaN,
      lds: told['LDS size'] ?? Number.NaN,
      fit: told['Subgroups per SIMD'] ?? Number.NaN,
    };
    const kernel = kernels[name];
    kernel.calls++;
    kernel.us += ((dispatch.flops / 2 / (waves * laneCount)) * Math.ceil(waves / simds)) / gigahertz / 1e3;
    kernel.flops += dispatch.flops;
  }
  const all = Object.values(kernels);
  const sum = (value: (kernel: KernelOnCard) => number) => all.reduce((total, kernel) => total + value(kernel), 0);
  return {
    card,
    shape,
    train,
    floor_ms: sum(({ us }) => us) / 1e3,
    ideal_ms: (sum(({ flops }) => flops) / peakOf(card)) * 1e3,
    dispatches: sum(({ calls }) => calls),
    few_waves: sum(({ calls, waves }) => (waves < simds ? calls : 0)),
    spilling: all.filter(({ spilled, scratch }) => spilled > 0 || scratch > 0).length,
    kernels,
  };
}
