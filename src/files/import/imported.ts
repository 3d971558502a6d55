import type { FileSet } from '../../base/file-set.ts';
import { type Message, msg, partOf, UserError } from '../../base/message.ts';
import { issuePath, issueWords, joined, parseInput } from '../../base/zod-issues.ts';
import type { NamedTensors } from '../../engine/contract.ts';
import type { EncoderConfig } from '../../model/encoder-config.ts';
import { ownName } from '../../model/encoder-family.ts';
import {
  type Adapter,
  checkPlan,
  type Method,
  MethodError,
  methodSchema,
  type Placement,
  type Site,
  siteKey,
  sites,
  trainingPlan,
} from '../../model/methods.ts';
import type { Activation, Pooling } from '../../model/shapes.ts';
import type { TaskKind } from '../../model/task-kind.ts';
import { adapterStem, headBias, headWeight, loraTensors } from '../../model/tensor-names.ts';
import type { Run } from '../../training/run.ts';
import { linearHeadFile } from '../export/trained.ts';
import { readFloat32Tensors } from '../formats/safetensors.ts';

/** An adapter that was trained elsewhere, in this project's words. */
export interface ImportedAdapter {
  format: 'adapterhub' | 'peft' | 'plain';
  name: string;
  method: Method;
  /** Tensors under this project's names; the head's two only if the file has a head that fits. */
  tensors: NamedTensors;
  /** Class names of the head, none where it says a number; null without a head. */
  labels: string[] | null;
  /** What the head is for; absent: one class a row, or not known. */
  kind?: TaskKind | undefined;
  /** How the head pools; null where the files do not say. */
  pooling: Pooling | null;
  /** Tokens a row that it was trained on; null where the files do not say. */
  maxLength: number | null;
  /** The encoder that it was trained on, as the files name it; null where they do not say. */
  base: string | null;
  /** Messages on what was left out or cannot be checked. */
  notes: Message[];
}

/** An adapter with the run file beside it. */
export interface ImportedFolder extends ImportedAdapter {
  /** Null where there is none, or none that this version reads. */
  run: Run | null;
}

/** Why an adapter cannot be used: it has parts that are not computed here, belongs to another encoder, or is not whole. */
type ImportReason = 'unsupported' | 'other-encoder' | 'incomplete';

/** An adapter that cannot be used here. The message says why. */
export class ImportError extends UserError {
  override name = 'ImportError';
  readonly reason: ImportReason;

  constructor(words: Message, reason: ImportReason = 'unsupported') {
    super(words);
    this.reason = reason;
  }
}

export type Tensor = { shape: number[]; data: Float32Array };

/**
 * The tensor of a name, in the shape it must have.
 * @param shape an axis of null may be of any length
 * @throws ImportError
 */
export function tensorOf(
  tensors: NamedTensors,
  name: string,
  shape: readonly (number | null)[],
  what: Message,
): Tensor {
  const tensor = tensors.get(name);
  if (!tensor)
    throw new ImportError(msg`${what} is missing: the library would load it with random weights.`, 'incomplete');
  const axes = shape.map((n) => (n === null ? msg`any` : String(n)));
  if (tensor.shape.length !== shape.length || shape.some((n, axis) => n !== null && n !== tensor.shape[axis]))
    throw new ImportError(
      msg`${what} is (${tensor.shape.join(', ')}); (${joined(axes, (before, next) => msg`${before}, ${next}`)}) is needed. It was trained on another encoder.`,
      'other-encoder',
    );
  if (!tensor.data.every(Number.isFinite))
    throw new ImportError(msg`${what} holds values that are no numbers.`, 'incomplete');
  return tensor;
}

/** The tensor's name in BertModel, which this project's names begin with. @throws ImportError if another family's encoder has it */
export function ownNameOf({ family }: EncoderConfig, name: string): string {
  const own = ownName(family, name);
  if (own === null)
    throw new ImportError(
      msg`Tensor ${name} belongs to another family of encoders than ${family}, which is loaded. Load the encoder that it was trained on.`,
      'other-encoder',
    );
  return own;
}

/** @throws ImportError where a file names another family than that of the encoder */
export function checkFamily(
  modelType: string | null | undefined,
  { family }: EncoderConfig,
  same: string = family,
): void {
  if (modelType && modelType !== same)
    throw new ImportError(
      msg`The adapter was trained on an encoder of type ${modelType.slice(0, 40)}; the one that is loaded is of type ${family}. Load the encoder that it was trained on.`,
      'other-encoder',
    );
}

/** @throws ImportError where the configuration's rank, which scales the adapter, is not that of its matrices */
export function checkRank(configured: number, rank: number): void {
  if (configured !== rank)
    throw new ImportError(
      msg`adapter_config.json: r is ${configured}, but the adapter's matrices have rank ${rank}.`,
      'incomplete',
    );
}

/** How an adapter computes, at whatever site. */
export interface AdapterKind {
  placement: Placement;
  activation: Activation;
  scaling: number;
  dropout: number;
}

/** Sites and bottlenecks of the adapters that were found. */
export type Found = Pick<Adapter, 'layer' | 'site' | 'bottleneck'>[];

const validMethod = (method: unknown, encoder: EncoderConfig): Method => {
  const parsed = parseInput(methodSchema, method);
  if (!parsed.success) {
    const issue = parsed.issues[0];
    throw new ImportError(msg`The adapter's ${issuePath(issue)} cannot be used here: ${issueWords(issue)}.`);
  }
  try {
    checkPlan(trainingPlan(parsed.data, encoder.layers), encoder);
  } catch (error) {
    if (error instanceof MethodError)
      throw new ImportError(msg`It was trained on another encoder: ${partOf(error)}`, 'other-encoder');
    throw error;
  }
  return parsed.data;
};

