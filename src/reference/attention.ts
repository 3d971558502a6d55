/** Multi-head self-attention in float64, on fused rows of query, key and value (Vaswani et al. 2017). */

interface AttentionShape {
  /** B */
  batch: number;
  /** T */
  tokens: number;
  /** H */
  hidden: number;
  /** A */
  heads: number;
  /** Tokens to each side that a query sees; absent or null: all. */
  reach?: number | null;
}

/** Calls back for every head of every example: z counts them, `at` finds a channel of query (0), key (1) or value (2). */
function eachHead(
  { batch, tokens, hidden, heads }: AttentionShape,
  visit: (
    z: number,
    example: number,
    at: (third: number, token: number, channel: number) => number,
    offset: number,
  ) => void,
): void {
  const width = hidden / heads;
  for (let example = 0; example < batch; example++)
    for (let head = 0; head < heads; head++)
      visit(
        example * heads + head,
        example,
        (third, token, channel) => (example * tokens + token) * 3 * hidden + third * hidden + head * width + channel,
        head * width,
      );
}

/**
 * context = softmax(Q Kᵀ / √d over the first lengths[b] keys, of them those within reach) V, 0 where a query sees none
 * @param qkv (B, T, 3H)
 * @returns context (B, T, H) and probabilities (B, A, T, T), exactly 0 at keys that are not seen
 */
export function attentionForward(
  qkv: Float64Array,
  lengths: Uint32Array,
  shape: AttentionShape,
): { context: Float64Array; probabilities: Float64Array } {
  const { batch, tokens, hidden, heads, reach } = shape;
  const width = hidden / heads;
  const farthest = reach ?? tokens;
  const context = new Float64Array(batch * tokens * hidden);
  const probabilities = new Float64Array(batch * heads * tokens * tokens);
  eachHead(shape, (z, example, at, offset) => {
    const real = lengths[example] as number;
    for (let i = 0; i < tokens; i++) {
      const scores: number[] = [];
      const first = Math.max(0, i - farthest);
      for (let j = first; j < Math.min(real, i + farthest + 1); j++) {
        let sum = 0;
        for (let c = 0; c < width; c++) sum += (qkv[at(0, i, c)] as number) * (qkv[at(1, j, c)] as number);
        scores.push(sum / Math.sqrt(width));
      }
      const highest = Math.max(...scores);
      const total = scores.reduce((sum, score) => sum + Math.exp(score - highest), 0);
      scores.forEach((score, place) => {
        const j = first + place;
        const p = Math.exp(score - highest) / total;
        probabilities[(z * tokens + i) * tokens + j] = p;
        for (let c = 0; c < width; c++) {
          const to = (example * tokens + i) * hidden + offset + c;
          context[to] = (context[to] as number) + p * (qkv[at(2, j, c)] as number);
        }
      });
    }
  });
  return { context, probabilities };
}

/** forward: S = Q Kᵀ / √d, P = softmax(S), context = P V. Returns dQkv (B, T, 3H) */
export function attentionBackward(
  dContext: Float64Array,
  qkv: Float64Array,
  probabilities: Float64Array,
  shape: AttentionShape,
): Float64Array {
  const { tokens, hidden, heads } = shape;
  const width = hidden / heads;
  const dQkv = new Float64Array(qkv.length);
  const add = (to: number, value: number) => {
    dQkv[to] = (dQkv[to] as number) + value;
  };
  eachHead(shape, (z, example, at, offset) => {
    for (let i = 0; i < tokens; i++) {
      const d = (c: number) => dContext[(example * tokens + i) * hidden + offset + c] as number;
      const p = (j: number) => probabilities[(z * tokens + i) * tokens + j] as number;
      const dP: number[] = [];
      for (let j = 0; j < tokens; j++) {
        let sum = 0;
        for (let c = 0; c < width; c++) {
          sum += d(c) * (qkv[at(2, j, c)] as number);
          add(at(2, j, c), p(j) * d(c));
        }
        dP.push(sum);
      }
      const mean = dP.reduce((sum, value, j) => sum + p(j) * value, 0);
      dP.forEach((value, j) => {
        const dS = (p(j) * (value - mean)) / Math.sqrt(width);
        for (let c = 0; c < width; c++) {
          add(at(0, i, c), dS * (qkv[at(1, j, c)] as number));
          add(at(1, j, c), dS * (qkv[at(0, i, c)] as number));
        }
      });
    }
  });
  return dQkv;
}
