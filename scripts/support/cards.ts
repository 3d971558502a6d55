/** Cards that AMD's open driver compiles for without having one, and what a training step must reach on them. */

/** SIMDs, each 32 lanes wide, and the clock in GHz. */
export const cards = {
  navi21: { simds: 160, gigahertz: 2.1, name: 'RX 6800 class' },
  navi10: { simds: 80, gigahertz: 1.8, name: 'RX 5700 class' },
  gfx1100: { simds: 192, gigahertz: 2.3, name: 'RX 7900 class' },
} as const;
export type Card = keyof typeof cards;

/** What a step may take at most on a card. Lower them as kernels get better. */
export interface Bar {
  card: Card;
  shape: string;
  train: string;
  /** The floor over the ideal time. */
  timesIdeal: number;
  dispatches: number;
  /** Dispatches of fewer waves than the card has SIMDs. */
  fewWaves: number;
  /** Kernels that spill registers. */
  spilling: number;
}

const tiny = '2,128,2,512,16,64,16';
const mini = '4,256,4,1024,16,64,16';
const miniLm = '6,384,12,1536,16,128,16';
const bertBase = '12,768,12,3072,8,128,64';

/** Cards of one step follow each other, so that it is written down once. */
export const bars: readonly Bar[] = [
  { card: 'navi21', shape: tiny, train: 'adapters', timesIdeal: 5.25, dispatches: 53, fewWaves: 35, spilling: 0 },
  { card: 'navi10', shape: tiny, train: 'adapters', timesIdeal: 2.88, dispatches: 53, fewWaves: 34, spilling: 0 },
  { card: 'gfx1100', shape: tiny, train: 'adapters', timesIdeal: 6.18, dispatches: 53, fewWaves: 35, spilling: 21 },
  { card: 'navi21', shape: mini, train: 'adapters', timesIdeal: 2.27, dispatches: 99, fewWaves: 67, spilling: 0 },
  { card: 'navi10', shape: mini, train: 'adapters', timesIdeal: 1.64, dispatches: 99, fewWaves: 40, spilling: 0 },
  { card: 'gfx1100', shape: mini, train: 'adapters', timesIdeal: 2.54, dispatches: 99, fewWaves: 67, spilling: 21 },
  { card: 'navi21', shape: mini, train: 'full', timesIdeal: 1.74, dispatches: 101, fewWaves: 66, spilling: 0 },
  { card: 'navi10', shape: mini, train: 'full', timesIdeal: 1.42, dispatches: 101, fewWaves: 32, spilling: 0 },
  { card: 'gfx1100', shape: mini, train: 'full', timesIdeal: 1.97, dispatches: 101, fewWaves: 66, spilling: 17 },
  { card: 'navi21', shape: miniLm, train: 'adapters', timesIdeal: 1.43, dispatches: 145, fewWaves: 59, spilling: 0 },
  { card: 'navi10', shape: miniLm, train: 'adapters', timesIdeal: 1.2, dispatches: 145, fewWaves: 42, spilling: 0 },
  { card: 'gfx1100', shape: miniLm, train: 'adapters', timesIdeal: 1.35, dispatches: 145, fewWaves: 59, spilling: 21 },
  { card: 'navi21', shape: bertBase, train: 'adapters', timesIdeal: 1.33, dispatches: 283, fewWaves: 113, spilling: 0 },
  { card: 'navi10', shape: bertBase, train: 'adapters', timesIdeal: 1.1, dispatches: 283, fewWaves: 112, spilling: 0 },
  {
    card: 'gfx1100',
    shape: bertBase,
    train: 'adapters',
    timesIdeal: 1.22,
    dispatches: 283,
    fewWaves: 113,
    spilling: 21,
  },
];