/** 'all', or the layers in question. */
const layersOf = (list: readonly { layer: number }[], { layers }: EncoderConfig): 'all' | number[] => {
  const used = [...new Set(list.map(({ layer }) => layer))].sort((a, b) => a - b);
  return used.length === layers ? 'all' : used;
};

const types: Record<Placement, string> = { sequential: 'ffn-only', 'double-norm': 'pfeiffer', parallel: 'parallel' };

/** The method that has exactly these bottleneck adapters. @throws ImportError if this encoder cannot have them */
export function bottleneckMethod(found: Found, kind: AdapterKind, encoder: EncoderConfig): Method {
  const { placement, ...rest } = kind;
  const used = sites.filter((site) => found.some((one) => one.site === site));
  const layers = layersOf(found, encoder);
  const has = (layer: number, site: Site) => found.some((one) => one.layer === layer && one.site === site);
  const without =
    used.length < 2
      ? []
      : [...new Set(found.map(({ layer }) => layer))].flatMap((layer) =>
          sites.filter((site) => !has(layer, site)).map((site) => siteKey(layer, site)),
        );
  const bottleneck = mostFrequent(found.map((one) => one.bottleneck));
  const different = found.filter((one) => one.bottleneck !== bottleneck);
  const type = used.length === 2 ? 'houlsby' : used[0] === 'ffn' ? types[placement] : 'attention-only';
  const named = type === 'pfeiffer' || type === 'parallel' || placement === 'sequential';
  return validMethod(
    {
      type,
      ...rest,
      bottleneck,
      layers,
      without,
      ...(named ? {} : { placement }),
      ...(different.length === 0
        ? {}
        : { bottlenecks: Object.fromEntries(different.map((one) => [siteKey(one.layer, one.site), one.bottleneck])) }),
    },
    encoder,
  );
}

function mostFrequent(numbers: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const n of numbers) counts.set(n, (counts.get(n) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0;
}

export type FoundLora = { layer: number; target: 'query' | 'value' }[];

/** The method that has exactly these LoRA pairs. @throws ImportError if this encoder cannot have them */
export function loraMethod(found: FoundLora, rank: number, alpha: number, encoder: EncoderConfig): Method {
  const targets = (['query', 'value'] as const).filter((target) => found.some((one) => one.target === target));
  const layers = layersOf(found, encoder);
  const layerCount = new Set(found.map(({ layer }) => layer)).size;
  if (found.length !== layerCount * targets.length)
    throw new ImportError('LoRA stands at query in some layers and at value in others; one choice for all is needed.');
  const method = { type: 'lora', rank, alpha, layers, ...(targets.length === 2 ? {} : { targets }) };
  return validMethod(method, encoder);
}

/** Takes the four tensors of each adapter out of a folder's tensors. `stem` is their name there. */
export function takeAdapters(
  tensors: NamedTensors,
  places: readonly Pick<Adapter, 'layer' | 'site'>[],
  stem: (place: Pick<Adapter, 'layer' | 'site'>) => string,
  hidden: number,
): { found: Found; taken: NamedTensors } {
  const taken: NamedTensors = new Map();
  const found = places.map(({ layer, site }) => {
    const from = stem({ layer, site });
    const down = tensorOf(tensors, `${from}.adapter_down.0.weight`, [null, hidden], `${from}.adapter_down.0.weight`);
    const bottleneck = down.shape[0] ?? 0;
    const take = (name: string, shape: number[]) =>
      taken.set(
        `${adapterStem({ layer, site })}.${name}`,
        tensorOf(tensors, `${from}.${name}`, shape, `${from}.${name}`),
      );
    take('adapter_down.0.weight', [bottleneck, hidden]);
    take('adapter_down.0.bias', [bottleneck]);
    take('adapter_up.weight', [hidden, bottleneck]);
    take('adapter_up.bias', [hidden]);
    return { layer, site, bottleneck };
  });
  return { found, taken };
}

/** Takes LoRA pairs out of a folder's tensors; `nameOf` is a matrix's name there. */
export function takeLoras(
  tensors: NamedTensors,
  found: FoundLora,
  nameOf: (place: FoundLora[number], matrix: 'lora_A' | 'lora_B') => string,
  hidden: number,
): { rank: number; taken: NamedTensors } {
  const taken: NamedTensors = new Map();
  let rank = 0;
  for (const place of found) {
    const [a, b] = [nameOf(place, 'lora_A'), nameOf(place, 'lora_B')];
    const down = tensorOf(tensors, a, [rank || null, hidden], a);
    rank = down.shape[0] ?? 0;
    const ours = loraTensors(place);
    taken.set(ours.a, down);
    taken.set(ours.b, tensorOf(tensors, b, [hidden, rank], b));
  }
  return { rank, taken };
}

/** A head's two tensors under this project's names. */
export const headTensors = (weight: Tensor, bias: Tensor): NamedTensors =>
  new Map([
    [headWeight, weight],
    [headBias, bias],
  ]);

/** The linear head that this product saves beside an adapter; none where there is no such file. */
export function readLinearHead(files: FileSet, hidden: number): NamedTensors {
  const bytes = files.get(linearHeadFile);
  if (!bytes) return new Map();
  const tensors = readFloat32Tensors(bytes, linearHeadFile);
  const weight = tensorOf(tensors, 'weight', [null, hidden], msg`The head's ${'weight'}`);
  return headTensors(weight, tensorOf(tensors, 'bias', [weight.shape[0] ?? 0], msg`The head's ${'bias'}`));
}
