import { z } from 'zod';
import { type FileSet, readJson } from '../../base/file-set.ts';
import { type Message, type MessageParts, msg } from '../../base/message.ts';
import { issuePath, issueWords, parseInput } from '../../base/zod-issues.ts';
import type { NamedTensors } from '../../engine/contract.ts';
import { type EncoderConfig, encoderFamilies } from '../../model/encoder-config.ts';
import { familyFacts } from '../../model/encoder-family.ts';
import { loraTargets } from '../../model/methods.ts';
import { moduleOf, peftPrefix } from '../export/peft.ts';
import { readFloat32Tensors } from '../formats/safetensors.ts';
import { readTorchFile } from '../formats/torch-file.ts';
import {
  checkFamily,
  checkRank,
  type FoundLora,
  ImportError,
  type ImportedAdapter,
  loraMethod,
  ownNameOf,
  readLinearHead,
  takeLoras,
} from './imported.ts';
import { refuseUnknown } from './known-keys.ts';

/** LoRA adapters that PEFT saved. */

const patterns = z.record(z.string(), z.number()).nullish();
/** Names of modules, or a pattern in Python's syntax. */
const names = z.union([z.string(), z.array(z.string())]).nullish();

const configSchema = z.looseObject({
  peft_type: z.string(),
  base_model_name_or_path: z.string().nullish(),
  revision: z.string().nullish(),
  auto_mapping: z.looseObject({ base_model_class: z.string().nullish() }).nullish(),
  r: z.number().int().positive().default(8),
  lora_alpha: z.number().positive().default(8),
  bias: z.string().default('none'),
  fan_in_fan_out: z.boolean().default(false),
  use_rslora: z.boolean().default(false),
  use_dora: z.boolean().default(false),
  lora_bias: z.boolean().default(false),
  rank_pattern: patterns,
  alpha_pattern: patterns,
  lora_dropout: z.number().default(0),
  init_lora_weights: z.union([z.boolean(), z.string()]).nullish(),
  target_modules: names,
  exclude_modules: names,
  layers_to_transform: z.union([z.number().int(), z.array(z.number().int())]).nullish(),
  modules_to_save: z.array(z.string()).nullish(),
});

/** Settings without effect on what a loaded adapter computes, whatever they say. */
const harmless = [
  'task_type',
  'peft_version',
  'inference_mode',
  // Names the list of layers that layers_to_transform counts in.
  'layers_pattern',
  // Initialisations, which their own init_lora_weights switches on.
  'loftq_config',
  'eva_config',
  'corda_config',
  'lora_ga_config',
  // Of Megatron's layers and of QALoRA, which their own settings switch on.
  'megatron_core',
  'qalora_group_size',
  // Whether loading spares memory.
  'runtime_config',
  // Of tied embeddings that train, which are refused.
  'ensure_weight_tying',
  // Of the library's first versions: whether eval() folds the adapter in.
  'merge_weights',
];

/** Initialisations of LoRA that do not change the base weights (peft/tuners/lora/layer.py). */
const harmlessStarts = ['gaussian', 'eva', 'orthogonal', 'mica'];

/** Heads of transformers' classifiers: they are left out, and change nothing below them. */
const heads = ['classifier', 'score', 'pre_classifier', 'pooler'];

const refuse = (what: MessageParts): never => {
  throw new ImportError(msg`This adapter uses ${what}, which this product does not compute.`);
};

const key = /^encoder\.layer\.(\d{1,3})\.attention\.self\.([a-z]+)\.lora_([AB])\.weight$/;
/** Heads that PEFT saves along with an adapter for sequence classification. */
const headKey = /^(classifier|score|pre_classifier|pooler)\./;

/** The tensors under their names in a bare BertModel, heads apart. @throws ImportError if another family's encoder has them */
function adapterTensors(files: FileSet, encoder: EncoderConfig): { tensors: NamedTensors; hasHead: boolean } {
  const safe = files.get('adapter_model.safetensors');
  const torch = files.get('adapter_model.bin');
  const raw = safe
    ? readFloat32Tensors(safe, 'adapter_model.safetensors')
    : torch && readTorchFile(torch, 'adapter_model.bin');
  if (!raw)
    throw new ImportError('The folder has neither adapter_model.safetensors nor adapter_model.bin.', 'incomplete');
  const named = [...raw].map(([name, tensor]) => [name.replace(peftPrefix, ''), tensor] as const);
  const adapter = named.filter(([name]) => !headKey.test(name.replace(/^(bert|roberta|distilbert)\./, '')));
  const tensors = new Map(adapter.map(([name, tensor]) => [ownNameOf(encoder, name), tensor]));
  return { tensors, hasHead: adapter.length < named.length };
}

function foundIn(tensors: NamedTensors): FoundLora {
  const places = new Map<string, FoundLora[number]>();
  for (const name of tensors.keys()) {
    const [, layer, matrix] = key.exec(name) ?? [];
    const target = loraTargets.find((one) => one === matrix);
    if (layer === undefined) refuse(msg`a tensor ${JSON.stringify(name.slice(0, 120))}`);
    if (!target) refuse(msg`LoRA at ${matrix}: here it stands at query and value`);
    else places.set(`${layer}.${target}`, { layer: Number(layer), target });
  }
  if (places.size === 0) throw new ImportError('The file of the adapter holds no LoRA matrices.', 'incomplete');
  return [...places.values()].sort(
    (a, b) => a.layer - b.layer || loraTargets.indexOf(a.target) - loraTargets.indexOf(b.target),
  );
}

