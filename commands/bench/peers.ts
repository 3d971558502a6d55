import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandError, type Host } from '../support/command.ts';
import type { Bench, BenchResult, Spread } from './page.ts';
import type { PeerResult } from './page-jax.ts';
import type { WasmBenchResult } from './page-wasm.ts';
import { ms, printLines, times } from './print.ts';

/** `npm run bench -- --peer`: the same step in another library, right after ours, from the same weights on the same rows. */

type EngineName = 'webgpu' | 'wasm';
type Ours = BenchResult | WasmBenchResult;

const longer = (theirs: Spread, { stepMs }: Ours) =>
  `${(theirs.median / stepMs.median).toFixed(1)} times as long (minima: ${(theirs.minimum / stepMs.minimum).toFixed(1)})`;

async function measureJax(options: Bench, ours: Ours, engine: EngineName): Promise<PeerResult> {
  const { runInBrowser } = await import('../support/workbench.ts');
  const peer = await runInBrowser('bench/page-jax.ts', 'bench', { ...options, engine }, {});
  printLines([
    ['jax-js, step', times(peer.stepMs)],
    ['jax-js, first step, compilation included', ms(peer.firstStepMs)],
    ['relative difference of the first losses', peer.lossDifference.toExponential(1)],
    ['jax-js takes', longer(peer.stepMs, ours)],
  ]);
  return peer;
}

/** One way of running the step in PyTorch: eager, compiled, compiled with CUDA graphs. */
type Way = { mode: string; tf32: boolean } & (
  | { failure: string }
  | { failure?: never; firstStepMs: number; stepMs: Spread; losses: number[] }
);

interface TorchResult {
  torch: string;
  device: string;
  ways: Way[];
}

const torchScript = fileURLToPath(new URL('../../python/torch_step.py', import.meta.url));
const lossTolerance = 1e-4;

async function measureTorch(host: Host, options: Bench, ours: Ours, engine: EngineName): Promise<TorchResult> {
  const python = process.env.PYTHON ?? 'python3';
  const folder = mkdtempSync(join(tmpdir(), 'bench-torch-'));
  try {
    const start = { ...options, engine };
    const losses = await host('bench/page-start.ts', 'writeStart', start, { out: folder });
    const json = join(folder, 'torch.json');
    const args = [torchScript, '--start', folder, '--json', json];
    const { status, error } = spawnSync(python, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    if (error || status !== 0)
      throw new CommandError(`PyTorch did not run. Name a Python that has it: PYTHON=/path/to/python (now ${python}).`);
    const result = JSON.parse(readFileSync(json, 'utf8')) as TorchResult;
    printLines([['PyTorch', `${result.torch}, ${result.device}`]]);
    for (const way of result.ways) {
      const name = `PyTorch ${way.mode}${way.tf32 ? ', TF32' : ''}`;
      if (way.failure !== undefined) {
        printLines([[name, way.failure]]);
        continue;
      }
      const off = Math.max(...losses.map((loss, i) => Math.abs((way.losses[i] ?? Number.NaN) - loss) / loss));
      printLines([
        [`${name}, step`, `${times(way.stepMs)}; ${longer(way.stepMs, ours)}`],
        [`${name}, losses differ by`, off.toExponential(1)],
      ]);
      if (!way.tf32 && !(off <= lossTolerance)) throw new CommandError(`${name} does not compute the same step.`);
    }
    return result;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const peers = ['jax', 'torch'] as const;
export type Peer = (typeof peers)[number];

/**
 * Measures a peer and prints how it compares.
 * @param engine our engine; jax-js runs on the same backend
 */
export function measurePeer(
  peer: Peer,
  options: Bench,
  { host, ours, engine }: { host: Host; ours: Ours; engine: EngineName },
): Promise<PeerResult | TorchResult> {
  if (options.train === 'head' || options.adapted)
    console.log('Ours keeps what frozen layers make of rows that come back; the peer computes it at each step.');
  return peer === 'jax' ? measureJax(options, ours, engine) : measureTorch(host, options, ours, engine);
}
