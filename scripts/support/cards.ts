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

const row = (
  shape: string,
  train: string,
  limits: Record<Card, Pick<Bar, 'timesIdeal' | 'fewWaves' | 'spilling'>>,
  dispatches: number,
): Bar[] => Object.entries(limits).map(([card, limit]) => ({ card: card as Card, shape, train, dispatches, ...limit }));

export const bars: readonly Bar[] = [];
