import type { NamedTensors } from '../engine/contract.ts';
import { type Adapter, headOnlyPlan, type Site, type SiteKey, siteKey } from '../model/methods.ts';
import { adapterStem, tensorPart } from '../model/tensor-names.ts';
import { type AdapterTrace, type Model, type Tokens, traceSentence } from './forward.ts';

/** Results of inspecting a model, as plain data for the page. */

/** An adapter's effect on the sentence, and the size of its gradients in the last batch. */
export interface SiteEffect {
  layer: number;
  site: Site;
  /** Norm of the adapter's output over its input's, over all tokens. */
  effect: number;
  /** Norm of its gradients in the last training batch; null before the first. */
  gradient: number | null;
}

/** One token on its way through one adapter. */
export interface AdapterNumbers {
  layer: number;
  site: Site;
  token: string;
  /** (H) */
  input: number[];
  /** (M) */
  down: number[];
  /** (M) */
  active: number[];
  /** (H) */
  output: number[];
  /** Gradients of the last training batch, by parameter: their norm and first values. */
  gradients: { name: string; norm: number; values: number[] }[];
}

export interface Inspection {
  text: string;
  tokens: string[];
  sites: SiteEffect[];
  heads: number;
  /** Attention of each layer with the run's adapters, and of the frozen encoder. (A, T, T) */
  attention: { adapted: number[][]; base: number[][] };
  numbers: AdapterNumbers | null;
}

const norm = (values: ArrayLike<number>) =>
  Math.sqrt(Array.from(values).reduce((sum, value) => sum + value * value, 0));

/** Gradient tensors of one adapter. */
const gradientsOf = (gradients: NamedTensors, adapter: Pick<Adapter, 'layer' | 'site'>) =>
  [...gradients].filter(([name]) => name.startsWith(`${adapterStem(adapter)}.`));

/** Norm of each adapter's gradients, by its site. */
export const gradientNorms = (gradients: NamedTensors, adapters: readonly Adapter[]): Record<SiteKey, number> =>
  Object.fromEntries(
    adapters.map((adapter) => [
      siteKey(adapter.layer, adapter.site),
      norm(gradientsOf(gradients, adapter).map(([, { data }]) => norm(data))),
    ]),
  );

/** How much each adapter adds to its input over a sentence, by its site. */
export const siteEffects = (model: Model, sentence: Tokens): Record<SiteKey, number> =>
  Object.fromEntries(
    traceSentence(model, sentence).adapters.map((adapter) => [siteKey(adapter.layer, adapter.site), effectOf(adapter)]),
  );

/** Norm of an adapter's output over its input's. */
const effectOf = ({ input, output }: Pick<AdapterTrace, 'input' | 'output'>) => norm(output) / norm(input);

/** Most values of a gradient that are listed. */
const maxValues = 8;

/**
 * Inspects the model on one sentence.
 * @param gradients of the last training batch, or null before the first
 * @param at the adapter whose numbers are returned; the first if there is none there
 */
export function inspectSentence(
  model: Model,
  sentence: Tokens & { text: string; tokens: readonly string[] },
  gradients: NamedTensors | null,
  at: { layer: number; site: Site; token: number },
): Inspection {
  const { config, plan } = model;
  const adapted = traceSentence(model, sentence);
  const base = traceSentence({ ...model, plan: headOnlyPlan, trained: headOf(model) }, sentence);
  const norms = gradients && gradientNorms(gradients, plan.adapters);
  const chosen =
    adapted.adapters.find(({ layer, site }) => layer === at.layer && site === at.site) ?? adapted.adapters[0];
  const token = Math.min(at.token, sentence.tokens.length - 1);
  const row = (values: Float64Array) => {
    const width = values.length / sentence.ids.length;
    return [...values.subarray(token * width, (token + 1) * width)];
  };
  return {
    text: sentence.text,
    tokens: [...sentence.tokens],
    heads: config.heads,
    sites: adapted.adapters.map((adapter) => ({
      layer: adapter.layer,
      site: adapter.site,
      effect: effectOf(adapter),
      gradient: norms?.[siteKey(adapter.layer, adapter.site)] ?? null,
    })),
    attention: {
      adapted: adapted.attention.map((layer) => [...layer]),
      base: base.attention.map((layer) => [...layer]),
    },
    numbers: chosen
      ? {
          layer: chosen.layer,
          site: chosen.site,
          token: sentence.tokens[token] ?? '',
          input: row(chosen.input),
          down: row(chosen.down),
          active: row(chosen.active),
          output: row(chosen.output),
          gradients: (gradients ? gradientsOf(gradients, chosen) : []).map(([name, { data }]) => ({
            name: name.slice(adapterStem(chosen).length + 1),
            norm: norm(data),
            values: [...data.subarray(0, maxValues)],
          })),
        }
      : null,
  };
}

/** The run's head alone: the frozen encoder needs one to be traced, whatever its logits are. */
const headOf = ({ trained }: Model): NamedTensors =>
  new Map([...trained].filter(([name]) => tensorPart(name) === 'head'));
