import { msg, UserError } from '../../base/message.ts';
import type { NamedTensors } from '../../engine/contract.ts';
import type { EncoderConfig } from '../../model/encoder-config.ts';
import type { TaskKind } from '../../model/task-kind.ts';
import { headBias, headWeight } from '../../model/tensor-names.ts';
import type { FrozenBaselines } from '../../training/records/records.ts';
import type { Run } from '../../training/run.ts';
import type { ScoresOf } from '../../training/scores/scores.ts';

/** A run with its trained tensors, from which every export is made. */
export interface Trained {
  run: Run;
  /** Class names; the index is the class. None where a number is asked for. */
  labels: readonly string[];
  encoder: EncoderConfig;
  /** Every trainable tensor under this project's name. */
  tensors: NamedTensors;
  /** Scores on the test rows; null as long as these have not been read. */
  scores: ScoresOf[TaskKind] | null;
  /** The frozen encoder with heads of its own; null until these are trained. */
  baseline: FrozenBaselines<ScoresOf[TaskKind]> | null;
  /** Licence that it is published under; absent: not chosen yet. */
  license?: string | undefined;
}

/** A run that an export's format cannot hold. */
export class ExportError extends UserError {
  override name = 'ExportError';
}

/** File beside AdapterHub's and PEFT's, with the facts about a head that neither format holds. */
export const headFile = 'head.json';

/** A linear head as a file of its own, where a library has none for it. */
export const linearHeadFile = 'head.safetensors';

/** The head's two tensors, as that file has them. @throws ExportError if one is missing */
export function linearHead(tensors: NamedTensors): NamedTensors {
  const [weight, bias] = [headWeight, headBias].map((key) => {
    const tensor = tensors.get(key);
    if (!tensor) throw new ExportError(msg`${key} is not among the trained tensors.`);
    return tensor;
  });
  return new Map(
    weight && bias
      ? [
          ['weight', weight],
          ['bias', bias],
        ]
      : [],
  );
}

/**
 * A name for an adapter in Python: module names there may hold no dot, and must not be an attribute that every module has
 * ("train", "type"), which a hyphen rules out.
 */
export function moduleName(name: string): string {
  const clean = name.trim().replace(/[^\p{L}\p{N}_-]+/gu, '-');
  return clean.includes('-') ? clean : `${clean}-adapter`;
}
