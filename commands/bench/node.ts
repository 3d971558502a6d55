/** npm run bench -- --shape L,H,A,F,B,S,m */
import { appendFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { CommandError, type Host, runCommand } from '../support/command.ts';
import { engineOn, hostOf } from '../support/host.ts';
import { benchOptions, type StepFlags } from './options.ts';
import type { Bench, BenchResult } from './page.ts';
import type { WasmBenchResult } from './page-wasm.ts';
import { measurePeer, type Peer, peers } from './peers.ts';
import { printWasm, printWebGpu } from './print.ts';

const usage = `Usage: npm run bench -- --shape L,H,A,F,B,S,m [--train adapters|full|head] [--layers 0,1] [--steps N]
                        [--warmup N] [--dense] [--engine webgpu|wasm] [--host chromium|dawn]
                        [--peer jax|torch] [--tile TILE] [--bits 32|16|8] [--json FILE]
       npm run bench -- --suite [--engine webgpu|wasm] [--host chromium|dawn] [--peer jax|torch]

Times training steps on random weights: L layers of width H with A heads and a feed-forward of F, batches of B x S tokens,
adapters with bottleneck m. Rows are S - (3b mod 32) tokens long unless --dense. --suite measures the standard shapes and
appends a dated line for each to bench-results.jsonl. --host dawn runs the same engine in Node, without a browser. --peer
times the same step right after, from the same weights on the same rows, and prints how many times as long it takes: in jax-js,
or in PyTorch by the Python that PYTHON names (compiled, too, and with CUDA graphs, where there is a CUDA device). --tile forces one way to cut
the products of WebGPU: a variant of src/webgpu/products/tiles.ts for all of them, CLASS=VARIANT,..., or card: what a graphics card starts with.
--bits says how many bits the frozen weights are stored in.`;

const resultsFile = fileURLToPath(new URL('../../bench-results.jsonl', import.meta.url));

/** Shapes of the suite: [shape, what trains, layers with adapters]. */
const suite: [string, string, string?][] = [
  ['2,128,2,512,16,64,16', 'adapters'],
  // Twice the batch, twice the layers.
  ['2,128,2,512,32,64,16', 'adapters'],
  ['4,128,2,512,16,64,16', 'adapters'],
  ['2,128,2,512,16,64,16', 'full'],
  ['2,128,2,512,16,64,16', 'head'],
  ['4,256,4,1024,16,64,16', 'adapters'],
  ['4,256,4,1024,16,64,16', 'adapters', '2,3'],
  ['4,256,4,1024,16,64,16', 'full'],
  ['4,256,4,1024,16,64,16', 'head'],
];

interface Where {
  host: Host;
  engine: 'webgpu' | 'wasm';
  peer: Peer | undefined;
}

async function measureOurs(options: Bench, { host, engine }: Where): Promise<BenchResult | WasmBenchResult> {
  if (engine === 'wasm') {
    const result = await host('bench/page-wasm.ts', 'bench', options, {});
    printWasm(result);
    return result;
  }
  const result = await host('bench/page.ts', 'bench', options, {});
  printWebGpu(result);
  return result;
}

async function measure(flags: StepFlags, where: Where) {
  const options = benchOptions(flags);
  console.log(`\n${flags.shape}  ${flags.train}${flags.layers ? ` on layers ${flags.layers}` : ''}`);
  const ours = await measureOurs(options, where);
  return where.peer ? { ...ours, peer: await measurePeer(where.peer, options, { ...where, ours }) } : ours;
}

async function whereOf(flags: {
  host: string;
  engine?: string | undefined;
  peer?: string | undefined;
}): Promise<Where> {
  const engine = engineOn(flags.host, flags.engine) ?? 'webgpu';
  if (engine !== 'webgpu' && engine !== 'wasm') throw new CommandError(`--engine ${engine}: webgpu or wasm.`);
  const peer = peers.find((name) => name === flags.peer);
  if (flags.peer !== undefined && !peer) throw new CommandError(`--peer ${flags.peer}: ${peers.join(' or ')}.`);
  return { host: await hostOf(flags.host), engine, peer };
}

runCommand(async () => {
  const { values } = parseArgs({
    options: {
      shape: { type: 'string' },
      train: { type: 'string', default: 'adapters' },
      layers: { type: 'string' },
      steps: { type: 'string', default: '10' },
      warmup: { type: 'string', default: '2' },
      dense: { type: 'boolean', default: false },
      engine: { type: 'string' },
      host: { type: 'string', default: 'chromium' },
      peer: { type: 'string' },
      tile: { type: 'string' },
      bits: { type: 'string' },
      json: { type: 'string' },
      suite: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  if (!values.suite && !values.shape) throw new CommandError(usage);
  const where = await whereOf(values);
  if (values.suite) {
    for (const [shape, train, layers] of suite) {
      const result = await measure({ ...values, shape, train, layers }, where);
      const line = { date: new Date().toISOString(), host: values.host, engine: where.engine, ...result };
      await appendFile(resultsFile, `${JSON.stringify(line)}\n`);
    }
    console.log(`\nAppended to ${resultsFile}.`);
    return 0;
  }
  const result = await measure({ ...values, shape: values.shape ?? '' }, where);
  if (values.json) await writeFile(values.json, `${JSON.stringify(result, null, 2)}\n`);
  return 0;
});
