import { type Site, sites } from '../../../model/methods.ts';

/** Where everything in the drawing stands, in pixels: one path from the words to the head, in the order in which it is computed. */

/** `large`: read from the last row of a classroom. `compact`: a panel among others. */
export type DrawingSize = 'large' | 'compact';

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A sublayer of the open layer: its block, the adapter behind it, and where both are added to what went past them. */
export interface SublayerPlace {
  block: Box;
  adapter: Box;
  norm: Box;
}

export const middleOf = ({ x, y, width, height }: Box) => ({ x: x + width / 2, y: y + height / 2 });

export interface SmallLayer {
  layer: number;
  box: Box;
}

export interface Layout {
  width: number;
  height: number;
  font: number;
  /** Room for the sentence's tokens before the path; null where there is none. */
  words: Box | null;
  embeddings: Box;
  head: Box;
  /** The other layers, small. */
  small: SmallLayer[];
  /** The frames behind the open layer: one, or one in each row. */
  frames: Box[];
  sublayers: Record<Site, SublayerPlace>;
  /** Stretches of the path from left to right, one a row: [from, to, y]. */
  rows: { from: number; to: number; y: number }[];
  /** The wire from the end of the first row to the start of the second; '' in a single row. */
  turn: string;
  /** How far the bypass rises above the middle of a row, and the way back runs below it. */
  rise: number;
  fall: number;
}

const measures = {
  large: { font: 16, gap: 15, block: 124, above: 66, rise: 27, below: 72, smallGap: 7, small: 42 },
  compact: { font: 11, gap: 9, block: 56, above: 40, rise: 18, below: 34, smallGap: 4, small: 24 },
  /** In two rows, on a phone. */
  narrow: { font: 12, gap: 9, block: 58, above: 42, rise: 19, below: 36, smallGap: 4, small: 22 },
} as const;

/** Widths of the blocks against the height of a letter. */
const letters = { words: 5.4, embeddings: 6.6, block: 6.6, adapter: 7.6, norm: 5.2, head: 4.6 } as const;
/** A narrower drawing has two rows. */
const oneRowLetters = 58;
/** The small layers take at most this share of a row. */
const smallShare = 0.22;
const leastSmall = 7;

/** The large drawing grows with the width that is there, up to this factor, where the window is high enough. */
const mostGrowth = 1.45;
const grownFrom = 1240;

/**
 * @param width that is there, in pixels
 * @param open the layer that is drawn large
 * @param grows whether the window has the height for a larger drawing
 */
export function layoutOf(width: number, size: DrawingSize, layers: number, open: number, grows = false): Layout {
  const growth = grows && size === 'large' ? Math.min(mostGrowth, width / grownFrom) : 1;
  if (growth > 1) return scaled(layoutOf(width / growth, size, layers, open), growth);
  const fits = (kind: DrawingSize) => width >= oneRowLetters * measures[kind].font;
  const kind = size === 'large' && fits('large') ? 'large' : fits('compact') ? 'compact' : 'narrow';
  const m = measures[kind];
  const isWide = kind !== 'narrow';
  const others = Array.from({ length: layers }, (_, layer) => layer).filter((layer) => layer !== open);
  const budget = (width * smallShare) / Math.max(1, others.length);
  const small = Math.max(leastSmall, Math.min(m.small, budget - m.smallGap));
  const smallGap = Math.min(m.smallGap, Math.max(2, budget - small));

  type Part = { name: string; letters: number } | { layer: number };
  const ofSite = (site: Site): Part[] => [
    { name: `${site}.block`, letters: letters.block },
    { name: `${site}.adapter`, letters: letters.adapter },
    { name: `${site}.norm`, letters: letters.norm },
  ];
  const before: Part[] = [
    ...(kind === 'large' ? [{ name: 'words', letters: letters.words }] : []),
    { name: 'embeddings', letters: letters.embeddings },
    ...others.filter((layer) => layer < open).map((layer) => ({ layer })),
  ];
  const after: Part[] = [
    ...others.filter((layer) => layer > open).map((layer) => ({ layer })),
    { name: 'head', letters: letters.head },
  ];
  const lines = isWide
    ? [[...before, ...ofSite('attention'), ...ofSite('ffn'), ...after]]
    : [
        [...before, ...ofSite('attention')],
        [...ofSite('ffn'), ...after],
      ];

  const rowHeight = m.above + m.block + m.below;
  const boxes = new Map<string, Box>();
  const smallLayers: SmallLayer[] = [];
  const rows = lines.map((parts, row) => {
    const middle = row * rowHeight + m.above + m.block / 2;
    const named = parts.reduce((sum, part) => sum + ('letters' in part ? part.letters : 0), 0);
    const gaps = parts.reduce<number>((sum, part) => sum + ('layer' in part ? small + smallGap : m.gap), m.gap);
    const letter = (width - gaps) / named;
    let x = m.gap;
    for (const part of parts) {
      const isSmall = 'layer' in part;
      const height = isSmall ? 0.68 * m.block : m.block;
      const box = { x, y: middle - height / 2, width: isSmall ? small : part.letters * letter, height };
      if (isSmall) smallLayers.push({ layer: part.layer, box });
      else boxes.set(part.name, box);
      x += box.width + (isSmall ? smallGap : m.gap);
    }
    const words = boxes.get('words');
    return { from: words && row === 0 ? words.x + words.width + 4 : 0, to: width, y: middle };
  });
  const box = (name: string): Box => {
    const found = boxes.get(name);
    if (!found) throw new Error(`the drawing has no ${name}`);
    return found;
  };
  const placeOf = (site: Site): SublayerPlace => ({
    block: box(`${site}.block`),
    adapter: box(`${site}.adapter`),
    norm: box(`${site}.norm`),
  });
  const sublayers = { attention: placeOf('attention'), ffn: placeOf('ffn') };
  const frameOf = (from: SublayerPlace, to: SublayerPlace): Box => {
    const x = from.block.x - 0.7 * m.gap;
    return {
      x,
      y: from.block.y - m.above + 2,
      width: to.norm.x + to.norm.width + 0.5 * m.gap - x,
      height: rowHeight - 4,
    };
  };
  const [first, second] = rows;
  const between = rowHeight - 1;
  return {
    width,
    height: rowHeight * rows.length,
    font: m.font,
    words: boxes.get('words') ?? null,
    embeddings: box('embeddings'),
    head: box('head'),
    small: smallLayers,
    frames: isWide
      ? [frameOf(sublayers.attention, sublayers.ffn)]
      : sites.map((site) => frameOf(sublayers[site], sublayers[site])),
    sublayers,
    rows,
    turn: first && second ? `M${width - 1} ${first.y}V${between}H1V${second.y}` : '',
    rise: m.block / 2 + m.rise,
    fall: m.block / 2 + (kind === 'large' ? 18 : 8),
  };
}

