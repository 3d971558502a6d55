import type { Gpu } from '../gpu/device.ts';
import { defaultTuning, type Tuning, tileClasses, tuningSchema } from '../webgpu/tiles.ts';

/** A tile in the words of the commands, ROWSxCOLUMNS. */
function tileOf(text: string): unknown {
  const [rows, columns] = text.split('x').map(Number);
  return { rows, columns };
}

/**
 * What `--tile` asks for: one tile for every class of products, or CLASS=TILE,..., the rest as the device's own.
 * @throws Error that says what there is
 */
export function tuningFrom(gpu: Gpu, text: string): Tuning {
  const tuning = defaultTuning(gpu);
  const tiles: Record<string, unknown> = { ...tuning.tiles };
  for (const part of text.split(',')) {
    const [kind, tile] = part.includes('=') ? part.split('=') : [undefined, part];
    for (const name of kind === undefined ? tileClasses : [kind]) tiles[name] = tileOf(tile ?? '');
  }
  const parsed = tuningSchema.safeParse({ ...tuning, tiles });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(
    `--tile ${text}: ${issue?.path.join('.')}: ${issue?.message}. Classes are ${tileClasses.join(', ')}.`,
  );
}
