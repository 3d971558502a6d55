import { readEncoderFiles } from '../files/encoder-files.ts';
import { recall, remember } from '../files/remembered.ts';
import { openGpu } from '../gpu/device.ts';
import { tuningFor } from '../webgpu/calibrate.ts';
import { loadEncoder } from '../webgpu/engine.ts';
import { folder } from './files.ts';
import { readRecordedRun } from './recorded-run.ts';
import { type Verification, verifyRun } from './verify.ts';

/** `npm run verify`: the recorded run in folder `run` on the encoder in folder `model`. */
export async function replay(): Promise<Verification> {
  const recorded = await readRecordedRun(folder('run'));
  const gpu = await openGpu();
  console.log(`${recorded.run.name}: ${recorded.run.steps} steps on WebGPU, ${gpu.name}`);
  const files = await readEncoderFiles(folder('model'));
  const encoder = loadEncoder(gpu, files, await tuningFor(gpu, { recall, remember }));
  const onStep = (step: number, loss: number) =>
    console.log(
      `step ${step + 1}/${recorded.run.steps}  loss ${loss.toFixed(6)}  recorded ${recorded.expected.losses[step]?.toFixed(6)}`,
    );
  const verification = await verifyRun(recorded, encoder, files.tokenizer, onStep);
  encoder.destroy();
  gpu.destroy();
  return verification;
}