const scaledBox = (box: Box, by: number): Box => ({
  x: by * box.x,
  y: by * box.y,
  width: by * box.width,
  height: by * box.height,
});

function scaled(layout: Layout, by: number): Layout {
  const box = (one: Box) => scaledBox(one, by);
  const sublayer = ({ block, adapter, norm }: SublayerPlace): SublayerPlace => ({
    block: box(block),
    adapter: box(adapter),
    norm: box(norm),
  });
  const { attention, ffn } = layout.sublayers;
  return {
    width: by * layout.width,
    height: by * layout.height,
    font: by * layout.font,
    words: layout.words && box(layout.words),
    embeddings: box(layout.embeddings),
    head: box(layout.head),
    small: layout.small.map((small) => ({ layer: small.layer, box: box(small.box) })),
    frames: layout.frames.map(box),
    sublayers: { attention: sublayer(attention), ffn: sublayer(ffn) },
    rows: layout.rows.map(({ from, to, y }) => ({ from: by * from, to: by * to, y: by * y })),
    // A drawing that grows has a single row.
    turn: '',
    rise: by * layout.rise,
    fall: by * layout.fall,
  };
}

/** The share of the hidden size that is left in an adapter's waist is the share of the height: 256 to 16 is 16 to 1. */
export const waistOf = (height: number, bottleneck: number, hidden: number): number =>
  Math.max(1.5, (height * Math.min(bottleneck, hidden)) / hidden);

/** Two trapezoids that meet in a waist, to scale. */
export function hourglass({ x, y, width, height }: Box, waist: number): string {
  const inset = (height - waist) / 2;
  return `M${x} ${y}l${width / 2} ${inset}l${width / 2} ${-inset}v${height}l${-width / 2} ${-inset}l${-width / 2} ${inset}z`;
}

/** A place on the way that is narrower than the rest of it. */
export interface Narrow {
  box: Box;
  waist: number;
}

/**
 * The way of one token along the path: beside the others in the open, and through every waist with them.
 * @param lane its place among the tokens, from -1 (the upper edge of a block) to 1
 */
export function tokenPath({ rows, turn, sublayers }: Layout, narrows: readonly Narrow[], lane: number): string {
  const half = sublayers.attention.block.height / 2;
  const at = (y: number, height: number) => y + lane * 0.8 * (height / 2);
  return rows
    .map(({ from, to, y }, row) => {
      const here = narrows
        .filter(({ box }) => Math.abs(box.y + box.height / 2 - y) < 1)
        .sort((one, other) => one.box.x - other.box.x);
      const pinches = here.map(({ box, waist }) => {
        const [right, middle] = [box.x + box.width, box.x + box.width / 2];
        return `L${box.x} ${at(y, 2 * half)}L${middle} ${at(y, waist)}L${right} ${at(y, 2 * half)}`;
      });
      const start = row === 0 ? `M${from} ${at(y, 2 * half)}` : `L1 ${y}L8 ${at(y, 2 * half)}`;
      const end = turn && row === 0 ? `L${to - 8} ${at(y, 2 * half)}L${to - 1} ${y}` : `L${to} ${at(y, 2 * half)}`;
      const leave = turn && row === 0 ? turn.replace(/^M[^V]*/, '') : '';
      return `${start}${pinches.join('')}${end}${leave}`;
    })
    .join('');
}

/** The way past a sublayer and its adapter, from before the block to where both are added up. */
export function bypass({ block, adapter, norm }: SublayerPlace, { rise }: Pick<Layout, 'rise'>): string {
  const gap = adapter.x - block.x - block.width;
  const middle = block.y + block.height / 2;
  const into = norm.x + norm.width / 2;
  const from = block.x - gap / 2;
  const top = middle - rise;
  return `M${from} ${middle}V${top + 6}q0 -6 6 -6H${into - 6}q6 0 6 6V${norm.y}`;
}
