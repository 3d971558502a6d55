import { describe, expect, test } from 'vitest';
import { readRecordedRun, recordedPlan, underOwnNames } from '../../commands/support/recorded-run.ts';
import { Tokenizer } from '../../src/data/tokenizer/tokenizer.ts';
import { openOnnxRuntime } from '../../src/device/open.ts';
import type { Batch } from '../../src/engine/contract.ts';
import { roundFrozen } from '../../src/model/frozen-bits.ts';
import { headWeight } from '../../src/model/tensor-names.ts';
import { type ExportedModel, exportOnnx } from '../../src/onnx/export.ts';
import { openExported } from '../../src/onnx/exported.ts';
import { loadProto } from '../../src/onnx/proto.ts';
import { makeBatch } from '../../src/training/batches.ts';
import { goldenFolder } from '../support/golden.ts';
import { modernRuns } from '../support/golden-runs.ts';
import { withTinyOnWasm } from '../support/wasm.ts';

const names = Object.keys(import.meta.glob('../golden/runs/*/run.json')).map((path) => path.split('/')[3] ?? '');
const modernNames = modernRuns.map((path) => path.replace('modernbert/', ''));
const tiny = withTinyOnWasm();
const modern = withTinyOnWasm('tiny-modernbert');

const farthest = (ours: Float32Array, theirs: ArrayLike<number>) =>
  ours.length === theirs.length
    ? ours.reduce((most, value, i) => Math.max(most, Math.abs(value - (theirs[i] ?? Number.NaN))), 0)
    : Number.POSITIVE_INFINITY;

/** The encoder of a recorded run. */
const encoderOf = (name: string) => (modernNames.includes(name) ? modern : tiny);

async function recordedModel(name: string) {
  const { files: own } = encoderOf(name);
  const kind = modernNames.includes(name) ? 'modernbert' : 'runs';
  const recorded = underOwnNames(await readRecordedRun(goldenFolder(`${kind}/${name}`)), own.config.family);
  const { labels, pooling, max_length: maxLength, method } = recorded.run;
  const { config, tokenizer } = own;
  const files = roundFrozen(own, recorded.run.frozen.bits);
  const { weights } = files;
  const model: ExportedModel = {
    ...{ config, weights, plan: recordedPlan(method), trainable: recorded.final, pooling, labels, maxLength, name },
    tokenizer: tokenizer.definition(maxLength),
  };
  return { recorded, model, files };
}

function batchOf(rows: number[][], { tokenizer, config } = tiny.files): Batch {
  return makeBatch(
    rows,
    rows.map(() => 0),
    tokenizer.padId,
    config.positions,
  );
}

async function logitsOf(file: Uint8Array, batch: Batch): Promise<Float32Array> {
  const session = await openExported(await openOnnxRuntime(), file);
  const logits = await session.logits(batch);
  await session.release();
  return logits;
}

test.each([...names, ...modernNames])('%s, exported, gives the logits of the engine and of PyTorch', async (name) => {
  const { recorded, model, files } = await recordedModel(name);
  const { run, tokens, expected } = recorded;
  const rows = run.eval_rows.map((row) => tokens.input_ids[row] ?? []);
  const batch = (some: number[][]) => batchOf(some, files);
  const { plan, labels, pooling } = model;
  const optimizer = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, clip: null };
  const encoder = await encoderOf(name).load(files);
  const engine = await encoder.createEngine({ plan, classes: labels.length, pooling, optimizer, seed: 0 });
  engine.writeTrainable(recorded.final);
  const ours = await engine.evaluate(batch(rows));
  engine.destroy();
  encoder.destroy();

  const proto = await loadProto();
  const file = exportOnnx(proto, model);
  expect(farthest(await logitsOf(file, batch(rows)), ours)).toBeLessThan(1e-4);
  expect(farthest(await logitsOf(file, batch(rows)), expected.logits_after.flat())).toBeLessThan(1e-4);
  const alone = await logitsOf(file, batch(rows.slice(1, 2)));
  expect(farthest(alone, ours.slice(labels.length, 2 * labels.length))).toBeLessThan(1e-4);
  const halves = exportOnnx(proto, { ...model, precision: 'float16' });
  // Rounding the matrices to 11 bits moved these logits by 1.2e-3 at most, those of ModernBERT by 5e-3.
  expect(farthest(await logitsOf(halves, batch(rows)), ours)).toBeLessThan(modernNames.includes(name) ? 1e-2 : 3e-3);
  expect(halves.length).toBeLessThan(0.6 * file.length);
});

