import type { TrainingPlan } from '../model/methods.ts';

/**
 * Weight gradients of few rows or columns, as those of adapters, have few tiles but are as deep as the batch has rows. On a card
 * their depth is cut into parts, and each part is added to a copy of all gradients of its own. The number of copies is
 * computed here, so that the memory forecast can count them too.
 */

/** A tile of such a product, on a device that cuts it into parts. */
export interface DeepTile {
  rows: number;
  columns: number;
  /** Whether a wide result is covered by turned tiles, as wide as others are tall. */
  turns: boolean;
}

/** Workgroups that fill a card. */
const filling = 128;
/** Most parts of a product: more copies cost more than they give. */
const maxParts = 16;
/** Bytes that all copies may take. */
const maxBytes = 64 * 2 ** 20;

/** How many tiles cover (rows, columns). @param turned those that turn are as wide as they else are tall */
export function tilesOver(tile: DeepTile, rows: number, columns: number, turned: boolean): number {
  const [tall, wide] = turned && tile.turns ? [tile.columns, tile.rows] : [tile.rows, tile.columns];
  return Math.ceil(rows / tall) * Math.ceil(columns / wide);
}

/** Parts that a product of so many tiles is cut into, where there are copies enough. */
export const partsFor = (tiles: number): number => Math.min(maxParts, Math.ceil(filling / tiles));

/** Tiles of the gradients of a matrix (outputs, inputs). */
const tilesOf = (tile: DeepTile, outputs: number, inputs: number): number =>
  tilesOver(tile, outputs, inputs, outputs < inputs);

/**
 * How many copies of `elements` gradients a plan's products make use of; 0 where they have no parts.
 * @param hidden H
 * @param room `elements`: all gradients; `maxBinding`: bytes that a kernel can bind
 */
export function gradientCopies(
  { base, adapters, loras }: TrainingPlan,
  hidden: number,
  tile: DeepTile | undefined,
  { elements, maxBinding }: { elements: number; maxBinding: number },
): number {
  // Where the base trains too, its own gradients have tiles enough, and copies of all would not fit.
  if (base === 'all' || !tile) return 0;
  const wanted = [
    ...adapters.map(({ bottleneck: m }) => partsFor(tilesOf(tile, hidden, m) + tilesOf(tile, m, hidden))),
    // A and B are products of their own; the one of fewer tiles has more parts.
    ...loras.map(({ rank }) => partsFor(Math.min(tilesOf(tile, hidden, rank), tilesOf(tile, rank, hidden)))),
  ];
  const room = Math.floor(Math.min(maxBytes, maxBinding) / (4 * elements));
  const copies = Math.min(room, Math.max(0, ...wanted));
  return copies < 2 ? 0 : copies;
}
