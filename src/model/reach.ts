import type { Adapter, Site, TrainingPlan } from './methods.ts';

/**
 * How far down the backward must go. Depths are numbered from the bottom: 0 the embeddings, then for every layer
 * attention (1), its adapter and LayerNorm (2), the feed-forward network (3), its adapter and LayerNorm (4).
 */

type Stage = Site | `${Site}-norm`;
const stages: readonly Stage[] = ['attention', 'attention-norm', 'ffn', 'ffn-norm'];

const placeOf = (layer: number, stage: Stage) => 1 + stages.length * layer + stages.indexOf(stage);

/** Answers whether a gradient is needed at a depth, because something there or below trains. */
export class Reach {
  readonly #lowest: number;

  constructor({ adapters, loras, base }: TrainingPlan) {
    this.#lowest = Math.min(
      base === 'none' ? Number.POSITIVE_INFINITY : 0,
      ...adapters.map(({ layer, site }) => placeOf(layer, `${site}-norm`)),
      ...loras.map(({ layer }) => placeOf(layer, 'attention')),
    );
  }

  /** Something in the encoder trains. */
  get encoder(): boolean {
    return this.#lowest < Number.POSITIVE_INFINITY;
  }

  /** Something trains at this stage of this layer, or below. */
  to(layer: number, stage: Stage): boolean {
    return this.#lowest <= placeOf(layer, stage);
  }

  /** Something trains below this layer. */
  below(layer: number): boolean {
    return this.#lowest < placeOf(layer, 'attention');
  }

  /** An adapter's input needs a gradient, because something trains in the branches that it is made from. */
  adapterInput({ layer, site, placement }: Pick<Adapter, 'layer' | 'site' | 'placement'>): boolean {
    const residual = site === 'ffn' ? this.to(layer, 'attention-norm') : this.below(layer);
    return residual || (placement !== 'parallel' && this.to(layer, site));
  }

  /** Number of the encoder's lowest layers whose states never change, because nothing in or below them trains. */
  frozenLayers(layers: number): number {
    return Math.min(layers, Math.max(0, Math.floor((this.#lowest - 1) / stages.length)));
  }
}
