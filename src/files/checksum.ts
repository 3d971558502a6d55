import { sha256, sha256Hex } from '../base/sha256.ts';
import type { Example } from '../data/dataset.ts';
import type { NamedTensors } from '../engine/contract.ts';
import type { EncoderConfig } from '../model/encoder-config.ts';
import { baseParameters } from '../model/parameters.ts';
import type { TaskKind } from '../model/task-kind.ts';
import { rowLines } from './formats/row-lines.ts';

/** SHA-256 of a run's encoder and rows, in hexadecimal: the same on every engine, in every browser and in Python. */

/**
 * Checksum of an encoder's weights: over the digests of its tensors as little-endian float32, in the order of
 * `baseParameters`. It does not depend on the file's layout, nor on the type that it stores them in.
 */
export async function encoderChecksum(config: EncoderConfig, weights: NamedTensors): Promise<string> {
  const parameters = baseParameters(config);
  const digests = new Uint8Array(32 * parameters.length);
  for (const [i, { name }] of parameters.entries()) {
    const data = weights.get(name)?.data ?? new Float32Array();
    digests.set(await sha256(new Uint8Array(new Float32Array(data).buffer)), 32 * i);
  }
  return sha256Hex(digests);
}

/** Checksum of labelled rows: over one line of JSON, [text, label], for each in order. */
export async function rowsChecksum<K extends TaskKind = 'single-label'>(
  rows: readonly Example<K>[],
  labels: readonly string[],
  kind?: K,
): Promise<string> {
  return sha256Hex(new TextEncoder().encode(rowLines(rows, labels, kind)));
}
