import type { Gpu } from '../gpu/device.ts';

/** Shapes of the register tile of shaders/tile.wgsl, and which one a device likes for which product. */

export interface Tile {
  rows: 8 | 16;
  columns: 8 | 16;
}

/** Products of many tiles, those of so few that small tiles keep more invocations busy, and those inside attention. */
export type TileClass = 'large' | 'small' | 'attention';
export type TileChoice = Record<TileClass, Tile>;

/** Columns of the result up to which a product counts as small. */
const smallColumns = 32;

export const tileClass = (columns: number): TileClass => (columns <= smallColumns ? 'small' : 'large');

/** The overrides of shaders/tile.wgsl. */
export const tileConstants = ({ rows, columns }: Tile) => ({ TALL: rows === 16, WIDE: columns === 16 });

const small: Tile = { rows: 8, columns: 8 };
const wide: Tile = { rows: 8, columns: 16 };
const large: Tile = { rows: 16, columns: 16 };

/** What serves before a device is calibrated: much reuse on a processor, few registers on a GPU. */
export const defaultTiles = ({ software }: Gpu): TileChoice => ({
  large: software ? large : small,
  attention: software ? wide : small,
  small,
});
