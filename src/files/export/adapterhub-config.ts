import type { EncoderConfig } from '../../model/encoder-config.ts';
import { type Adapter, type Lora, type Method, type Site, sites, trainingPlan } from '../../model/methods.ts';
import { PythonFloat } from './python-json.ts';

/** A method as a configuration of AdapterHub's `adapters` 1.3: the content of `config` in adapter_config.json. */

/** Fields by the library's names; floats are marked. */
export type AdapterHubConfig = Record<string, unknown>;

/**
 * The reduction factor that the library's rule m = int(H // factor) turns back into m. H/m alone can lose a unit to
 * rounding; H/(m + 0.5) is half a unit away from the next.
 */
export const reductionFactor = (hidden: number, bottleneck: number): number =>
  hidden % bottleneck === 0 ? hidden / bottleneck : hidden / (bottleneck + 0.5);

/**
 * The configuration of a method, or null if the library has none (BitFit, head only, full fine-tuning). Sites that differ
 * by layer become a union of two configurations, one for each site.
 */
export function adapterHubConfig(method: Method, encoder: EncoderConfig): AdapterHubConfig | null {
  const { adapters, loras } = trainingPlan(method, encoder.layers);
  if (method.type === 'lora') return loraConfig(loras, method.alpha, encoder);
  const [first] = adapters;
  if (!first) return null;
  const at = (site: Site) => adapters.filter((adapter) => adapter.site === site);
  const shape = (site: Site) => JSON.stringify(at(site).map(({ layer, bottleneck }) => [layer, bottleneck]));
  const used = sites.filter((site) => at(site).length > 0);
  if (used.length === 1 || shape('attention') === shape('ffn'))
    return bottleneckConfig(at(used[0] ?? 'ffn'), used, encoder);
  return { architecture: 'union', configs: used.map((site) => bottleneckConfig(at(site), [site], encoder)) };
}

/** Layers of the encoder that have none of these. */
const layersWithout = (list: readonly { layer: number }[], { layers }: EncoderConfig) =>
  Array.from({ length: layers }, (_, layer) => layer).filter((layer) => !list.some((one) => one.layer === layer));

function bottleneckConfig(
  adapters: readonly Adapter[],
  used: readonly Site[],
  encoder: EncoderConfig,
): AdapterHubConfig {
  const [first] = adapters;
  const factors = adapters.map(({ layer, bottleneck }) => [String(layer), reductionFactor(encoder.hidden, bottleneck)]);
  const same = adapters.every(({ bottleneck }) => bottleneck === first?.bottleneck);
  // No architecture: the library knows bottleneck adapters by its absence.
  return {
    mh_adapter: used.includes('attention'),
    output_adapter: used.includes('ffn'),
    non_linearity: first?.activation,
    reduction_factor: same ? factors[0]?.[1] : { ...Object.fromEntries(factors), default: factors[0]?.[1] },
    original_ln_before: first?.placement === 'double-norm',
    original_ln_after: true,
    ln_before: false,
    ln_after: false,
    residual_before_ln: true,
    adapter_residual_before_ln: false,
    is_parallel: first?.placement === 'parallel',
    // An integer here is refused by the library.
    scaling: new PythonFloat(first?.scaling ?? 1),
    dropout: new PythonFloat(first?.dropout ?? 0),
    init_weights: 'mam_adapter',
    leave_out: layersWithout(adapters, encoder),
  };
}

function loraConfig(loras: readonly Lora[], alpha: number, encoder: EncoderConfig): AdapterHubConfig {
  const targets = new Set(loras.map(({ target }) => target));
  return {
    architecture: 'lora',
    selfattn_lora: true,
    intermediate_lora: false,
    output_lora: false,
    r: loras[0]?.rank,
    alpha,
    dropout: new PythonFloat(0),
    attn_matrices: [...targets].map((target) => ({ query: 'q', value: 'v' })[target]),
    composition_mode: 'add',
    init_weights: 'lora',
    use_gating: false,
    leave_out: layersWithout(loras, encoder),
  };
}
