import type { BenchResult } from './page.ts';
import type { WasmBenchResult } from './page-wasm.ts';

/** Output of `npm run bench` and the kit. */

export const ms = (value: number) => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
export const times = ({ median, minimum, p90 }: BenchResult['stepMs']) =>
  `median ${ms(median)}, minimum ${ms(minimum)}, p90 ${ms(p90)}`;
const percent = (share: number) => `${(100 * share).toFixed(0)} %`;

type Calibration = BenchResult['calibration'];
/** The chosen shapes are marked. */
const describeRate =
  (tiles: Calibration['tiles']) =>
  ({ kind, tile, gflops, error }: Calibration['rates'][number]) =>
    `${kind} ${tile} ${error < 1 ? gflops.toFixed(1) : 'wrong'}${tile === tiles[kind] ? '*' : ''}`;
const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

const memoryOf = (bytesByArena: BenchResult['memoryBytes']) =>
  Object.entries(bytesByArena)
    .map(([arena, bytes]) => `${arena} ${mebibytes(bytes)}`)
    .join(', ');

export function printLines(lines: string[][]): void {
  for (const [name = '', value] of lines) console.log(`${name.padEnd(42)} ${value}`);
}

export function printWasm({ device, stepMs, forwardMs, firstStepMs, memoryBytes, trainable }: WasmBenchResult): void {
  printLines([
    ['device', `onnxruntime-web, ${device}`],
    ['step', times(stepMs)],
    ['forward alone', times(forwardMs)],
    ['first step, session included', ms(firstStepMs)],
    ['memory', memoryOf(memoryBytes)],
    ['trainable parameters', String(trainable)],
  ]);
}

export function printWebGpu(result: BenchResult): void {
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
