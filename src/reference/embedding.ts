/** The sum of word, position and token-type embeddings in float64. */

interface EmbeddingShape {
  batch: number;
  tokens: number;
  hidden: number;
}

export interface EmbeddingTables {
  /** (V, H) */
  word: Float64Array;
  /** (positions, H) */
  position: Float64Array;
  /** (types, H) */
  tokenType: Float64Array;
}

/** out = word[id] + position[t] + tokenType[type]: ids, types (B, T) -> (B, T, H) */
export function embeddingForward(
  ids: Uint32Array,
  types: Uint32Array,
  { word, position, tokenType }: EmbeddingTables,
  { batch, tokens, hidden }: EmbeddingShape,
): Float64Array {
  return Float64Array.from({ length: batch * tokens * hidden }, (_, at) => {
    const row = Math.floor(at / hidden);
    const i = at % hidden;
    const id = ids[row] as number;
    return (
      (word[id * hidden + i] as number) +
      (position[(row % tokens) * hidden + i] as number) +
      (tokenType[(types[row] as number) * hidden + i] as number)
    );
  });
}

/** forward: out = word[id] + position[t] + tokenType[type] */
export function embeddingBackward(
  dOut: Float64Array,
  ids: Uint32Array,
  types: Uint32Array,
  tables: EmbeddingTables,
  { tokens, hidden }: EmbeddingShape,
): { dWord: Float64Array; dPosition: Float64Array; dTokenType: Float64Array } {
  const dWord = new Float64Array(tables.word.length);
  const dPosition = new Float64Array(tables.position.length);
  const dTokenType = new Float64Array(tables.tokenType.length);
  dOut.forEach((d, at) => {
    const row = Math.floor(at / hidden);
    const i = at % hidden;
    const inWord = (ids[row] as number) * hidden + i;
    const inPosition = (row % tokens) * hidden + i;
    dWord[inWord] = (dWord[inWord] as number) + d;
    dPosition[inPosition] = (dPosition[inPosition] as number) + d;
    const inType = (types[row] as number) * hidden + i;
    dTokenType[inType] = (dTokenType[inType] as number) + d;
  });
  return { dWord, dPosition, dTokenType };
}
