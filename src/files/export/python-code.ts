import type { EncoderConfig } from '../../model/encoder-config.ts';
import { familyFacts, hasAdapterHeads } from '../../model/encoder-family.ts';
import { isPair, type Run, rowLength } from '../../training/run.ts';
import { type EncoderSource, encoderSource } from '../encoder-source.ts';
import type { AdapterHubConfig } from './adapterhub-config.ts';
import { PythonFloat } from './python-json.ts';

/** Values and calls as Python source. */

/** A Python literal: JSON with Python's keywords, floats distinct from integers. */
export function pythonLiteral(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (value instanceof PythonFloat) return Number.isInteger(value.value) ? value.value.toFixed(1) : String(value.value);
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(', ')}]`;
  if (typeof value === 'object')
    return `{${Object.entries(value)
      .map(([key, entry]) => `${JSON.stringify(key)}: ${pythonLiteral(entry)}`)
      .join(', ')}}`;
  return JSON.stringify(value);
}

/** Architecture of a configuration that names none. */
const bottleneck = 'bottleneck';

/** The class of `adapters` for each architecture of a configuration. */
const classes: Record<string, string> = { bottleneck: 'BnConfig', lora: 'LoRAConfig' };

/** The library's defaults, which need not be written. */
const defaults: Record<string, Record<string, unknown>> = {
  bottleneck: {
    original_ln_before: false,
    original_ln_after: true,
    ln_before: false,
    ln_after: false,
    residual_before_ln: true,
    adapter_residual_before_ln: false,
    is_parallel: false,
  },
  lora: {
    selfattn_lora: true,
    intermediate_lora: false,
    output_lora: false,
    composition_mode: 'add',
    init_weights: 'lora',
    use_gating: false,
  },
};

/** A configuration as the call that makes it: `BnConfig(mh_adapter=True, ...)`. */
export function configCall(config: AdapterHubConfig): string {
  const { architecture = bottleneck, configs, ...fields } = config;
  if (architecture === 'union' && Array.isArray(configs)) return `ConfigUnion(${configs.map(configCall).join(', ')})`;
  const usual = defaults[String(architecture)] ?? {};
  const msg = Object.entries(fields).filter(
    ([key, value]) => usual[key] !== value && !(key === 'leave_out' && Array.isArray(value) && value.length === 0),
  );
  return `${classes[String(architecture)]}(${msg.map(([key, value]) => `${key}=${pythonLiteral(value)}`).join(', ')})`;
}

/** The classes that a configuration's call needs. */
export function configClasses({ architecture = bottleneck, configs }: AdapterHubConfig): string[] {
  if (architecture === 'union' && Array.isArray(configs))
    return [...new Set(['ConfigUnion', ...configs.flatMap(configClasses)])];
  return [classes[String(architecture)] ?? ''];
}

/** The class that loads an encoder of this family into AdapterHub's library, which has none for CamemBERT. */
const adapterModelClass = ({ family }: EncoderConfig): string =>
  hasAdapterHeads(family) && familyFacts[family].adapterType === family
    ? 'AutoAdapterModel'
    : familyFacts[family].adapterClass;

/** The call that loads an encoder into AdapterHub's library. CamemBERT computes as RoBERTa does, and must be called so there. */
const adapterModelCall = (run: Run, encoder: EncoderConfig, rest = ''): string => {
  const { adapterType } = familyFacts[encoder.family];
  const named = adapterType === encoder.family ? '' : `, model_type=${pythonLiteral(adapterType)}`;
  return fromBase(adapterModelClass(encoder), run, named + rest);
};

/**
 * Lines that load an encoder as `model`, into which AdapterHub's library can put adapters. ModernBERT is changed into one where
 * it stands: the library has no class of its own for it.
 */
export function adapterModelLines(run: Run, encoder: EncoderConfig, rest = ''): string[] {
  if (hasAdapterHeads(encoder.family)) return [`model = ${adapterModelCall(run, encoder, rest)}`];
  return [
    `model = ${fromBase(adapterModelClass(encoder), run, rest)}.float()`,
    'adapters.init(model)',
    '# adapters 1.3.0 gives Wqkv, which has no bias, a random one: without this line the base itself is changed.',
    'for l in model.layers: l.attn.Wqkv.bias = None',
  ];
}

/** Imports that these lines and a configuration's classes need; of transformers also what else is named. */
export function adapterImports(
  encoder: EncoderConfig,
  classes: readonly string[],
  others: readonly string[],
): string[] {
  const own = adapterModelClass(encoder);
  const from = (library: string, names: readonly string[]) =>
    names.length > 0 ? [`from ${library} import ${names.join(', ')}`] : [];
  if (hasAdapterHeads(encoder.family)) return [...from('adapters', [own, ...classes]), ...from('transformers', others)];
  return ['import adapters', ...from('adapters', classes), ...from('transformers', [own, ...others])];
}

/** `base = ...`, with the note for the person who runs the code. */
export function baseLine({ base, note }: EncoderSource): string {
  return `base = ${pythonLiteral(base)}  # ${note}`;
}

/** The call that loads something from `base`, at the revision that the run names. */
export const fromBase = (what: string, run: Run, rest = ''): string => {
  const { revision } = encoderSource(run.model);
  return `${what}.from_pretrained(base${revision === null ? '' : `, revision=${pythonLiteral(revision)}`}${rest})`;
};

/** Lines that round a loaded encoder, `model`, as the run's frozen weights are; none where they stay as they are. */
export function roundingLines({ frozenBits }: Run): string[] {
  if (frozenBits === 32) return [];
  const rounding =
    frozenBits === 16
      ? ['            p.copy_(p.half().float())']
      : [
          '            scale = p.abs().amax(1, keepdim=True) / 127',
          '            p.copy_((p / scale.where(scale > 0, 1)).round().clamp(-127, 127) * scale)',
        ];
  return [
    `# The run's base: every matrix rounded to ${frozenBits} bits${frozenBits === 8 ? ', row by row' : ''}. On other weights the adapter answers otherwise.`,
    'with torch.no_grad():',
    '    for p in model.parameters():',
    '        if p.ndim == 2:',
    ...rounding,
  ];
}

/**
 * Arguments after the texts in a call of the tokenizer. Token types go along where they tell two texts apart; else all are 0,
 * which models assume anyway.
 */
export const tokenizerOptions = (run: Run, encoder: EncoderConfig): string[] => [
  `truncation=True, padding=True, return_token_type_ids=${isPair(run) && encoder.tokenTypes > 1 ? 'True' : 'False'},`,
  `max_length=${rowLength(run, encoder)}, return_tensors="pt")`,
];

/** Lines that turn `states` (B, T, H) into `pooled` (B, H). */
export const poolingLines = ({ pooling }: Run, indent: string): string[] =>
  (pooling === 'cls'
    ? ['pooled = states[:, 0]']
    : ['weights = enc["attention_mask"][..., None].float()', 'pooled = (states * weights).sum(1) / weights.sum(1)']
  ).map((line) => indent + line);
