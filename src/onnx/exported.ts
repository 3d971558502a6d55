import type { Batch } from '../engine/contract.ts';
import { openSession, type Runtime, releaseSession, runSession } from './runtime.ts';

/** Input of models of pairs alone. */
const typesInput = 'token_type_ids';

/** An exported file, loaded as its recipient would load it. */
export interface ExportedSession {
  /** (B, C) */
  logits(batch: Batch): Promise<Float32Array>;
  release(): Promise<void>;
}

/**
 * Loads a file of `exportOnnx` in onnxruntime-web.
 * @throws Error in onnxruntime's words if it cannot be loaded, for example for want of memory
 */
export async function openExported({ ort }: Pick<Runtime, 'ort'>, file: Uint8Array): Promise<ExportedSession> {
  const session = await openSession({ ort }, file);
  const integers = (list: ArrayLike<number>, shape: number[]) =>
    new ort.Tensor('int64', BigInt64Array.from(list, BigInt), shape);
  return {
    logits: async ({ ids, types, lengths, examples, length }) => {
      const mask = Array.from(ids, (_, place) => Number(place % length < (lengths[Math.floor(place / length)] ?? 0)));
      const shape = [examples, length];
      const typed = session.inputNames.includes(typesInput)
        ? { [typesInput]: integers(types ?? new Uint32Array(ids.length), shape) }
        : {};
      const feeds = { input_ids: integers(ids, shape), attention_mask: integers(mask, shape), ...typed };
      const { logits } = await runSession(session, feeds);
      if (!(logits?.data instanceof Float32Array)) throw new Error('the exported file gives no float32 logits');
      const copy = new Float32Array(logits.data);
      logits.dispose();
      return copy;
    },
    release: () => releaseSession(session),
  };
}
