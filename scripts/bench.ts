/** npm run bench -- --shape L,H,A,F,B,S,m */
import { appendFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Bench, BenchResult } from '../src/headless/bench.ts';
import type { PeerResult } from '../src/headless/bench-jax.ts';
import type { WasmBenchResult } from '../src/headless/bench-wasm.ts';
import { CommandError, runCommand, runInBrowser } from './support/workbench.ts';

const usage = `Usage: npm run bench -- --shape L,H,A,F,B,S,m [--train adapters|full|head] [--layers 0,1] [--steps N]
                        [--warmup N] [--dense] [--engine webgpu|wasm] [--peer jax] [--json FILE]
       npm run bench -- --suite

Times training steps on random weights: L layers of width H with A heads and a feed-forward of F, batches of B x S tokens,
adapters with bottleneck m. Rows are S - (3b mod 32) tokens long unless --dense. --suite measures the standard shapes and
appends a dated line for each to bench-results.jsonl. --peer jax times the same step in jax-js right after, from the same
weights on the same rows, and prints how many times as long it takes.`;

const resultsFile = fileURLToPath(new URL('../bench-results.jsonl', import.meta.url));

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

function numbers(text: string, name: string): number[] {
  const list = text.split(',').map(Number);
  if (list.some((n) => !Number.isInteger(n) || n < 0))
    throw new CommandError(`--${name} ${text}: whole numbers are needed.\n\n${usage}`);
  return list;
}

const count = (text: string, name: string) => numbers(text, name)[0] ?? 0;

const ms = (value: number) => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
const times = ({ median, minimum, p90 }: BenchResult['stepMs']) =>
  `median ${ms(median)}, minimum ${ms(minimum)}, p90 ${ms(p90)}`;
const percent = (share: number) => `${(100 * share).toFixed(0)} %`;

type Calibration = BenchResult['calibration'];
/** The chosen shapes are marked. */
const describeRate =
  (tiles: Calibration['tiles']) =>
  ({ kind, tile, gflops }: Calibration['rates'][number]) => {
    const chosen = tile.rows === tiles[kind].rows && tile.columns === tiles[kind].columns;
    return `${kind} ${tile.rows}x${tile.columns} ${gflops.toFixed(1)}${chosen ? '*' : ''}`;
  };
const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

const memoryOf = (bytesByArena: BenchResult['memoryBytes']) =>
  Object.entries(bytesByArena)
    .map(([arena, bytes]) => `${arena} ${mebibytes(bytes)}`)
    .join(', ');

function printLines(lines: string[][]): void {
  for (const [name = '', value] of lines) console.log(`${name.padEnd(42)} ${value}`);
}

function printWasm({ device, stepMs, forwardMs, firstStepMs, memoryBytes, trainable }: WasmBenchResult): void {
  printLines([
    ['device', `onnxruntime-web, ${device}`],
    ['step', times(stepMs)],
    ['forward alone', times(forwardMs)],
    ['first step, session included', ms(firstStepMs)],
    ['memory', memoryOf(memoryBytes)],
    ['trainable parameters', String(trainable)],
  ]);
}

function print(result: BenchResult): void {
  const { stepMs, gflop, gflops, memoryBytes } = result;
  const lines = [
    ['device', `${result.device}${result.software ? ' (on the processor)' : ''}`],
    ['step, device idle after each', times(stepMs)],
    ['step, one handed over ahead', times(result.pipelinedMs)],
    ['first step, compilation included', ms(result.firstStepMs)],
    ['JavaScript a step', ms(result.hostMs)],
    ['matrix products', `${gflop.toFixed(3)} GFLOP, ${gflops.toFixed(2)} GFLOP/s over the whole step`],
    [
      'best calibrated rate, share reached',
      `${result.calibratedGflops.toFixed(2)} GFLOP/s, ${percent(result.shareOfCalibrated)}`,
    ],
    [
      'matmul time at 70 % of it or more',
      result.matmulTimeAtRate === null ? 'unknown: no timestamps' : percent(result.matmulTimeAtRate),
    ],
    ['tiles', result.calibration.rates.map(describeRate(result.calibration.tiles)).join(', ')],
    [
      'large product on 16-bit weights',
      `${result.calibration.halfGflops.toFixed(1)}${result.calibration.halfWeights ? '*' : ''}`,
    ],
    ['dispatches, passes, submits a step', `${result.dispatches}, ${result.passesPerStep}, ${result.submitsPerStep}`],
    ['buffers, other GPU objects made a step', `${result.buffersMadePerStep}, ${result.otherObjectsMadePerStep}`],
    ['memory', memoryOf(memoryBytes)],
    ['peak of live buffers', mebibytes(result.peakBytes)],
    ['trainable parameters', String(result.trainable)],
  ];
  printLines(lines);
  if (result.kernels.length === 0) console.log('This device has no timestamp queries: no times per kernel.');
  for (const { kernel, calls, milliseconds, gflops: rate } of result.kernels)
    console.log(
      `  ${kernel.padEnd(44)} x${String(calls).padEnd(3)} ${ms(milliseconds).padStart(9)}${rate === null ? '' : `  ${rate.toFixed(2)} GFLOP/s`}`,
    );
}

