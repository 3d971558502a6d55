import { type FileSet, utf8 } from '../../base/file-set.ts';
import { msg } from '../../base/message.ts';
import type { NamedTensors } from '../../engine/contract.ts';
import type { EncoderConfig } from '../../model/encoder-config.ts';
import { familyFacts, familyName, hasAdapterHeads } from '../../model/encoder-family.ts';
import { ofKind } from '../../model/task-kind.ts';
import { adapterName, headBias, headWeight } from '../../model/tensor-names.ts';
import { kindOf } from '../../training/run.ts';
import { encoderSource } from '../encoder-source.ts';
import { writeSafetensors } from '../formats/safetensors.ts';
import { adapterHubConfig } from './adapterhub-config.ts';
import { headConfig } from './heads.ts';
import { adapterHubCard } from './model-card.ts';
import { pythonJson } from './python-json.ts';
import { ExportError, headFile, linearHead, linearHeadFile, moduleName, type Trained } from './trained.ts';

/** The version whose rules these files follow; without it the library reads `gelu` as the tanh form. */
const version = 'adapters.1.3.0';

/** Tensors as the library names them in this family's models, which have no prefix where they are the encoder alone, under another adapter's name. */
const renamed = (tensors: NamedTensors, name: string, { family }: EncoderConfig): NamedTensors =>
  new Map(
    [...tensors].map(([key, tensor]) => [
      (hasAdapterHeads(family) ? familyName(family, key) : familyName(family, key).replace(/^\w+\./, ''))
        .replace(`.adapters.${adapterName}.`, `.adapters.${name}.`)
        .replace(`.loras.${adapterName}.`, `.loras.${name}.`)
        .replace(`heads.${adapterName}.`, `heads.${name}.`),
      tensor,
    ]),
  );

const isHead = (key: string) => key === headWeight || key === headBias;

/**
 * A folder that AdapterHub's `load_adapter(folder, with_head=True, use_safetensors=True)` reads: bottleneck adapters and
 * LoRA. Mean pooling is beyond the library's heads, and ModernBERT has none there: then the folder's README holds the lines
 * that apply the head.
 * @throws ExportError for a method that adds no adapter
 */
export function adapterHubFolder(trained: Trained): FileSet {
  const { run, encoder, tensors } = trained;
  const config = adapterHubConfig(run.method, encoder);
  if (!config)
    throw new ExportError(msg`AdapterHub has no format for ${run.method.type}. Export plain safetensors instead.`);
  const name = moduleName(run.name);
  const { adapterClass, adapterType } = familyFacts[encoder.family];
  const about = {
    hidden_size: encoder.hidden,
    model_class: adapterClass,
    model_name: encoderSource(run.model).base,
    model_type: adapterType,
    name,
    version,
  };
  const part = (wanted: boolean) =>
    renamed(new Map([...tensors].filter(([key]) => isHead(key) === wanted)), name, encoder);
  return new Map([
    ['adapter_config.json', utf8(`${pythonJson({ ...about, config })}\n`)],
    ['adapter.safetensors', writeSafetensors(part(false))],
    ...(hasAdapterHeads(encoder.family)
      ? ([
          ['head_config.json', utf8(`${pythonJson({ ...about, config: headConfig(trained) })}\n`)],
          ['model_head.safetensors', writeSafetensors(part(true))],
        ] as const)
      : ([[linearHeadFile, writeSafetensors(linearHead(tensors))]] as const)),
    [headFile, headJson(trained)],
    ['run.json', utf8(`${JSON.stringify(run, null, 2)}\n`)],
    ['README.md', utf8(adapterHubCard(trained))],
  ]);
}

/** head.json: facts about a head that the formats themselves do not hold, and the family of the encoder below it. */
export function headJson({ run, labels, encoder }: Trained): Uint8Array {
  const { pooling, training } = run;
  const kind = kindOf(run);
  const head = {
    ...ofKind(kind),
    labels,
    pooling,
    maxLength: training.maxLength,
    modelType: encoder.family,
  };
  return utf8(`${JSON.stringify(head, null, 2)}\n`);
}
