import { z } from 'zod';
import { type FileSet, readJson } from '../../base/file-set.ts';
import { type Message, type MessageParts, msg } from '../../base/message.ts';
import { issueWords, parseInput } from '../../base/zod-issues.ts';
import type { NamedTensors } from '../../engine/contract.ts';
import type { EncoderConfig } from '../../model/encoder-config.ts';
import { familyFacts } from '../../model/encoder-family.ts';
import { type Adapter, type Site, sites } from '../../model/methods.ts';
import { ofKind, type TaskKind } from '../../model/task-kind.ts';
import { readFloat32Tensors } from '../formats/safetensors.ts';
import { readTorchFile } from '../formats/torch-file.ts';
import { type BottleneckSetting, type LoraSetting, readSettings } from './adapterhub-settings.ts';
import {
  bottleneckMethod,
  checkFamily,
  checkRank,
  type FoundLora,
  headTensors,
  ImportError,
  type ImportedAdapter,
  loraMethod,
  ownNameOf,
  readLinearHead,
  takeAdapters,
  takeLoras,
  tensorOf,
} from './imported.ts';
import { unknownSetting } from './known-keys.ts';

/** Adapters that AdapterHub's `adapters` saved. */

const fileSchema = z.looseObject({
  config: z.unknown(),
  name: z.string().max(1000).default('adapter'),
  hidden_size: z.number().nullish(),
  model_type: z.string().nullish(),
  model_name: z.string().nullish(),
  version: z.string().optional(),
  type: z.string().nullish(),
});

const headSchema = z.looseObject({
  name: z.string().nullish(),
  config: z.looseObject({
    head_type: z.string(),
    num_labels: z.number().int().min(1).max(100_000),
    layers: z.number().default(2),
    use_pooler: z.boolean().default(false),
    bias: z.boolean().default(true),
    label2id: z.record(z.string(), z.number().int().min(0)).nullish(),
  }),
});

/** Fragments of the names that the library gave before. */
const oldFragments = /\.(?:attention|layer)_text_(?:task|lang)_adapters\./;

/** Names of tensors by which adapters that this product does not support are recognised. */
const unsupportedSignatures: [RegExp, MessageParts][] = [
  [/invertible/, msg`an invertible adapter`],
  [/adapter_fusion|fusion_layer/, msg`AdapterFusion`],
  [/prefix_(tuning|gate)/, msg`prefix tuning`],
  [/prompt_tuning/, msg`prompt tuning`],
  [/phm_|\.W(_left|_right)?$|shared_parameters/, msg`PHM layers (Compacter)`],
  [/\.refts?\./, msg`ReFT`],
  [/adapter_norm|adapter_down\.1\./, msg`a LayerNorm of its own`],
  [/\.gate\./, msg`a gate`],
  [/\.scaling$/, msg`a learned scaling`],
];

/** The key as BertModel in this library names it. @throws ImportError if another family's encoder has it */
const canonical = (key: string, encoder: EncoderConfig) => ownNameOf(encoder, key.replace(oldFragments, '.adapters.'));

/** The tensors of a part, from safetensors or from the library's default `.bin`. */
function readPart(files: FileSet, safe: string, torch: string): NamedTensors | null {
  const safeBytes = files.get(safe);
  const torchBytes = files.get(torch);
  if (safeBytes) return readFloat32Tensors(safeBytes, safe);
  return torchBytes ? readTorchFile(torchBytes, torch) : null;
}

function refuseStrangers(keys: Iterable<string>): void {
  for (const key of keys) {
    const unsupportedSignature = unsupportedSignatures.find(([pattern]) => pattern.test(key));
    if (unsupportedSignature)
      throw new ImportError(
        msg`The adapter has ${unsupportedSignature[1]} (${key}), which this product does not compute.`,
      );
  }
}

const adapterKey =
  /^encoder\.layer\.(\d{1,3})\.(attention\.output|output)\.adapters\.([^.]+)\.adapter_(?:down\.0|up)\.(?:weight|bias)$/;
const loraKey = /^encoder\.layer\.(\d{1,3})\.attention\.self\.([a-z]+)\.loras\.([^.]+)\.lora_[AB]$/;
const sublayers: Record<Site, string> = { attention: 'attention.output', ffn: 'output' };

/** The layers and parts with adapters, by the names of the tensors, and the one adapter name in all of these. */
function survey(tensors: NamedTensors) {
  const places = new Map<string, { layer: number; part: string }>();
  const names = new Set<string>();
  for (const key of tensors.keys()) {
    const [, layer, part, name] = adapterKey.exec(key) ?? loraKey.exec(key) ?? [];
    if (layer === undefined || part === undefined || name === undefined)
      throw new ImportError(
        msg`Tensor ${key} belongs to no adapter of this kind of encoder. Was it trained on another kind of model?`,
        'other-encoder',
      );
    names.add(name);
    places.set(`${layer}.${part}`, { layer: Number(layer), part });
  }
  const [name, second] = names;
  if (name === undefined) throw new ImportError('The file of the adapter holds no tensors.', 'incomplete');
  if (second !== undefined)
    throw new ImportError(msg`The file holds two adapters, ${name} and ${second}; one is needed.`);
  return { name, places: [...places.values()].sort((a, b) => a.layer - b.layer) };
}

