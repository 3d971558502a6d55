import { baseParameters, elementCount, trainableParameters } from '../model/parameters.ts';
import { trainedName } from '../model/tensor-names.ts';
import type { MemoryBytes } from './contract.ts';
import { forecastActivations, type RunShape } from './memory-forecast.ts';
import type { BatchSizes } from './micro-batches.ts';

/**
 * Memory of a run on onnxruntime-web, computed: its heap is shared by all that runs on the page and never shrinks, so
 * its size says nothing about one run.
 */

type Need = Omit<MemoryBytes, 'cache'>;

/**
 * Gradients of a layer's outputs that stay until those of its parameters are formed: onnxruntime forms the parameters' last.
 * They are those of dense outputs (query, key, value, attention's, the two of the feed-forward network) and of both
 * LayerNorms; where LayerNorm weights train, its normalised input stays, too.
 */
function waitingGradients({ config, plan }: RunShape, rows: number): number {
  const { layers, hidden, intermediate, rotary } = config;
  if (plan.base === 'none') return 0;
  // A gate's beside the activated half's.
  const wide = rotary ? 2 * intermediate : intermediate;
  return 4 * rows * layers * (wide + (plan.base === 'all' ? 9 : 7) * hidden);
}

/**
 * Bytes by arena. Weights that do not train count once; those that do with their gradients and two moments.
 * @param sizes the largest batch that is computed at once; null: none yet
 */
export function computedMemory(run: RunShape, sizes: BatchSizes | null): Need {
  const trained = trainableParameters(run.config, run.plan, run.classes);
  const names = new Set(trained.map(({ name }) => name));
  const count = (parameters: readonly { shape: readonly number[] }[]) =>
    parameters.reduce((sum, { shape }) => sum + elementCount(shape), 0);
  const frozen = 4 * count(baseParameters(run.config).filter(({ name }) => !names.has(trainedName(name))));
  const bytes = 8 * count(trained);
  const weights = { frozen, trainable: bytes, optimizer: bytes };
  if (!sizes) return { ...weights, activations: 0, scratch: 0 };
  const { activations, scratch } = forecastActivations(run, sizes);
  return { ...weights, activations: activations + waitingGradients(run, sizes.rows), scratch };
}
