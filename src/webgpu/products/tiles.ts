import { z } from 'zod';
import quad from '../../../shaders/quad.wgsl?raw';
import stagedSource from '../../../shaders/staged.wgsl?raw';
import registerSource from '../../../shaders/tile.wgsl?raw';
import { type DeepTile, tilesOver } from '../../engine/gradient-copies.ts';
import type { Gpu } from '../../gpu/device.ts';

/** Ways to cut matrix products into tiles, and the choice of one for each class and device; see shaders/README.md. */

/** V0: an invocation holds a tile in registers. */
const registers = (rows: 8 | 16, columns: 8 | 16) => ({ staged: false, rows, columns }) as const;

interface Lanes {
  /** Lanes down and across a tile; a lane has 4 columns. */
  tall: number;
  wide: number;
  /** Rows of a lane. */
  rows: 2 | 4;
  /** Teams of such lanes in a workgroup, which share the depth. */
  slices?: number;
  /** How deep a stage in workgroup memory is. */
  stage?: number;
}

/** A workgroup stages both operands in workgroup memory. */
const staged = ({ tall, wide, rows, slices = 1, stage = 16 }: Lanes) =>
  ({ staged: true, rows: tall * rows, columns: wide * 4, tall, wide, fourRows: rows === 4, slices, stage }) as const;

const variants = {
  'V0-8x8': registers(8, 8),
  'V0-8x16': registers(8, 16),
  'V0-16x8': registers(16, 8),
  'V0-16x16': registers(16, 16),
  V1: staged({ tall: 8, wide: 8, rows: 4 }),
  'V1-deep': staged({ tall: 8, wide: 8, rows: 4, stage: 32 }),
  V1n: staged({ tall: 16, wide: 8, rows: 2 }),
  V1h: staged({ tall: 8, wide: 8, rows: 2 }),
  V2: staged({ tall: 16, wide: 16, rows: 4 }),
  V3: staged({ tall: 16, wide: 4, rows: 2, slices: 4 }),
  V4: staged({ tall: 16, wide: 4, rows: 4 }),
} as const;

const variantSchema = z.enum(Object.keys(variants) as [keyof typeof variants, ...(keyof typeof variants)[]]);
/** A way to cut a product into tiles. */
export type Variant = z.infer<typeof variantSchema>;
export const variantNames = variantSchema.options;

/**
 * Products of many tiles; those of few columns; weight gradients of few rows or columns, whose depth is all rows of the batch;
 * and those inside attention.
 */
export const tileClasses = ['large', 'narrow', 'deep', 'attention'] as const;
export type TileClass = (typeof tileClasses)[number];

const tileChoiceSchema = z.strictObject({
  large: variantSchema,
  narrow: variantSchema,
  deep: variantSchema,
  attention: variantSchema,
});
export type TileChoice = z.infer<typeof tileChoiceSchema>;

/** The choices for a device. */
export const tuningSchema = z.strictObject({
  tiles: tileChoiceSchema,
  /** Frozen matrices in 16 bits, where that loses nothing. */
  halfWeights: z.boolean(),
  /** Variants that gave wrong results when the device was measured. */
  refused: z.array(z.strictObject({ kind: z.enum(tileClasses), tile: variantSchema })),
});
export type Tuning = z.infer<typeof tuningSchema>;

/** Rows or columns of the result up to which a product is narrow, or deep. */
const narrowest = 64;

export const tileClass = (columns: number): TileClass => (columns <= narrowest ? 'narrow' : 'large');

/** The class of a weight gradient, (outputs, inputs). */
export const gradientClass = (outputs: number, inputs: number): TileClass =>
  Math.min(outputs, inputs) <= narrowest ? 'deep' : 'large';

/** Computes every product the same way. */
export const everywhere = (variant: Variant): TileChoice => ({
  large: variant,
  narrow: variant,
  deep: variant,
  attention: variant,
});

/** The fragments that a kernel with this variant joins. */
export const tileSource = (variant: Variant): string =>
  quad + (variants[variant].staged ? stagedSource : registerSource);

/** Whether a workgroup, not an invocation, computes a tile. */
export const isStaged = (variant: Variant): boolean => variants[variant].staged;

/** The overrides of the joined fragment. @param group invocations of a workgroup where each has a tile of its own */
export function tileConstants(variant: Variant, group: number): Record<string, number | boolean> {
  const tile = variants[variant];
  if (!tile.staged) return { TALL: tile.rows === 16, WIDE: tile.columns === 16, GROUP: group };
  const { tall, wide, fourRows, slices, stage } = tile;
  return { LANES_TALL: tall, LANES_WIDE: wide, TALL: fourRows, SLICES: slices, STAGE: stage };
}

/** Rows and columns that a tile covers. Turned tiles need as many rows as columns in a lane. */
function extentOf(variant: Variant): DeepTile {
  const tile = variants[variant];
  return { rows: tile.rows, columns: tile.columns, turns: tile.staged && tile.fourRows };
}

/** How many tiles cover (rows, columns). */
export const tileCount = (variant: Variant, rows: number, columns: number, turned = false): number =>
  tilesOver(extentOf(variant), rows, columns, turned);

/** The tile that a device computes deep products with, where it cuts them into parts. */
export const deepTile = ({ deep }: Pick<TileChoice, 'deep'>): DeepTile | undefined =>
  isStaged(deep) ? extentOf(deep) : undefined;

/** Bytes of workgroup memory; those of shaders/staged.wgsl. */
export function workgroupBytes(variant: Variant): number {
  const tile = variants[variant];
  if (!tile.staged) return 0;
  const pitch = tile.rows / 4 + tile.wide + 2;
  const sums = tile.slices > 1 ? tile.rows * tile.wide : 0;
  return 16 * tile.slices * Math.max(tile.stage * pitch, sums);
}

/** Invocations of a workgroup. */
export function workgroupInvocations(variant: Variant): number {
  const tile = variants[variant];
  return tile.staged ? tile.tall * tile.wide * tile.slices : 1;
}

/** Tuning of a device without calibration, as measured on SwiftShader: much reuse and no barriers on a processor. */
export function defaultTuning({ software }: Pick<Gpu, 'software'>): Tuning {
  const tiles: TileChoice = software
    ? everywhere('V0-16x16')
    : { large: 'V1', narrow: 'V3', deep: 'V4', attention: 'V1h' };
  return { tiles, halfWeights: false, refused: [] };
}
