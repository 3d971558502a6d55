import { yieldToPage } from '../../base/work.ts';
import type { Device, EngineChoice } from '../../device/open.ts';
import type { EncoderWeights, LoadedEncoder } from '../../engine/contract.ts';
import { type CheckParts, crossCheck, measureLatency } from '../../training/experiments/cross-check.ts';
import {
  demonstrateForgetting,
  type ForgettingParts,
  type ForgettingPoint,
} from '../../training/experiments/forgetting.ts';
import type { EngineComparison } from './api.ts';

/** Trainings beside the run: two tasks one after the other, and both engines side by side. No part of the page's start. */

/** @param isWanted called after every step; false ends the demonstration */
export async function showForgetting(
  parts: ForgettingParts,
  { progress, isWanted }: { progress: (point: ForgettingPoint) => void; isWanted: () => boolean },
): Promise<void> {
  for await (const point of demonstrateForgetting(parts)) {
    if (point) progress(point);
    await yieldToPage();
    if (!isWanted()) break;
  }
}

const comparedSteps = 8;
const timedForwards = 5;

export interface ComparisonTools {
  open: (engine: EngineChoice) => Promise<Device>;
  files: EncoderWeights;
  now: () => number;
  progress: (progress: { done: number; of: number }) => void;
}

/**
 * Both engines side by side on this device: the same steps, and the time of a forward with and without adapters. They
 * are opened beside the devices that are open already, and closed again.
 */
export async function compareEngines(
  parts: CheckParts,
  { open, files, now, progress }: ComparisonTools,
): Promise<EngineComparison> {
  const devices: Device[] = [];
  const encoders: LoadedEncoder[] = [];
  try {
    for (const engine of ['webgpu', 'wasm'] as const) {
      const device = await open(engine);
      devices.push(device);
      encoders.push(await device.loadEncoder(files));
    }
    const [webgpu, wasm] = encoders;
    if (!webgpu || !wasm) throw new Error('Two engines are needed.');
    const check = crossCheck([webgpu, wasm], parts, comparedSteps);
    let next = await check.next();
    while (!next.done) {
      progress({ done: next.value.step + 1, of: comparedSteps });
      next = await check.next();
    }
    const { lossDifference, gradNormDifference, weightDifference } = next.value;
    const latency = {
      webgpu: await measureLatency(webgpu, parts, { repeats: timedForwards, now }),
      wasm: await measureLatency(wasm, parts, { repeats: timedForwards, now }),
    };
    return { lossDifference, gradNormDifference, weightDifference, latency };
  } finally {
    for (const encoder of encoders) encoder.destroy();
    for (const device of devices) device.destroy();
  }
}
