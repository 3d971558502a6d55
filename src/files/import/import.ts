import { z } from 'zod';
import { below, type FileSet, FileSetError, folderWith, readJson } from '../../base/file-set.ts';
import { msg } from '../../base/message.ts';
import { unzip } from '../../base/zip.ts';
import { issuePath, issueWords, parseInput } from '../../base/zod-issues.ts';
import type { EncoderConfig } from '../../model/encoder-config.ts';
import { trainingPlan } from '../../model/methods.ts';
import { rangeSchema } from '../../model/number-range.ts';
import { trainableParameters, withoutTokenTypes } from '../../model/parameters.ts';
import { poolings } from '../../model/shapes.ts';
import { ofKind, outputsOf, type TaskKind, taskKinds } from '../../model/task-kind.ts';
import { headBias } from '../../model/tensor-names.ts';
import { kindOf, type Run, RunFileError, readRun } from '../../training/run.ts';
import { trainingFields } from '../../training/run-fields.ts';
import { headFile } from '../export/trained.ts';
import { readFloat32Tensors } from '../formats/safetensors.ts';
import { projectTensors } from '../python-tensors.ts';
import { importAdapterHub } from './adapterhub.ts';
import { checkFamily, ImportError, type ImportedAdapter, type ImportedFolder, tensorOf } from './imported.ts';
import { importPeft } from './peft.ts';

/** Import of an adapter that a person drops onto the page, in an archive or a folder. */

const headSchema = z.looseObject({
  kind: z.enum(taskKinds).default('single-label'),
  labels: z.array(z.string()).max(100_000),
  pooling: z.enum(poolings),
  maxLength: rangeSchema(trainingFields.maxLength).optional(),
  /** Model type in the encoder's config.json; folders of earlier versions lack it. */
  modelType: z.string().max(100).optional(),
});

const plainFile = 'trainable.safetensors';
const runFile = 'run.json';

/** A folder of this product with every trained tensor under PyTorch's name. */
function importPlain(files: FileSet, encoder: EncoderConfig): ImportedAdapter {
  const run = readRun(readJson(files, runFile));
  const kind = kindOf(run);
  const { labels } = readHeadFile(files) ?? { labels: [] };
  if (labels.length < fewestLabels(kind))
    throw new ImportError(msg`The folder has no ${headFile} with the labels of its classes.`, 'incomplete');
  const raw = readFloat32Tensors(files.get(plainFile) ?? new Uint8Array(), plainFile);
  const tensors = withoutTokenTypes(encoder, projectTensors(raw, encoder));
  const wanted = trainableParameters(encoder, trainingPlan(run.method, encoder.layers), outputsOf(kind, labels.length));
  return {
    format: 'plain',
    name: run.name,
    method: run.method,
    tensors: new Map(wanted.map(({ name, shape }) => [name, tensorOf(tensors, name, shape, name)])),
    labels,
    ...ofKind(kind),
    pooling: run.pooling,
    maxLength: run.training.maxLength,
    base: run.model,
    notes: [],
  };
}

/** Fewest names that a head needs: one that says a number has none. */
const fewestLabels = (kind: TaskKind): number => (kind === 'regression' ? 0 : 2);

function readHeadFile(files: FileSet): z.infer<typeof headSchema> | null {
  if (!files.has(headFile)) return null;
  const parsed = parseInput(headSchema, readJson(files, headFile));
  if (parsed.success && parsed.data.labels.length >= fewestLabels(parsed.data.kind)) return parsed.data;
  const issue = parsed.success ? undefined : parsed.issues[0];
  if (!issue) throw new ImportError(msg`${headFile} names fewer than two classes.`, 'incomplete');
  throw new ImportError(msg`${headFile}: ${issuePath(issue)}: ${issueWords(issue)}.`, 'incomplete');
}

const isPeft = (files: FileSet) => {
  const config = readJson(files, 'adapter_config.json');
  return typeof config === 'object' && config !== null && 'peft_type' in config;
};

function readFormat(files: FileSet, encoder: EncoderConfig): ImportedAdapter {
  if (!files.has('adapter_config.json')) return importPlain(files, encoder);
  return isPeft(files) ? importPeft(files, encoder) : importAdapterHub(files, encoder);
}

/** The run file beside an adapter. It only adds to the adapter's own files, so one that cannot be read is ignored. */
function runBeside(files: FileSet): Run | null {
  if (!files.has(runFile)) return null;
  try {
    return readRun(readJson(files, runFile));
  } catch (error) {
    if (error instanceof RunFileError || error instanceof FileSetError) return null;
    throw error;
  }
}

/**
 * Reads an adapter from a folder, at whatever depth it is.
 * @throws ImportError, FileSetError, SafetensorsError, PickleError, RunFileError saying why it cannot be used
 */
export function importAdapter(files: FileSet, encoder: EncoderConfig): ImportedFolder {
  const folder = folderWith(files, ['adapter_config.json']) ?? folderWith(files, [plainFile]);
  if (folder === null) {
    if (folderWith(files, ['adapter_fusion_config.json']) !== null)
      throw new ImportError('This is an AdapterFusion of several adapters, which this product does not compute.');
    throw new ImportError(
      msg`There is neither an adapter_config.json nor a ${plainFile} in it. Give the folder that the adapter was saved to.`,
      'incomplete',
    );
  }
  const own = below(files, folder);
  const head = readHeadFile(own);
  checkFamily(head?.modelType, encoder);
  const adapter = { ...readFormat(own, encoder), run: runBeside(own) };
  if (!head || !adapter.labels) return adapter;
  const { kind, labels } = head;
  const outputs = adapter.tensors.get(headBias)?.data.length ?? adapter.labels.length;
  if (outputsOf(kind, labels.length) !== outputs)
    throw new ImportError(msg`${headFile} names ${labels.length} classes, the head has ${outputs}.`, 'incomplete');
  return {
    ...withoutKind(adapter),
    ...ofKind(kind),
    labels,
    pooling: head.pooling,
    maxLength: head.maxLength ?? adapter.maxLength,
  };
}

/** What head.json says of the kind counts: libraries have one type of head for several. */
const withoutKind = <T extends ImportedAdapter>({ kind: _, ...adapter }: T) => adapter;

/** `importAdapter` for a zip archive. */
export const importArchive = (archive: Uint8Array, name: string, encoder: EncoderConfig): ImportedFolder =>
  importAdapter(unzip(archive, name), encoder);
