import { expect, test } from 'vitest';
import { makeBatch } from '../../src/data/batches.ts';
import { openOnnxRuntime } from '../../src/engines/device.ts';
import { readRecordedRun, recordedPlan } from '../../src/headless/recorded-run.ts';
import { exportOnnx } from '../../src/onnx/export.ts';
import { goldenFolder } from '../support/golden.ts';
import { withTinyOnWasm } from '../support/wasm.ts';

const names = Object.keys(import.meta.glob('../golden/runs/*/run.json')).map((path) => path.split('/')[3] ?? '');
const tiny = withTinyOnWasm();

const farthest = (ours: Float32Array, theirs: ArrayLike<number>) =>
  ours.length === theirs.length
    ? ours.reduce((most, value, i) => Math.max(most, Math.abs(value - (theirs[i] ?? Number.NaN))), 0)
    : Number.POSITIVE_INFINITY;

test.each(names)('%s, exported, gives the logits of the engine and of PyTorch', async (name) => {
  const { run, expected, tokens, final } = await readRecordedRun(goldenFolder(`runs/${name}`));
  const { ort, proto } = await openOnnxRuntime();
  const { labels, pooling, max_length: maxLength } = run;
  const plan = recordedPlan(run.method);
  const { config, weights } = tiny.files;
  const model = { config, weights, plan, trainable: final, pooling, labels, maxLength };

  const rows = run.eval_rows.map((row) => tokens.input_ids[row] ?? []);
  const batch = makeBatch(
    rows,
    rows.map(() => 0),
    tiny.files.tokenizer.padId,
    config.positions,
  );
  const shape = [batch.examples, batch.length];
  const mask = Array.from(batch.ids, (_, i) =>
    BigInt(Number(i % batch.length < (batch.lengths[Math.floor(i / batch.length)] ?? 0))),
  );
  const feeds = {
    input_ids: new ort.Tensor('int64', BigInt64Array.from(batch.ids, BigInt), shape),
    attention_mask: new ort.Tensor('int64', BigInt64Array.from(mask), shape),
  };
  const logitsOf = async (file: Uint8Array) => {
    const session = await ort.InferenceSession.create(file);
    const { logits } = await session.run(feeds);
    await session.release();
    return logits?.data as Float32Array;
  };

  const optimizer = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, clip: null };
  const engine = await tiny.encoder.createEngine({ plan, classes: labels.length, pooling, optimizer, seed: 0 });
  engine.writeTrainable(final);
  const ours = await engine.evaluate(batch);
  engine.destroy();

  const logits = await logitsOf(exportOnnx(proto, model));
  expect(farthest(logits, ours)).toBeLessThan(1e-4);
  expect(farthest(logits, expected.logits_after.flat())).toBeLessThan(1e-4);
  // Rounding the weights to 11 bits moved these logits by 1.4e-3 at most.
  const halves = exportOnnx(proto, { ...model, precision: 'float16' });
  expect(farthest(await logitsOf(halves), ours)).toBeLessThan(5e-3);
});
