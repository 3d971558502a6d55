import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-web';
import { Tokenizer } from '../../src/data/tokenizer/tokenizer.ts';
import { openExported } from '../../src/onnx/exported.ts';
import { loadProto } from '../../src/onnx/proto.ts';
import { makeBatch } from '../../src/training/batches.ts';
import { softmax } from '../../src/training/metrics.ts';

/** An exported file in Node: what it says of itself, and of some texts. */
export async function readExported(path: string) {
  const file = readFileSync(path);
  const proto = await loadProto();
  const { metadataProps } = proto.ModelProto.decode(file);
  const metadata = Object.fromEntries(metadataProps.map(({ key, value }) => [key ?? '', value ?? '']));
  const labels: string[] = JSON.parse(metadata.labels ?? '');
  const maxLength = Number(metadata.max_length);
  const tokenizer = new Tokenizer(JSON.parse(metadata.tokenizer ?? ''));

  /** Probabilities of each text, by label. */
  async function probabilities(texts: readonly string[]): Promise<Record<string, number>[]> {
    const session = await openExported({ ort }, file);
    const ids = texts.map((text) => tokenizer.encode(text, maxLength));
    const noLabels = ids.map(() => 0);
    const flat = await session.logits(makeBatch(ids, noLabels, tokenizer.padId, maxLength));
    await session.release();
    return texts.map((_, row) => {
      const shares = softmax(flat.subarray(row * labels.length, (row + 1) * labels.length));
      return Object.fromEntries(labels.map((label, i) => [label, shares[i] ?? Number.NaN]));
    });
  }

  return { metadata, labels, probabilities, bytes: file.length };
}
