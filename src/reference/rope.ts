/** Rotary positions in float64 (Su et al. 2021), on fused rows of query, key and value. */

interface RopeShape {
  /** B */
  batch: number;
  /** T */
  tokens: number;
  /** H */
  hidden: number;
  /** A */
  heads: number;
}

/** The first half x1 and the second half x2 of every query and key become x1 cos - x2 sin and x2 cos + x1 sin. */
function turned(qkv: Float64Array, { batch, tokens, hidden, heads }: RopeShape, theta: number, sign: 1 | -1) {
  const width = hidden / heads;
  const out = qkv.slice();
  for (let row = 0; row < batch * tokens; row++)
    for (let head = 0; head < 2 * heads; head++)
      for (let j = 0; j < width / 2; j++) {
        const angle = (row % tokens) * theta ** ((-2 * j) / width);
        const [cos, sin] = [Math.cos(angle), sign * Math.sin(angle)];
        const at = row * 3 * hidden + head * width + j;
        const [x1, x2] = [qkv[at] as number, qkv[at + width / 2] as number];
        out[at] = x1 * cos - x2 * sin;
        out[at + width / 2] = x2 * cos + x1 * sin;
      }
  return out;
}

/** Query and key of each head turned by angles t θ^(-2j/d) at position t, values as they are: qkv (B, T, 3H) -> (B, T, 3H) */
export const ropeForward = (qkv: Float64Array, shape: RopeShape, theta: number): Float64Array =>
  turned(qkv, shape, theta, 1);

/** forward: query and key turned. dOut (B, T, 3H) -> dQkv (B, T, 3H) */
export const ropeBackward = (dOut: Float64Array, shape: RopeShape, theta: number): Float64Array =>
  turned(dOut, shape, theta, -1);
