import { z } from 'zod';
import type { Gpu } from '../gpu/device.ts';

/** Shapes of the register tile of shaders/tile.wgsl, and which one a device likes for which product. */

const side = z.union([z.literal(8), z.literal(16)]);
const tileSchema = z.strictObject({ rows: side, columns: side });
export type Tile = z.infer<typeof tileSchema>;

/** Products of many tiles, those of so few that small tiles keep more invocations busy, and those inside attention. */
export const tileClasses = ['large', 'small', 'attention'] as const;
export type TileClass = (typeof tileClasses)[number];

const tileChoiceSchema = z.strictObject({ large: tileSchema, small: tileSchema, attention: tileSchema });
export type TileChoice = z.infer<typeof tileChoiceSchema>;

/** What a device likes. */
export const tuningSchema = z.strictObject({
  tiles: tileChoiceSchema,
  /** Frozen matrices in 16 bits, where that loses nothing. */
  halfWeights: z.boolean(),
});
export type Tuning = z.infer<typeof tuningSchema>;

/** Columns of the result up to which a product counts as small. */
const smallColumns = 32;

export const tileClass = (columns: number): TileClass => (columns <= smallColumns ? 'small' : 'large');

/** The overrides of shaders/tile.wgsl. */
export const tileConstants = ({ rows, columns }: Tile) => ({ TALL: rows === 16, WIDE: columns === 16 });

const small: Tile = { rows: 8, columns: 8 };
const wide: Tile = { rows: 8, columns: 16 };
const tall: Tile = { rows: 16, columns: 8 };
const large: Tile = { rows: 16, columns: 16 };
export const tileShapes: readonly Tile[] = [small, wide, tall, large];

/** What serves where a device is not calibrated: much reuse on a processor, as measured on SwiftShader; few registers on a GPU. */
export function defaultTuning({ software }: Gpu): Tuning {
  const tile = software ? large : small;
  return { tiles: { large: tile, small: tile, attention: tile }, halfWeights: false };
}
