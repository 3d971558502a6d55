import { z } from 'zod';
import { describeDevice, openDevice } from '../engines/device.ts';
import { readEncoderFiles } from '../files/encoder-files.ts';
import { folder } from './files.ts';
import { readRecordedRun } from './recorded-run.ts';
import { type Verification, verifyRun } from './verify.ts';

const optionsSchema = z.object({ engine: z.enum(['auto', 'webgpu', 'wasm']) });

/** `npm run verify`: the recorded run in folder `run` on the encoder in folder `model`. */
export async function replay(options: unknown): Promise<Verification> {
  const { engine } = optionsSchema.parse(options);
  const recorded = await readRecordedRun(folder('run'));
  const device = await openDevice(engine);
  console.log(`${recorded.run.name}: ${recorded.run.steps} steps. ${describeDevice(device)}`);
  const files = await readEncoderFiles(folder('model'));
  const encoder = await device.loadEncoder(files);
  const onStep = (step: number, loss: number) =>
    console.log(
      `step ${step + 1}/${recorded.run.steps}  loss ${loss.toFixed(6)}  recorded ${recorded.expected.losses[step]?.toFixed(6)}`,
    );
  const verification = await verifyRun(recorded, encoder, files.tokenizer, onStep);
  encoder.destroy();
  device.destroy();
  return verification;
}
