import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReadFile } from '../../src/base/file-set.ts';
import { drawInitial } from '../../src/base/random.ts';
import type { NamedTensors } from '../../src/engine/contract.ts';
import type { Trained } from '../../src/files/export/trained.ts';
import { bottleneckMethod, loraMethod } from '../../src/files/import/imported.ts';
import type { EncoderConfig } from '../../src/model/encoder-config.ts';
import { readConfigFile } from '../../src/model/encoder-family.ts';
import { type Method, methodSchema, trainingPlan } from '../../src/model/methods.ts';
import { elementCount, trainableParameters } from '../../src/model/parameters.ts';
import { readRun } from '../../src/training/run.ts';
import { type RecordedRun, readRecordedRun, recordedPlan, underOwnNames } from '../support/recorded-run.ts';

/** Runs recorded from PyTorch (tests/golden/runs) as runs of this product. */

const reader =
  (folder: string): ReadFile =>
  async (name) =>
    new Uint8Array(await readFile(join(folder, name)));

function methodOf({ run }: RecordedRun, encoder: EncoderConfig): Method {
  const { adapters, loras, base } = recordedPlan(run.method);
  const [adapter] = adapters;
  if (adapter) {
    const { placement, activation, scaling, dropout } = adapter;
    return bottleneckMethod(adapters, { placement, activation, scaling, dropout }, encoder);
  }
  if (run.method.type === 'lora') return loraMethod(loras, run.method.rank, run.method.alpha, encoder);
  return { type: base === 'all' ? 'full' : base === 'biases' ? 'bitfit' : 'head-only' };
}

export interface RecordedTrained {
  recorded: RecordedRun;
  trained: Trained;
}

/** A recorded run at its end, as this product would have trained it. */
export async function recordedTrained(runFolder: string, modelFolder: string): Promise<RecordedTrained> {
  const { config: encoder } = readConfigFile(readFileSync(join(modelFolder, 'config.json')));
  const recorded = underOwnNames(await readRecordedRun(reader(runFolder)), encoder.family);
  const { run, final } = recorded;
  const trained: Trained = {
    run: readRun({
      name: run.name,
      model: run.model,
      data: { train: 'train.csv', test: 'test.csv' },
      method: methodOf(recorded, encoder),
      pooling: run.pooling,
      frozenBits: run.frozen.bits,
      training: { batchSize: run.batch_size, maxLength: run.max_length, learningRate: run.optimizer.lr },
    }),
    labels: run.labels,
    encoder,
    tensors: final,
    scores: null,
    baseline: null,
  };
  return { recorded, trained };
}

/** A run with another method and tensors drawn at random, of a size at which every one of them matters. */
export function withMethod(trained: Trained, name: string, json: object): Trained {
  const method = methodSchema.parse(json);
  const { encoder, labels, run } = trained;
  const parameters = trainableParameters(encoder, trainingPlan(method, encoder.layers), labels.length);
  const tensors: NamedTensors = new Map(
    parameters.map((parameter) => {
      const count = elementCount(parameter.shape);
      return [parameter.name, { shape: parameter.shape, data: drawInitial(spread, count, 1, parameter.name) }];
    }),
  );
  return { ...trained, run: { ...run, name, method }, tensors };
}

const spread = { kind: 'normal', deviation: 0.1 } as const;
