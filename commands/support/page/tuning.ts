import type { Gpu } from '../../../src/gpu/device.ts';
import {
  defaultTuning,
  type Tuning,
  tileClasses,
  tuningSchema,
  variantNames,
} from '../../../src/webgpu/products/tiles.ts';

/**
 * Tuning for `--tile`: one variant for every class of products, or CLASS=VARIANT,..., the rest as the device's own;
 * `card`: a graphics card's default.
 * @throws Error that lists the choices
 */
export function tuningFrom(gpu: Gpu, text: string): Tuning {
  if (text === 'card') return defaultTuning({ software: false });
  const tuning = defaultTuning(gpu);
  const tiles: Record<string, unknown> = { ...tuning.tiles };
  for (const part of text.split(',')) {
    const [kind, tile] = part.includes('=') ? part.split('=') : [undefined, part];
    for (const name of kind === undefined ? tileClasses : [kind]) tiles[name] = tile;
  }
  const parsed = tuningSchema.safeParse({ ...tuning, tiles });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(
    `--tile ${text}: ${issue?.path.join('.')}: ${issue?.message}. Classes are ${tileClasses.join(', ')}; variants ${variantNames.join(', ')}.`,
  );
}