interface Flags {
  shape: string;
  train: string;
  layers?: string | undefined;
  steps: string;
  warmup: string;
  dense: boolean;
  engine: string;
  peer?: string | undefined;
}

type Result = (BenchResult | WasmBenchResult) & { peer?: PeerResult };

async function measurePeer(options: Bench, { stepMs }: BenchResult | WasmBenchResult, engine: string) {
  const peer = await runInBrowser<PeerResult>('/src/headless/bench-jax.ts', 'bench', { ...options, engine }, {});
  printLines([
    ['jax-js, step', times(peer.stepMs)],
    ['jax-js, first step, compilation included', ms(peer.firstStepMs)],
    ['relative difference of the first losses', peer.lossDifference.toExponential(1)],
    ['jax-js takes', `${(peer.stepMs.median / stepMs.median).toFixed(1)} times as long`],
  ]);
  return peer;
}

async function measureOurs(options: Bench, engine: string): Promise<BenchResult | WasmBenchResult> {
  if (engine === 'wasm') {
    const result = await runInBrowser<WasmBenchResult>('/src/headless/bench-wasm.ts', 'bench', options, {});
    printWasm(result);
    return result;
  }
  const result = await runInBrowser<BenchResult>('/src/headless/bench.ts', 'bench', options, {});
  print(result);
  return result;
}

async function measure(flags: Flags): Promise<Result> {
  if (!['webgpu', 'wasm'].includes(flags.engine)) throw new CommandError(`--engine ${flags.engine}: webgpu or wasm.`);
  if (flags.peer !== undefined && flags.peer !== 'jax') throw new CommandError(`--peer ${flags.peer}: jax.`);
  const [layers, hidden, heads, intermediate, examples, tokens, bottleneck, ...more] = numbers(flags.shape, 'shape');
  if (bottleneck === undefined || more.length > 0)
    throw new CommandError(`--shape ${flags.shape}: seven numbers are needed.\n\n${usage}`);
  if (!['adapters', 'full', 'head'].includes(flags.train))
    throw new CommandError(`--train ${flags.train}: adapters, full or head.`);
  const options = {
    layers,
    hidden,
    heads,
    intermediate,
    examples,
    tokens,
    bottleneck,
    train: flags.train,
    ...(flags.layers ? { adapted: numbers(flags.layers, 'layers') } : {}),
    steps: count(flags.steps, 'steps'),
    warmup: count(flags.warmup, 'warmup'),
    dense: flags.dense,
  } as Bench;
  console.log(`\n${flags.shape}  ${flags.train}${flags.layers ? ` on layers ${flags.layers}` : ''}`);
  const result = await measureOurs(options, flags.engine);
  return flags.peer ? { ...result, peer: await measurePeer(options, result, flags.engine) } : result;
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
      engine: { type: 'string', default: 'webgpu' },
      peer: { type: 'string' },
      json: { type: 'string' },
      suite: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  if (values.suite) {
    for (const [shape, train, layers] of suite) {
      const result = await measure({ ...values, shape, train, layers });
      await appendFile(
        resultsFile,
        `${JSON.stringify({ date: new Date().toISOString(), engine: values.engine, ...result })}\n`,
      );
    }
    console.log(`\nAppended to ${resultsFile}.`);
    return 0;
  }
  if (!values.shape) throw new CommandError(usage);
  const result = await measure({ ...values, shape: values.shape });
  if (values.json) await writeFile(values.json, `${JSON.stringify(result, null, 2)}\n`);
  return 0;
});
