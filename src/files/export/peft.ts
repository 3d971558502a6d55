import { type FileSet, utf8 } from '../../base/file-set.ts';
import { msg } from '../../base/message.ts';
import type { NamedTensors } from '../../engine/contract.ts';
import type { EncoderFamily } from '../../model/encoder-config.ts';
import { familyName } from '../../model/encoder-family.ts';
import { type Lora, loraTargets, trainingPlan } from '../../model/methods.ts';
import { loraStem } from '../../model/tensor-names.ts';
import { encoderSource } from '../encoder-source.ts';
import { writeSafetensors } from '../formats/safetensors.ts';
import { headJson } from './adapterhub.ts';
import { peftCard } from './model-card.ts';
import { PythonFloat, pythonJson } from './python-json.ts';
import { ExportError, headFile, linearHead, linearHeadFile, type Trained } from './trained.ts';

/** PEFT's own prefix in front of the names of a bare encoder. */
export const peftPrefix = 'base_model.model.';

/** The name of a projection among the modules of a bare encoder: `encoder.layer.0.attention.self.query`. */
export const moduleOf = (family: EncoderFamily, lora: Pick<Lora, 'layer' | 'target'>): string =>
  familyName(family, `bert.encoder.layer.${lora.layer}.attention.self.${lora.target}.`).replace(/^\w+\.|\.$/g, '');

/**
 * A folder that `PeftModel.from_pretrained(encoder, folder)` reads (LoRA). The task type is FEATURE_EXTRACTION: PEFT's
 * sequence classification would put BERT's pooler in front of the head. The head is saved beside it, and the folder's
 * README holds the lines that apply it.
 * @throws ExportError for every method but LoRA
 */
export function peftFolder(trained: Trained): FileSet {
  const { run, encoder, tensors } = trained;
  const { method } = run;
  if (method.type !== 'lora')
    throw new ExportError(
      msg`PEFT has no format for ${method.type}. Export an AdapterHub folder or plain safetensors.`,
    );
  const { loras } = trainingPlan(method, encoder.layers);
  const layers = [...new Set(loras.map(({ layer }) => layer))];
  const { base, revision } = encoderSource(run.model);
  const targets = loraTargets.filter((target) => loras.some((lora) => lora.target === target));
  const config = {
    base_model_name_or_path: base,
    ...(revision === null ? {} : { revision }),
    bias: 'none',
    inference_mode: true,
    ...(layers.length < encoder.layers ? { layers_pattern: 'layer', layers_to_transform: layers } : {}),
    lora_alpha: Number.isInteger(method.alpha) ? method.alpha : new PythonFloat(method.alpha),
    peft_type: 'LORA',
    r: method.rank,
    target_modules: targets.map((target) => moduleOf(encoder.family, { layer: 0, target }).replace(/^.*\./, '')),
    task_type: 'FEATURE_EXTRACTION',
  };
  const take = (key: string) => {
    const tensor = tensors.get(key);
    if (!tensor) throw new ExportError(msg`${key} is not among the trained tensors.`);
    return tensor;
  };
  const adapter: NamedTensors = new Map(
    loras.flatMap((lora) => {
      const to = `${peftPrefix}${moduleOf(encoder.family, lora)}`;
      return ['lora_A', 'lora_B'].map(
        (matrix) => [`${to}.${matrix}.weight`, take(`${loraStem(lora)}.${matrix}`)] as const,
      );
    }),
  );
  return new Map([
    ['adapter_config.json', utf8(`${pythonJson(config)}\n`)],
    ['adapter_model.safetensors', writeSafetensors(adapter)],
    [linearHeadFile, writeSafetensors(linearHead(tensors))],
    [headFile, headJson(trained)],
    ['run.json', utf8(`${JSON.stringify(run, null, 2)}\n`)],
    ['README.md', utf8(peftCard(trained))],
  ]);
}
