import { type Device, describeDevice, type EngineChoice, openDevice } from '../../src/device/open.ts';
import { readEncoderFiles } from '../../src/files/encoder-files.ts';
import { roundFrozen } from '../../src/model/frozen-bits.ts';
import { folder } from '../support/page/files.ts';
import { tuningFrom } from '../support/page/tuning.ts';
import { readRecordedRun } from '../support/recorded-run.ts';
import { type Verification, verifyRun } from './verify.ts';

interface Options {
  engine: EngineChoice;
  /** Names of folders. */
  runs: string[];
  /** Forced tile, in the syntax of `--tile`. */
  tile?: string | undefined;
}

/** Result of a recorded run: an error that ended it is reported in words, so that the runs after it go on. */
export type Replayed = { verification: Verification; failure?: never } | { verification?: never; failure: string };

async function replayOn(device: Device, run: string, onStep: (line: string) => void): Promise<Verification> {
  const recorded = await readRecordedRun(folder(run));
  const { name, steps, model, frozen } = recorded.run;
  console.log(`${name}: ${steps} steps. ${describeDevice(device)}`);
  const files = await readEncoderFiles((file) => folder('models')(`${model}/${file}`));
  const encoder = await device.loadEncoder(roundFrozen(files, frozen.bits));
  try {
    return await verifyRun(recorded, encoder, files.tokenizer, (step, loss) =>
      onStep(
        `step ${step + 1}/${steps}  loss ${loss.toFixed(6)}  recorded ${recorded.expected.losses[step]?.toFixed(6)}`,
      ),
    );
  } finally {
    encoder.destroy();
  }
}

/** `npm run verify`: recorded runs, each on its encoder in a folder of `models`. A single run logs its steps. */
export async function replay({ engine, runs, tile }: Options): Promise<Replayed[]> {
  const onStep = runs.length === 1 ? console.log : () => {};
  const results: Replayed[] = [];
  const open = () => openDevice(engine, tile ? { tuning: (gpu) => tuningFrom(gpu, tile) } : {});
  let device = await open();
  for (const run of runs)
    try {
      results.push({ verification: await replayOn(device, run, onStep) });
    } catch (error) {
      results.push({ failure: error instanceof Error ? error.message : String(error) });
      // A fault of this run must not affect the next.
      device.destroy();
      device = await open();
    }
  device.destroy();
  return results;
}
