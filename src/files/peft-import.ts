import { z } from 'zod';
import type { EncoderConfig } from '../model/encoder-config.ts';
import { issuePath, issueWords } from '../model/issues.ts';
import { loraTargets } from '../model/methods.ts';
import { type Said, said, type Words } from '../model/said.ts';
import type { NamedTensors } from '../training/engine.ts';
import { type FileSet, readJson } from './file-set.ts';
import {
  type FoundLora,
  headTensors,
  ImportError,
  type ImportedAdapter,
  loraMethod,
  takeLoras,
  tensorOf,
} from './imported.ts';
import { peftHeadFile, peftPrefix } from './peft.ts';
import { readFloat32Tensors } from './safetensors.ts';
import { readTorchFile } from './torch-file.ts';

/** LoRA adapters that PEFT saved. */

const patterns = z.record(z.string(), z.number()).nullish();

const configSchema = z.looseObject({
  peft_type: z.string(),
  base_model_name_or_path: z.string().nullish(),
  task_type: z.string().nullish(),
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
});

const refuse = (what: Said): never => {
  throw new ImportError(said`This adapter uses ${what}, which this product does not compute.`);
};

const key = /^encoder\.layer\.(\d{1,3})\.attention\.self\.([a-z]+)\.lora_([AB])\.weight$/;
/** Heads that PEFT saves along with an adapter for sequence classification. */
const headKey = /^(classifier|score|pooler)\.|modules_to_save/;

/** The tensors under their names in a bare BertModel, heads apart. */
function adapterTensors(files: FileSet): { tensors: NamedTensors; hasHead: boolean } {
  const safe = files.get('adapter_model.safetensors');
  const torch = files.get('adapter_model.bin');
  const raw = safe
    ? readFloat32Tensors(safe, 'adapter_model.safetensors')
    : torch && readTorchFile(torch, 'adapter_model.bin');
  if (!raw)
    throw new ImportError('The folder has neither adapter_model.safetensors nor adapter_model.bin.', 'incomplete');
  const named = [...raw].map(
    ([name, tensor]) => [name.replace(peftPrefix, '').replace(/^bert\./, ''), tensor] as const,
  );
  const adapter = named.filter(([name]) => !headKey.test(name));
  return { tensors: new Map(adapter), hasHead: adapter.length < named.length };
}

function foundIn(tensors: NamedTensors): FoundLora {
  const places = new Map<string, FoundLora[number]>();
  for (const name of tensors.keys()) {
    const [, layer, matrix] = key.exec(name) ?? [];
    const target = loraTargets.find((one) => one === matrix);
    if (layer === undefined) refuse(said`a tensor ${JSON.stringify(name.slice(0, 120))}`);
    if (!target) refuse(said`LoRA at ${matrix}: here it stands at query and value`);
    else places.set(`${layer}.${target}`, { layer: Number(layer), target });
  }
  if (places.size === 0) throw new ImportError('The file of the adapter holds no LoRA matrices.', 'incomplete');
  return [...places.values()].sort(
    (a, b) => a.layer - b.layer || loraTargets.indexOf(a.target) - loraTargets.indexOf(b.target),
  );
}

/** The linear head that this product lays beside a PEFT adapter. */
function readHead(files: FileSet, hidden: number): NamedTensors {
  const bytes = files.get(peftHeadFile);
  if (!bytes) return new Map();
  const tensors = readFloat32Tensors(bytes, peftHeadFile);
  const weight = tensorOf(tensors, 'weight', [null, hidden], said`The head's ${'weight'}`);
  return headTensors(weight, tensorOf(tensors, 'bias', [weight.shape[0] ?? 0], said`The head's ${'bias'}`));
}

/**
 * Reads a folder that PEFT saved (LoRA).
 * @throws ImportError, FileSetError, SafetensorsError, PickleError saying why it cannot be used with this encoder
 */
export function importPeft(files: FileSet, encoder: EncoderConfig): ImportedAdapter {
  const parsed = configSchema.safeParse(readJson(files, 'adapter_config.json'));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new ImportError(said`adapter_config.json: ${issuePath(issue)}: ${issueWords(issue)}.`, 'incomplete');
  }
  const c = parsed.data;
  if (c.peft_type !== 'LORA') refuse(said`PEFT's ${c.peft_type.slice(0, 40)}; LORA is supported`);
  if (c.use_dora) refuse(said`DoRA`);
  if (c.fan_in_fan_out) refuse(said`transposed weights (fan_in_fan_out)`);
  if (c.bias !== 'none' || c.lora_bias) refuse(said`trained biases (bias, lora_bias)`);
  if (Object.keys(c.rank_pattern ?? {}).length > 0) refuse(said`ranks that differ by layer (rank_pattern)`);
  if (Object.keys(c.alpha_pattern ?? {}).length > 0) refuse(said`alphas that differ by layer (alpha_pattern)`);
  const { tensors, hasHead } = adapterTensors(files);
  const found = foundIn(tensors);
  const nameOf = ({ layer, target }: FoundLora[number], matrix: string) =>
    `encoder.layer.${layer}.attention.self.${target}.${matrix}.weight`;
  const { rank, taken } = takeLoras(tensors, found, nameOf, encoder.hidden);
  // rsLoRA scales by alpha / sqrt(r) (Kalajdzievski 2023).
  const alpha = c.use_rslora ? c.lora_alpha * Math.sqrt(rank) : c.lora_alpha;
  const head = readHead(files, encoder.hidden);
  const notes: Words[] = [];
  if (head.size === 0)
    notes.push(
      hasHead
        ? said`The head was left out: ${said`it stands behind BERT's pooler, which is not computed here.`} A new one must be trained.`
        : said`The head was left out: ${said`the files have none.`} A new one must be trained.`,
    );
  if (c.lora_dropout > 0) notes.push(said`LoRA's dropout of ${c.lora_dropout} is not used when training goes on.`);
  const classes = head.values().next().value?.shape[0];
  return {
    format: 'peft',
    name: 'lora',
    method: loraMethod(found, rank, alpha, encoder),
    tensors: new Map([...taken, ...head]),
    labels: classes === undefined ? null : Array.from({ length: classes }, (_, i) => String(i)),
    pooling: null,
    maxLength: null,
    base: c.base_model_name_or_path ?? null,
    notes,
  };
}
