import { UserError } from '../../base/message.ts';
import type { NamedTensors } from '../../engine/contract.ts';
import type { EncoderConfig } from '../../model/encoder-config.ts';
import type { Scores } from '../../training/metrics.ts';
import type { FrozenBaselines } from '../../training/records/records.ts';
import type { Run } from '../../training/run.ts';

/** A run with what it has trained: what every export is made from. */
export interface Trained {
  run: Run;
  /** Class names; the index is the class. */
  labels: readonly string[];
  encoder: EncoderConfig;
  /** Every trainable tensor under this project's name. */
  tensors: NamedTensors;
  /** On the test rows; null as long as these have not been read. */
  scores: Scores | null;
  /** The frozen encoder with heads of its own; null until these are trained. */
  baseline: FrozenBaselines | null;
  /** What it is published under; absent: not chosen yet. */
  license?: string | undefined;
}

/** An export that its format cannot hold. */
export class ExportError extends UserError {
  override name = 'ExportError';
}

/** What a head needs that neither AdapterHub's nor PEFT's files say: written beside both as head.json. */
export const headFile = 'head.json';

/**
 * A name for an adapter in Python: module names there may hold no dot, and must not be an attribute that every module has
 * ("train", "type"), which a hyphen rules out.
 */
export function moduleName(name: string): string {
  const clean = name.trim().replace(/[^\p{L}\p{N}_-]+/gu, '-');
  return clean.includes('-') ? clean : `${clean}-adapter`;
}
