/** npm run bench-kernels -- [--card C] [--shape L,H,A,F,B,S,m] [--train T] [--tile TILE] [--all] [--json FILE] | --bars */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { benchOptions } from '../bench/options.ts';
import { CommandError, runCommand } from '../support/command.ts';
import { type KernelOnCard, type ListedStep, listStep, type StepOnCard, stepOnCard } from './card-model.ts';
import { adapterTimesIdeal, type Bar, bars, type Card, cards, others, othersOn, peakOf } from './cards.ts';

const usage = `Usage: npm run bench-kernels -- [--card ${Object.keys(cards).join('|')}] [--shape L,H,A,F,B,S,m] [--train adapters|full|head]
                        [--tile TILE] [--bits 32|16|8] [--all] [--json FILE]
       npm run bench-kernels -- --bars

Compiles every kernel of a training step for a graphics card that is not there, with AMD's open driver, and prints registers,
spills and waves of each, and how far the step's arithmetic is from filling the card: floor, as it is spread over lanes and every
load free, against ideal, spread over the whole card. It ranks designs; it times nothing. --tile forces one way to cut products for all
classes of them (a variant of src/webgpu/products/tiles.ts), or CLASS=VARIANT,... --all prints every kernel. --bars holds every step of commands/bench-kernels/cards.ts to its bars.`;

/** Kernels that are printed without --all. */
const most = 26;

function printKernels(kernels: Record<string, KernelOnCard>, peak: number, count: number): void {
  const columns = 'calls    floor    ideal     waves  group  VGPRs  spilled  scratch  group memory  waves that fit';
  console.log(`${''.padEnd(44)} ${columns}`);
  const sorted = Object.entries(kernels).sort(([, a], [, b]) => b.us - a.us);
  for (const [name, { calls, us, flops, waves, group, vgprs, spilled, scratch, lds, fit }] of sorted.slice(0, count)) {
    const cells = [
      `x${calls}`.padEnd(4),
      us.toFixed(1).padStart(8),
      ((flops / peak) * 1e6).toFixed(1).padStart(8),
      'us',
      ...[waves, group, vgprs, spilled, scratch, lds, fit].map((value, i) =>
        String(value).padStart([6, 6, 6, 8, 8, 13, 15][i] ?? 0),
      ),
    ];
    console.log(`${name.padEnd(44)} ${cells.join(' ')}`);
  }
}

const timesIdeal = ({ floor_ms, ideal_ms }: StepOnCard) => floor_ms / ideal_ms;

const inWords = (step: StepOnCard): string =>
  `${step.card}, ${step.shape} ${step.train}: floor ${step.floor_ms.toFixed(3)} ms, ideal ${step.ideal_ms.toFixed(3)} ms ` +
  `(${timesIdeal(step).toFixed(2)} times), ${step.dispatches} dispatches, ${step.few_waves} of them with fewer waves than ` +
  `the card has SIMDs, ${step.spilling} kernels spill`;

function print(step: StepOnCard, count: number): void {
  printKernels(step.kernels, peakOf(step.card), count);
  console.log(inWords(step));
}

/** How many times ideal an adapter's way down, its gradient and its weights' gradients take. */
const adapterProducts = ({ card, kernels }: StepOnCard): [string, number][] =>
  Object.entries(kernels)
    .filter(([name]) => /\.adapter\/(down|d-preactivation|d-parameters)$/.test(name))
    .map(([name, { us, flops }]) => [name, us / ((flops / peakOf(card)) * 1e6)]);

/** Descriptions of the bars that a step exceeds. */
function excess(step: StepOnCard, bar: Bar): string[] {
  const pairs: [string, number, number][] = [
    ['times ideal', timesIdeal(step), bar.timesIdeal],
    ['dispatches', step.dispatches, bar.dispatches],
    ['dispatches with few waves', step.few_waves, bar.fewWaves],
    ['spilling kernels', step.spilling, bar.spilling],
    ...adapterProducts(step).map(([name, times]): [string, number, number] => [
      `times ideal of ${name}`,
      times,
      adapterTimesIdeal,
    ]),
  ];
  // Not a number is above every bar.
  return pairs
    .filter(([, value, limit]) => !(value <= limit))
    .map(([name, value, limit]) => `${name}: ${Number(value.toFixed(3))} > ${limit}`);
}

/** @returns the exit code */
async function checkBars(): Promise<number> {
  let failed = 0;
  let listed: { of: string; step: ListedStep } | undefined;
  for (const bar of bars) {
    const of = `${bar.shape} ${bar.train}`;
    // Bars of one step follow each other in the table.
    if (listed?.of !== of) listed = { of, step: await listStep(benchOptions(bar)) };
    const step = stepOnCard(listed.step, bar.card, bar);
    const over = excess(step, bar);
    if (over.length > 0) failed++;
    console.log(
      `${over.length > 0 ? 'FAIL' : 'ok  '}  ${inWords(step)}${over.map((line) => `\n      ${line}`).join('')}`,
    );
  }
  return failed + (await spillsOfOthers()) === 0 ? 0 : 1;
}

/** Compiles the choices that are not the default, for every card. @returns on how many something spills */
async function spillsOfOthers(): Promise<number> {
  let failed = 0;
  for (const other of others) {
    const listed = await listStep(benchOptions({ ...othersOn, ...other }));
    for (const card of Object.keys(cards) as Card[]) {
      const { spilling } = stepOnCard(listed, card, othersOn);
      if (spilling > 0) failed++;
      console.log(`${spilling > 0 ? 'FAIL' : 'ok  '}  ${card}, ${JSON.stringify(other)}: ${spilling} kernels spill`);
    }
  }
  return failed;
}

runCommand(async () => {
  const { values } = parseArgs({
    options: {
      card: { type: 'string', default: 'navi21' },
      shape: { type: 'string', default: '4,256,4,1024,16,64,16' },
      train: { type: 'string', default: 'adapters' },
      tile: { type: 'string' },
      bits: { type: 'string' },
      all: { type: 'boolean', default: false },
      json: { type: 'string' },
      bars: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  if (values.bars) return checkBars();
  const { card, shape, train, tile, bits } = values;
  if (!Object.hasOwn(cards, card)) throw new CommandError(`--card ${card}: ${Object.keys(cards).join(', ')}.`);
  const listed = await listStep(benchOptions({ shape, train, tile, bits }));
  const step = stepOnCard(listed, card as Card, { shape, train });
  print(step, values.all ? Number.POSITIVE_INFINITY : most);
  if (values.json) await writeFile(values.json, `${JSON.stringify(step, null, 1)}\n`);
  return 0;
});