type Config = z.infer<typeof configSchema>;

/** Refuses settings that would give other numbers under PEFT than here. @throws ImportError naming the setting */
function refuseUncomputed(c: Config): void {
  if (c.peft_type !== 'LORA') refuse(msg`PEFT's ${c.peft_type.slice(0, 40)}; LORA is supported`);
  if (c.use_dora) refuse(msg`DoRA (use_dora)`);
  if (c.fan_in_fan_out) refuse(msg`transposed weights (fan_in_fan_out)`);
  if (c.bias !== 'none' || c.lora_bias) refuse(msg`trained biases (bias, lora_bias)`);
  if (Object.keys(c.rank_pattern ?? {}).length > 0) refuse(msg`ranks that differ by layer (rank_pattern)`);
  if (Object.keys(c.alpha_pattern ?? {}).length > 0) refuse(msg`alphas that differ by layer (alpha_pattern)`);
  const start = c.init_lora_weights;
  if (typeof start === 'string' && !harmlessStarts.includes(start.toLowerCase()))
    throw new ImportError(
      msg`adapter_config.json: init_lora_weights is ${JSON.stringify(start.slice(0, 40))}: the weights of the encoder itself were changed when training began, which this product does not compute. Save it again with PEFT's path_initial_model_for_weight_conversion, which turns it into ordinary LoRA.`,
    );
  const saved = c.modules_to_save?.find((name) => !heads.includes(name.replace(/^.*\./, '')));
  if (saved !== undefined) refuse(msg`trained modules of the encoder (modules_to_save: ${saved.slice(0, 60)})`);
  refuseUnknown(c, Object.keys(configSchema.shape), harmless);
}

/**
 * PEFT makes no adapter where these settings name none, and ignores the tensors of one there. Patterns are taken to fit
 * the tensors, which PEFT saved by them.
 */
function checkPlaces(c: Config, found: FoundLora, { family }: EncoderConfig): void {
  const named = (list: string[], module: string) => list.some((name) => module === name || module.endsWith(`.${name}`));
  const layers = c.layers_to_transform ?? null;
  for (const place of found) {
    const module = moduleOf(family, place);
    const wrong =
      Array.isArray(c.target_modules) && !named(c.target_modules, module)
        ? 'target_modules'
        : Array.isArray(c.exclude_modules) && named(c.exclude_modules, module)
          ? 'exclude_modules'
          : layers !== null && ![layers].flat().includes(place.layer)
            ? 'layers_to_transform'
            : null;
    if (wrong)
      throw new ImportError(
        msg`adapter_config.json: by ${wrong} there is no adapter at ${module}, but the file has one there.`,
        'incomplete',
      );
  }
}

/**
 * Reads a folder that PEFT saved (LoRA).
 * @throws ImportError, FileSetError, SafetensorsError, PickleError saying why it cannot be used with this encoder
 */
export function importPeft(files: FileSet, encoder: EncoderConfig): ImportedAdapter {
  const parsed = parseInput(configSchema, readJson(files, 'adapter_config.json'));
  if (!parsed.success) {
    const issue = parsed.issues[0];
    throw new ImportError(msg`adapter_config.json: ${issuePath(issue)}: ${issueWords(issue)}.`, 'incomplete');
  }
  const c = parsed.data;
  refuseUncomputed(c);
  const baseClass = c.auto_mapping?.base_model_class;
  const family = encoderFamilies.find((one) => baseClass?.startsWith(familyFacts[one].baseClass.replace(/Model$/, '')));
  if (baseClass) checkFamily(family ?? baseClass, encoder);
  const { tensors, hasHead } = adapterTensors(files, encoder);
  const found = foundIn(tensors);
  checkPlaces(c, found, encoder);
  const nameOf = ({ layer, target }: FoundLora[number], matrix: string) =>
    `encoder.layer.${layer}.attention.self.${target}.${matrix}.weight`;
  const { rank, taken } = takeLoras(tensors, found, nameOf, encoder.hidden);
  checkRank(c.r, rank);
  // rsLoRA scales by alpha / sqrt(r) (Kalajdzievski 2023).
  const alpha = c.use_rslora ? c.lora_alpha * Math.sqrt(rank) : c.lora_alpha;
  const head = readLinearHead(files, encoder.hidden);
  const notes: Message[] = [];
  if (head.size === 0)
    notes.push(
      hasHead
        ? msg`The head was left out: ${msg`it has a layer of its own before it, which is not computed here.`} A new one must be trained.`
        : msg`The head was left out: ${msg`the files have none.`} A new one must be trained.`,
    );
  if (c.lora_dropout > 0) notes.push(msg`LoRA's dropout of ${c.lora_dropout} is not used when training goes on.`);
  const classes = head.values().next().value?.shape[0];
  return {
    format: 'peft',
    name: 'lora',
    method: loraMethod(found, rank, alpha, encoder),
    tensors: new Map([...taken, ...head]),
    labels: classes === undefined ? null : Array.from({ length: classes }, (_, i) => String(i)),
    pooling: null,
    maxLength: null,
    base: c.base_model_name_or_path ? c.base_model_name_or_path + (c.revision ? `@${c.revision}` : '') : null,
    notes,
  };
}
