import { createStore } from 'zustand/vanilla';
import { type Message, messageOf } from '../../base/message.ts';
import type { OnnxProgress, OnnxResult } from '../../workers/trainer/api.ts';
import { callTrainer } from '../../workers/trainer/client.ts';

/** The run as an ONNX file: asked for, made and checked in the worker, kept here until the run goes on. */

export type OnnxPrecision = OnnxResult['precision'];

export interface OnnxExportState {
  /** Null while no file is in the making. */
  progress: OnnxProgress | null;
  result: OnnxResult | null;
  /** Why there is no file, in words. */
  problem: Message | null;
}

const nothing: OnnxExportState = { progress: null, result: null, problem: null };
export const onnxExportStore = createStore<OnnxExportState>(() => nothing);
const { setState } = onnxExportStore;

/** Largest difference of a logit at which a float32 file counts as the model that was trained. */
const tolerance = 1e-4;

/** Whether a file answers as the engine does. Rounded weights answer a little otherwise; numbers they must be. */
export const agrees = ({ precision, largestDifference }: OnnxResult): boolean =>
  precision === 'float32' ? largestDifference <= tolerance : Number.isFinite(largestDifference);

/** @param onAgreed receives the file, if it answers as the engine does */
export async function startOnnxExport(precision: OnnxPrecision, onAgreed: (result: OnnxResult) => void): Promise<void> {
  setState({ ...nothing, progress: { stage: 'write', done: 0, of: null } });
  const onProgress = (progress: OnnxProgress) => setState({ progress });
  try {
    const result = await callTrainer('exportOnnx', { precision }, { onProgress });
    setState({ progress: null, result });
    if (agrees(result)) onAgreed(result);
  } catch (error) {
    setState({ ...nothing, problem: messageOf(error) });
  }
}

/** The run has gone on, or starts anew: the file is no longer what is trained. */
export function closeOnnxExport(): void {
  setState({ result: null, problem: null });
}
