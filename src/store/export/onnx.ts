import { createStore } from 'zustand/vanilla';
import type { Words } from '../../base/message.ts';
import type { OnnxResult, Report, Request } from '../../worker/protocol.ts';
import { send } from '../trainer.ts';

/** The run as an ONNX file: asked for, made and checked in the worker, kept here until the run goes on. */

type OnnxProgress = Pick<Extract<Report, { type: 'onnx-export' }>, 'stage' | 'done' | 'of'>;
export type OnnxPrecision = Extract<Request, { type: 'export-onnx' }>['precision'];

export interface OnnxExportState {
  /** Null while no file is in the making. */
  progress: OnnxProgress | null;
  result: OnnxResult | null;
  /** Why there is no file, in words. */
  problem: Words | null;
}

const nothing: OnnxExportState = { progress: null, result: null, problem: null };
export const onnxExportStore = createStore<OnnxExportState>(() => nothing);
const { getState, setState } = onnxExportStore;

/** Largest difference of a logit at which a float32 file counts as the model that was trained. */
const tolerance = 1e-4;

/** Whether a file answers as the engine does. Rounded weights answer a little otherwise; numbers they must be. */
export const agrees = ({ precision, largestDifference }: OnnxResult): boolean =>
  precision === 'float32' ? largestDifference <= tolerance : Number.isFinite(largestDifference);

let deliver: ((result: OnnxResult) => void) | null = null;

/** @param onAgreed is given the file, if it answers as the engine does */
export function startOnnxExport(precision: OnnxPrecision, onAgreed: (result: OnnxResult) => void): void {
  deliver = onAgreed;
  setState({ ...nothing, progress: { stage: 'write', done: 0, of: null } });
  send({ type: 'export-onnx', precision });
}

export function hearOnnxExport({ stage, done, of, result }: Extract<Report, { type: 'onnx-export' }>): void {
  setState({ progress: result ? null : { stage, done, of }, result });
  if (result && agrees(result)) deliver?.(result);
}

export function hearOnnxProblem(problem: Words): void {
  if (!getState().progress) return;
  setState({ ...nothing, problem });
}

/** The run has gone on, or starts anew: the file is no longer what is trained. */
export function closeOnnxExport(): void {
  setState({ result: null, problem: null });
}
