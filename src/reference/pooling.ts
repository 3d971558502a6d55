import type { Pooling } from '../model/shapes.ts';

/** Pooling in float64. */

interface PoolingShape {
  batch: number;
  tokens: number;
  hidden: number;
}

/** How much each token counts: 1 for the first (cls), or 1 / length for each real one (mean). */
const share = (pooling: Pooling, length: number, token: number): number =>
  pooling === 'cls' ? Number(token === 0) : token < length ? 1 / length : 0;

/** x (B, T, H) -> (B, H) */
export function poolingForward(
  pooling: Pooling,
  x: Float64Array,
  lengths: Uint32Array,
  { batch, tokens, hidden }: PoolingShape,
): Float64Array {
  const out = new Float64Array(batch * hidden);
  for (let b = 0; b < batch; b++)
    for (let t = 0; t < tokens; t++)
      for (let i = 0; i < hidden; i++)
        out[b * hidden + i] =
          (out[b * hidden + i] as number) +
          share(pooling, lengths[b] as number, t) * (x[(b * tokens + t) * hidden + i] as number);
  return out;
}

/** forward: out = Σ share x. Returns dX (B, T, H) */
export function poolingBackward(
  pooling: Pooling,
  dOut: Float64Array,
  lengths: Uint32Array,
  { batch, tokens, hidden }: PoolingShape,
): Float64Array {
  const dX = new Float64Array(batch * tokens * hidden);
  for (let b = 0; b < batch; b++)
    for (let t = 0; t < tokens; t++)
      for (let i = 0; i < hidden; i++)
        dX[(b * tokens + t) * hidden + i] = share(pooling, lengths[b] as number, t) * (dOut[b * hidden + i] as number);
  return dX;
}