describe('an exported file', () => {
  const name = 'houlsby-gelu-mean-pooling';

  test('says what a person needs who is given nothing else', async () => {
    const { model } = await recordedModel(name);
    const proto = await loadProto();
    const { metadataProps, opsetImport, graph } = proto.ModelProto.decode(exportOnnx(proto, model));
    const { tokenizer, labels, method, ...rest } = Object.fromEntries(
      metadataProps.map(({ key, value }) => [key, value]),
    );
    expect(rest).toEqual({ name, max_length: String(model.maxLength), pooling: 'mean' });
    expect(JSON.parse(labels ?? '')).toEqual(model.labels);
    expect(JSON.parse(method ?? '')).toEqual(model.plan);
    const again = new Tokenizer(JSON.parse(tokenizer ?? ''));
    const text = 'Quite a “lovely” film, wasn’t it?';
    expect(again.encode(text, 12)).toEqual(tiny.files.tokenizer.encode(text, 12));
    expect(opsetImport?.map(({ domain }) => domain)).toEqual(['']);
    expect(graph?.input?.map((input) => input.name)).toEqual(['input_ids', 'attention_mask']);
    expect(graph?.output?.map((output) => output.name)).toEqual(['logits']);
  });

  test('is refused where a weight is missing or of another size', async () => {
    const { model } = await recordedModel(name);
    const proto = await loadProto();
    const trainable = new Map(model.trainable);
    trainable.delete(headWeight);
    expect(() => exportOnnx(proto, { ...model, trainable })).toThrow(
      `${headWeight} should hold ${model.labels.length} x 64 numbers and holds 0.`,
    );
    const norm = 'embeddings.LayerNorm.bias';
    const weights = new Map(model.weights).set(norm, { shape: [3], data: new Float32Array(3) });
    expect(() => exportOnnx(proto, { ...model, weights })).toThrow(`bert.${norm} should hold 64 numbers and holds 3.`);
  });

  test('is refused where it would be too large, before anything is copied', async () => {
    const { model } = await recordedModel(name);
    const proto = await loadProto();
    // 600 million numbers of word embeddings: too many as float32, not as float16.
    const config = { ...model.config, vocabulary: 600e6 / model.config.hidden };
    expect(() => exportOnnx(proto, { ...model, config })).toThrow('Export float16 weights');
    expect(() => exportOnnx(proto, { ...model, config, precision: 'float16' })).toThrow('should hold');
    const larger = { ...config, vocabulary: 2 * config.vocabulary };
    expect(() => exportOnnx(proto, { ...model, config: larger, precision: 'float16' })).toThrow('a smaller encoder');
  });

  test.each([
    [65519, true],
    [65536, false],
    [-1e6, false],
    [Number.NaN, false],
  ])('a weight of %d as float16: %s', async (value, fits) => {
    const { model } = await recordedModel(name);
    const proto = await loadProto();
    const head = model.trainable.get(headWeight);
    if (!head) throw new Error('the recorded run has no head');
    const data = head.data.slice();
    data[3] = value;
    const trainable = new Map(model.trainable).set(headWeight, { ...head, data });
    const write = () => exportOnnx(proto, { ...model, trainable, precision: 'float16' });
    if (fits) return expect(write().length).toBeGreaterThan(0);
    expect(write).toThrow(`${headWeight} holds ${value}, which float16 cannot hold. Export float32 weights.`);
  });
});
