/**
 * How far down the backward must go. Places are numbered from the bottom: 0 the embeddings, then for every layer
 * attention (1), its adapter and LayerNorm (2), the feed-forward network (3), its adapter and LayerNorm (4).
 */

export type Stage = 'attention' | 'attention-norm' | 'ffn' | 'ffn-norm';
const stages: readonly Stage[] = ['attention', 'attention-norm', 'ffn', 'ffn-norm'];

const placeOf = (layer: number, stage: Stage) => 1 + stages.length * layer + stages.indexOf(stage);

function placeOfParameter(name: string): number {
  if (name.startsWith('heads.')) return Number.POSITIVE_INFINITY;
  const layer = /encoder\.layer\.(\d+)\.(.*)$/.exec(name);
  if (!layer) return 0;
  const [, index, rest = ''] = layer;
  const isNorm = /output\.(LayerNorm|adapters)\b/.test(rest);
  const stage: Stage = rest.startsWith('attention.')
    ? isNorm
      ? 'attention-norm'
      : 'attention'
    : isNorm
      ? 'ffn-norm'
      : 'ffn';
  return placeOf(Number(index), stage);
}

/** Answers whether a gradient is needed at a place, because something there or below trains. */
export class Reach {
  readonly #lowest: number;

  constructor(trainableNames: readonly string[]) {
    this.#lowest = Math.min(Number.POSITIVE_INFINITY, ...trainableNames.map(placeOfParameter));
  }

  /** Something in the encoder trains. */
  get encoder(): boolean {
    return this.#lowest < Number.POSITIVE_INFINITY;
  }

  /** Something trains at this stage of this layer, or below. */
  to(layer: number, stage: Stage): boolean {
    return this.#lowest <= placeOf(layer, stage);
  }

  /** How many of the encoder's lowest layers, with all below them, give the same states for ever. */
  frozenLayers(layers: number): number {
    return Math.min(layers, Math.max(0, Math.floor((this.#lowest - 1) / stages.length)));
  }

  /** Something trains below this layer. */
  below(layer: number): boolean {
    return this.#lowest < placeOf(layer, 'attention');
  }
}
