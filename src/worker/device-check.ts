import type { Device, EngineChoice } from '../device/open.ts';
import type { EncoderWeights, LoadedEncoder } from '../engine/contract.ts';
import { type CheckParts, crossCheck, measureLatency } from '../training/experiments/cross-check.ts';
import type { DeviceCheck } from './protocol.ts';

/** Both engines side by side on this device: the same steps, and the time of a forward with and without adapters. */

const steps = 8;
const repeats = 5;

export interface DeviceCheckTools {
  open: (engine: EngineChoice) => Promise<Device>;
  files: EncoderWeights;
  parts: CheckParts;
  tell: (check: DeviceCheck) => void;
}

/** Opens both engines beside what is open already, and closes them again. */
export async function checkDevice({ open, files, parts, tell }: DeviceCheckTools): Promise<void> {
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
    const check = crossCheck([webgpu, wasm], parts, steps);
    let next = await check.next();
    while (!next.done) {
      tell({ done: next.value.step + 1, of: steps, result: null });
      next = await check.next();
    }
    const { lossDifference, gradNormDifference, weightDifference } = next.value;
    const now = () => performance.now();
    const latency = {
      webgpu: await measureLatency(webgpu, parts, { repeats, now }),
      wasm: await measureLatency(wasm, parts, { repeats, now }),
    };
    const result = { lossDifference, gradNormDifference, weightDifference, latency };
    tell({ done: steps, of: steps, result });
  } finally {
    for (const encoder of encoders) encoder.destroy();
    for (const device of devices) device.destroy();
  }
}
