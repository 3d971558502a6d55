import type { Batch } from '../engine/contract.ts';
import { Stopwatch } from '../gpu/stopwatch.ts';
import type { WebGpuEngine } from './engine.ts';

/** The dispatches of an undivided step, and how long each takes. */

/** The engine's label of one dispatch, and its time. */
export interface DispatchTime {
  label: string;
  milliseconds: number;
  /** Multiplications and additions of a matrix product; 0 for everything else. */
  flops: number;
}

/** Every dispatch of another step of this batch, with the multiplications and additions of matrix products. */
export function dispatches(engine: WebGpuEngine, batch: Batch): { label: string; flops: number }[] {
  const { recordings, size } = engine.nextStep(batch);
  return recordings.flatMap((recording) =>
    recording.dispatches.map(({ label, flops }) => ({ label, flops: flops?.(size) ?? 0 })),
  );
}

/** One training step with a timestamp around every dispatch, or null where the device has no timestamps. */
export async function profile(
  device: GPUDevice,
  engine: WebGpuEngine,
  batch: Batch,
  learningRate: number,
): Promise<DispatchTime[] | null> {
  if (!device.features.has('timestamp-query')) return null;
  await engine.step(batch, learningRate);
  const { recordings, size } = engine.nextStep(batch);
  const notes = recordings.flatMap((recording) => recording.dispatches);
  const stopwatch = new Stopwatch(device, notes.length);
  const encoder = device.createCommandEncoder();
  for (const recording of recordings) recording.replayTimed(encoder, size, stopwatch);
  device.queue.submit([encoder.finish()]);
  const times = await stopwatch.read();
  return times.map((time, i) => ({ ...time, flops: notes[i]?.flops?.(size) ?? 0 }));
}
