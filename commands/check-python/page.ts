import type { FileSet } from '../../src/base/file-set.ts';
import { Bases } from '../../src/device/bases.ts';
import { openDevice } from '../../src/device/open.ts';
import type { Engine } from '../../src/engine/contract.ts';
import { dataFacts, writeBundle } from '../../src/files/bundle.ts';
import { encoderChecksum } from '../../src/files/checksum.ts';
import { type EncoderFiles, readEncoderFiles } from '../../src/files/encoder-files.ts';
import { importAdapter } from '../../src/files/import/import.ts';
import { trainingPlan } from '../../src/model/methods.ts';
import type { TaskKind } from '../../src/model/task-kind.ts';
import { noHistory, wholeRows } from '../../src/training/records/saved-run.ts';
import { readRun } from '../../src/training/run.ts';
import { Session } from '../../src/training/session.ts';
import { readSingleLabel } from '../support/page/dataset.ts';
import { folder, writeResult } from '../support/page/files.ts';
import { logitsOfTexts } from '../support/page/logits.ts';

/** `npm run check:python`: the engine's side of the comparison with Python. */

async function withEncoder<T>(
  engine: Engine['name'],
  use: (bases: Bases, files: EncoderFiles) => Promise<T>,
): Promise<T> {
  const device = await openDevice(engine);
  const files = await readEncoderFiles(folder('model'));
  const bases = new Bases(device, async () => files);
  try {
    return await use(bases, files);
  } finally {
    bases.destroy();
    device.destroy();
  }
}

interface Question {
  /** Folders under the mount `in`, each with the names of its files. */
  folders: { path: string; files: string[] }[];
  texts: string[];
  engine: Engine['name'];
}

/** Logits of texts, by every folder as this project imports it: one row a text. */
export function importedLogits({ folders, texts, engine: name }: Question): Promise<Record<string, number[][]>> {
  return withEncoder(name, async (bases, { config, tokenizer }) => {
    const results: Record<string, number[][]> = {};
    for (const { path, files } of folders) {
      const set: FileSet = new Map();
      for (const file of files) set.set(file, (await folder('in')(`${path}/${file}`)) ?? new Uint8Array());
      const { method, tensors, labels, pooling, maxLength, run } = importAdapter(set, config);
      if (!labels || !pooling) throw new Error(`${path}: no head, or no pooling`);
      const classes = labels.length;
      const encoder = await bases.in(run?.frozenBits ?? 32);
      const engine = await encoder.createEngine({
        plan: trainingPlan(method, config.layers),
        classes,
        pooling,
        optimizer: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, clip: null },
        seed: 0,
      });
      engine.writeTrainable(tensors);
      results[path] = await logitsOfTexts(engine, texts, { tokenizer, maxLength: maxLength ?? config.positions });
      engine.destroy();
    }
    return results;
  });
}

interface Paused {
  run: unknown;
  pauseAt: number;
  withRows: boolean;
}

/** Trains a run to its end; writes the bundle of its first `pauseAt` steps. Returns every step's loss and the epoch that remains. */
export function pausedRun({ run: json, pauseAt, withRows }: Paused): Promise<{ losses: number[]; epoch: number }> {
  return withEncoder('webgpu', async (bases, files) => {
    const run = readRun(json);
    const encoder = await bases.in(run.frozenBits);
    const dataset = await readSingleLabel(run);
    const session = await Session.create({ encoder, tokenizer: files.tokenizer, dataset, run, now: () => 0 });
    const losses: number[] = [];
    let epoch = 0;
    for await (const event of session.events()) {
      if (event.type === 'final') epoch = event.record.epoch;
      if (event.type !== 'step') continue;
      losses.push(event.record.loss);
      if (losses.length !== pauseAt) continue;
      const facts = { config: files.config, sha256: await encoderChecksum(files.config, files.weights) };
      const { labels } = dataset;
      const rows = wholeRows(dataset);
      const bundle = {
        run,
        labels,
        encoder: facts,
        data: await dataFacts(dataset),
        history: noHistory(),
        state: await session.state(),
        ...(withRows ? { rows } : {}),
      };
      await writeResult('paused.zip', writeBundle<TaskKind>(bundle));
    }
    session.destroy();
    return { losses, epoch };
  });
}
