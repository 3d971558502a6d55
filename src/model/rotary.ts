/**
 * How tokens find each other in a ModernBERT, which has no table of positions: queries and keys are turned by angles
 * t θ^(-2j/d) (Su et al. 2021), and in local layers a token sees only those near it.
 */
export interface Rotary {
  /** Of each layer: whether a token sees every other. */
  global: boolean[];
  /** Tokens to each side that are seen in local layers. */
  reach: number;
  /** θ of global layers. */
  globalTheta: number;
  /** θ of local layers. */
  localTheta: number;
}

/** θ of a layer, and how many tokens to each side are seen in it; null: all. */
export function attentionOf({ global, reach, globalTheta, localTheta }: Rotary, layer: number) {
  const all = global[layer] === true;
  return { theta: all ? globalTheta : localTheta, reach: all ? null : reach };
}

/** Every θ that some layer uses. */
export const thetasOf = (rotary: Rotary): number[] => [
  ...new Set(rotary.global.map((_, layer) => attentionOf(rotary, layer).theta)),
];

/**
 * The angles of the first positions as cos and sin, computed in float64: (tokens, d), of each row first the d/2 cosines.
 * @param width d, the channels of a head
 */
export function rotaryTable(theta: number, width: number, tokens: number): Float32Array<ArrayBuffer> {
  const half = width / 2;
  const table = new Float32Array(tokens * width);
  for (let t = 0; t < tokens; t++)
    for (let j = 0; j < half; j++) {
      const angle = t * theta ** ((-2 * j) / width);
      table[t * width + j] = Math.cos(angle);
      table[t * width + half + j] = Math.sin(angle);
    }
  return table;
}