/** The layers and parts at which the configuration puts adapters, for all layers of this encoder. */
function expectedPlaces<Part extends string>(
  settings: readonly { parts: readonly Part[]; leaveOut: readonly number[] }[],
  layers: number,
): { layer: number; part: Part }[] {
  return Array.from({ length: layers }, (_, layer) => layer).flatMap((layer) =>
    settings.flatMap(({ parts, leaveOut }) => (leaveOut.includes(layer) ? [] : parts.map((part) => ({ layer, part })))),
  );
}

function comparePlaces(expected: { layer: number; part: string }[], found: { layer: number; part: string }[]): void {
  const text = ({ layer, part }: { layer: number; part: string }) => `${layer} ${part}`;
  const [wanted, there] = [expected.map(text), found.map(text)];
  const missing = expected.find((place) => !there.includes(text(place)));
  if (missing)
    throw new ImportError(
      msg`The configuration puts an adapter at layer ${missing.layer + 1} ${missing.part}, but the file has none there. Was it trained on an encoder of fewer layers?`,
      'other-encoder',
    );
  const extra = found.find((place) => !wanted.includes(text(place)));
  if (extra)
    throw new ImportError(
      msg`The file has an adapter at layer ${extra.layer + 1} ${extra.part}, but the configuration puts none there, or this encoder has no such layer.`,
      'other-encoder',
    );
  if (new Set(wanted).size < wanted.length) throw new ImportError('The configuration puts two adapters at one place.');
}

function readBottlenecks(settings: BottleneckSetting[], tensors: NamedTensors, encoder: EncoderConfig) {
  const [first] = settings;
  if (!first) throw new ImportError('The configuration is empty.');
  if (settings.some(({ adapter }) => JSON.stringify(adapter) !== JSON.stringify(first.adapter)))
    throw new ImportError('Its sites differ in activation, placement or scaling; one kind for all is needed.');
  const { name, places } = survey(tensors);
  const parts = settings.map((setting) => ({ ...setting, parts: setting.sites.map((site) => sublayers[site]) }));
  comparePlaces(expectedPlaces(parts, encoder.layers), places);
  const siteOf = (part: string) => sites.find((site) => sublayers[site] === part) ?? 'ffn';
  const stem = ({ layer, site }: Pick<Adapter, 'layer' | 'site'>) =>
    `encoder.layer.${layer}.${sublayers[site]}.adapters.${name}`;
  const standing = places.map(({ layer, part }) => ({ layer, site: siteOf(part) }));
  const { found, taken } = takeAdapters(tensors, standing, stem, encoder.hidden);
  return { method: bottleneckMethod(found, first.adapter, encoder), taken };
}

function readLoras([setting, second]: LoraSetting[], tensors: NamedTensors, encoder: EncoderConfig) {
  if (!setting || second) throw new ImportError('The configuration holds several LoRA settings; one is needed.');
  const { name, places } = survey(tensors);
  comparePlaces(expectedPlaces([{ parts: setting.targets, leaveOut: setting.leaveOut }], encoder.layers), places);
  const found: FoundLora = places.map(({ layer, part }) => ({ layer, target: part === 'query' ? 'query' : 'value' }));
  const nameOf = ({ layer, target }: FoundLora[number], matrix: string) =>
    `encoder.layer.${layer}.attention.self.${target}.loras.${name}.${matrix}`;
  const { rank, taken } = takeLoras(tensors, found, nameOf, encoder.hidden);
  checkRank(setting.rank, rank);
  return { method: loraMethod(found, rank, setting.alpha ?? rank, encoder), taken };
}

interface ImportedHead {
  kind?: TaskKind;
  tensors: NamedTensors;
  labels: string[] | null;
  note: Message | null;
}

/** Settings of a head that act between several layers, only in training, or not at all. */
const harmlessOfHead = ['activation_function', 'dropout_prob', 'id2label'];

const withoutHead = (reason: MessageParts): ImportedHead => ({
  tensors: new Map(),
  labels: null,
  note: msg`The head was left out: ${reason} A new one must be trained.`,
});

/** The library's types of heads that are computed here. A classification head of one output says a number. */
const kinds: Readonly<Record<string, TaskKind>> = {
  classification: 'single-label',
  multilabel_classification: 'multi-label',
  tagging: 'token',
};

