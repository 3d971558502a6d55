import type { NamedTensors } from '../engine/contract.ts';
import type { EncoderFiles } from '../files/encoder-files.ts';
import { trainingPlan } from '../model/methods.ts';
import type { Precision } from '../onnx/export.ts';
import { isPair, kindOf, type Run, rowLength } from '../training/run.ts';

/** A trained run: its class names, settings and tensors. */
export interface TrainedRun {
  run: Run;
  /** Class names, in the order of the logits. */
  labels: readonly string[];
  tensors: NamedTensors;
}

/**
 * Encoder, what a run has trained on it and head as one ONNX file, whichever engine trained it.
 * @throws OnnxExportError for weights that do not fit into one file, or not into float16
 */
export async function writeOnnxFile(
  { config, weights, tokenizer }: Pick<EncoderFiles, 'config' | 'weights' | 'tokenizer'>,
  { run, labels, tensors }: TrainedRun,
  precision: Precision,
): Promise<Uint8Array<ArrayBuffer>> {
  const [{ exportOnnx }, { loadProto }] = await Promise.all([import('../onnx/export.ts'), import('../onnx/proto.ts')]);
  const maxLength = rowLength(run, config);
  return exportOnnx(await loadProto(), {
    config,
    weights,
    plan: trainingPlan(run.method, config.layers),
    trainable: tensors,
    pooling: run.pooling,
    kind: kindOf(run),
    pair: isPair(run),
    labels,
    maxLength,
    tokenizer: tokenizer.definition(maxLength),
    name: run.name,
    precision,
  });
}
