/** Cards that AMD's open driver compiles for without having one, and what a training step must reach on them. */

/** SIMDs, each 32 lanes wide, and the clock in GHz. */
export const cards = {
  navi21: { simds: 160, gigahertz: 2.1, name: 'RX 6800 class' },
  navi10: { simds: 80, gigahertz: 1.8, name: 'RX 5700 class' },
  gfx1100: { simds: 192, gigahertz: 2.3, name: 'RX 7900 class' },
} as const;
export type Card = keyof typeof cards;

/** Lanes of a SIMD. */
export const laneCount = 32;

/** Floating-point operations a second, multiply and add counted apart. */
export function peakOf(card: Card): number {
  const { simds, gigahertz } = cards[card];
  return simds * laneCount * 2 * gigahertz * 1e9;
}

/** Upper bounds for a step on a card. Lower them as kernels get better. */
export interface Bar {
  card: Card;
  shape: string;
  train: string;
  /** The floor over the ideal time. */
  timesIdeal: number;
  dispatches: number;
  /** Number of dispatches with fewer waves than the card has SIMDs. */
  fewWaves: number;
  /** Number of kernels that spill registers. */
  spilling: number;
}

const tiny = '2,128,2,512,16,64,16';
const mini = '4,256,4,1024,16,64,16';
const miniLm = '6,384,12,1536,16,128,16';
const bertBase = '12,768,12,3072,8,128,64';

/** Most times the ideal that each of an adapter's products with few columns, or a depth of all rows, may take. */
export const adapterTimesIdeal = 4;

/** Other choices of a device (src/webgpu/products/calibrate.ts) or a run: no kernel may spill on any card. */
export const others: readonly { tile?: string; bits?: string }[] = [
  { tile: 'large=V1-deep,narrow=V1,deep=V1,attention=V1' },
  { tile: 'large=V1n,narrow=V4,attention=V1n' },
  { tile: 'large=V2' },
  { bits: '16' },
  { bits: '8' },
];
/** The step that these are compiled for. */
export const othersOn = { shape: mini, train: 'adapters' };

/** Bars of one step follow each other, so that the step is listed once. */
export const bars: readonly Bar[] = [
  { card: 'navi21', shape: tiny, train: 'adapters', timesIdeal: 1.22, dispatches: 53, fewWaves: 11, spilling: 0 },
  { card: 'navi10', shape: tiny, train: 'adapters', timesIdeal: 1.19, dispatches: 53, fewWaves: 7, spilling: 0 },
  { card: 'gfx1100', shape: tiny, train: 'adapters', timesIdeal: 1.36, dispatches: 53, fewWaves: 11, spilling: 0 },
  { card: 'navi21', shape: mini, train: 'adapters', timesIdeal: 1.19, dispatches: 99, fewWaves: 7, spilling: 0 },
  { card: 'navi10', shape: mini, train: 'adapters', timesIdeal: 1.1, dispatches: 99, fewWaves: 4, spilling: 0 },
  { card: 'gfx1100', shape: mini, train: 'adapters', timesIdeal: 1.12, dispatches: 99, fewWaves: 7, spilling: 0 },
  { card: 'navi21', shape: mini, train: 'full', timesIdeal: 1.22, dispatches: 101, fewWaves: 21, spilling: 0 },
  { card: 'navi10', shape: mini, train: 'full', timesIdeal: 1.11, dispatches: 101, fewWaves: 14, spilling: 0 },
  { card: 'gfx1100', shape: mini, train: 'full', timesIdeal: 1.13, dispatches: 101, fewWaves: 21, spilling: 0 },
  { card: 'navi21', shape: miniLm, train: 'adapters', timesIdeal: 1.07, dispatches: 145, fewWaves: 4, spilling: 0 },
  { card: 'navi10', shape: miniLm, train: 'adapters', timesIdeal: 1.06, dispatches: 145, fewWaves: 4, spilling: 0 },
  { card: 'gfx1100', shape: miniLm, train: 'adapters', timesIdeal: 1.04, dispatches: 145, fewWaves: 4, spilling: 0 },
  { card: 'navi21', shape: bertBase, train: 'adapters', timesIdeal: 1.07, dispatches: 283, fewWaves: 4, spilling: 0 },
  { card: 'navi10', shape: bertBase, train: 'adapters', timesIdeal: 1.06, dispatches: 283, fewWaves: 4, spilling: 0 },
  { card: 'gfx1100', shape: bertBase, train: 'adapters', timesIdeal: 1.04, dispatches: 283, fewWaves: 4, spilling: 0 },
];