/** The head, if it is one linear layer; else the reason why it was left out. */
function readHead(files: FileSet, hidden: number): ImportedHead {
  const linear = readLinearHead(files, hidden);
  const classes = linear.values().next().value?.shape[0];
  // head.json has their names.
  if (classes !== undefined) return { tensors: linear, labels: labelsOf(null, classes), note: null };
  if (!files.has('head_config.json')) return withoutHead(msg`the files have none.`);
  const parsed = headSchema.safeParse(readJson(files, 'head_config.json'));
  if (!parsed.success) return withoutHead(msg`head_config.json is not of a prediction head.`);
  const { config } = parsed.data;
  const kind =
    config.head_type === 'classification' && config.num_labels === 1 ? 'regression' : kinds[config.head_type];
  if (!kind) return withoutHead(msg`it is of type ${config.head_type.slice(0, 40)}.`);
  if (config.layers !== 1) return withoutHead(msg`it has ${config.layers} layers; one is computed here.`);
  if (config.use_pooler) return withoutHead(msg`it reads BERT's pooler, which is not computed here.`);
  if (config.num_labels < 2 && kind !== 'regression')
    return withoutHead(msg`it has one output; classes need two at least.`);
  const unknown = unknownSetting(config, Object.keys(headSchema.shape.config.shape), harmlessOfHead);
  if (unknown !== null) return withoutHead(msg`head_config.json sets ${unknown}, which is not computed here.`);
  const tensors = readPart(files, 'model_head.safetensors', 'pytorch_model_head.bin');
  if (!tensors) return withoutHead(msg`its weights are missing.`);
  const weightName = [...tensors.keys()].find((key) => /^heads\.[^.]+\.1\.weight$/.test(key)) ?? 'heads.1.weight';
  const weight = tensorOf(tensors, weightName, [config.num_labels, hidden], msg`The head's ${weightName}`);
  const biasName = weightName.replace(/weight$/, 'bias');
  const bias = config.bias
    ? tensorOf(tensors, biasName, [config.num_labels], msg`The head's ${biasName}`)
    : { shape: [config.num_labels], data: new Float32Array(config.num_labels) };
  const labels = kind === 'regression' ? [] : labelsOf(config.label2id, config.num_labels);
  return { ...ofKind(kind), tensors: headTensors(weight, bias), labels, note: null };
}

/** Class names in the order of their numbers; numbers themselves where the file has no full list. */
function labelsOf(label2id: Record<string, number> | null | undefined, count: number): string[] {
  const names = new Map(Object.entries(label2id ?? {}).map(([label, id]) => [id, label]));
  return Array.from({ length: count }, (_, id) => names.get(id) ?? String(id));
}

/** Task adapters of the library's first years name an invertible adapter that they do not have. */
const withoutUnused = (config: unknown) =>
  typeof config === 'object' && config !== null ? { ...config, inv_adapter: null } : config;

/**
 * Reads a folder that AdapterHub saved.
 * @throws ImportError, FileSetError, SafetensorsError, PickleError saying why it cannot be used with this encoder
 */
export function importAdapterHub(files: FileSet, encoder: EncoderConfig): ImportedAdapter {
  const parsed = parseInput(fileSchema, readJson(files, 'adapter_config.json'));
  if (!parsed.success) throw new ImportError(msg`adapter_config.json: ${issueWords(parsed.issues[0])}.`, 'incomplete');
  const { config, name, hidden_size, model_type, model_name, version, type } = parsed.data;
  checkFamily(model_type, encoder, familyFacts[encoder.family].adapterType);
  if (hidden_size && hidden_size !== encoder.hidden)
    throw new ImportError(
      msg`The adapter's encoder has hidden size ${hidden_size}, this one ${encoder.hidden}. Load the encoder that it was trained on.`,
      'other-encoder',
    );
  const raw = readPart(files, 'adapter.safetensors', 'pytorch_adapter.bin');
  if (!raw) throw new ImportError('The folder has neither adapter.safetensors nor pytorch_adapter.bin.', 'incomplete');
  const settings = readSettings(type === 'text_task' ? withoutUnused(config) : config, version);
  refuseStrangers(raw.keys());
  const tensors: NamedTensors = new Map([...raw].map(([key, tensor]) => [canonical(key, encoder), tensor]));
  const bottlenecks = settings.filter((setting) => setting.kind === 'bottleneck');
  const loras = settings.filter((setting) => setting.kind === 'lora');
  if (bottlenecks.length > 0 && loras.length > 0)
    throw new ImportError('It joins bottleneck adapters and LoRA; this product computes one of them at a time.');
  const { method, taken } =
    loras.length > 0 ? readLoras(loras, tensors, encoder) : readBottlenecks(bottlenecks, tensors, encoder);
  const head = readHead(files, encoder.hidden);
  return {
    format: 'adapterhub',
    name,
    method,
    tensors: new Map([...taken, ...head.tensors]),
    labels: head.labels,
    ...(head.kind ? { kind: head.kind } : {}),
    pooling: head.labels ? 'cls' : null,
    maxLength: null,
    base: model_name ?? null,
    notes: head.note ? [head.note] : [],
  };
}
