import { expect, test } from 'vitest';
import { withTinyEncoder } from '../support/golden.ts';
import { modernMethods, modernSettings, testModernBert, trainModern } from '../support/modernbert.ts';
import { expectClose } from '../support/numbers.ts';
import { withTinyOnWasm } from '../support/wasm.ts';

const modern = withTinyOnWasm('tiny-modernbert');
const webgpu = withTinyEncoder(undefined, undefined, 'tiny-modernbert');
testModernBert(modern);

const norm = (data: Float32Array) => Math.sqrt(data.reduce((sum, value) => sum + value * value, 0));

test.each(modernMethods)('%j: both engines have the same losses and gradients', async (method) => {
  const results = [];
  for (const { encoder } of [webgpu, modern]) {
    const engine = await encoder.createEngine(modernSettings(method));
    results.push({ losses: await trainModern(engine, 3), gradients: await engine.readGradients() });
    engine.destroy();
  }
  const [ours, theirs] = results;
  expectClose(
    Float32Array.from(ours?.losses ?? []),
    Float64Array.from(theirs?.losses ?? []),
    { atol: 1e-4, rtol: 1e-4 },
    'losses',
  );
  expect([...(theirs?.gradients.keys() ?? [])]).toEqual([...(ours?.gradients.keys() ?? [])]);
  for (const [name, { data }] of theirs?.gradients ?? []) {
    expect(norm(data), name).toBeGreaterThan(0);
    const off = data.map((value, i) => value - (ours?.gradients.get(name)?.data[i] ?? Number.NaN));
    expect(norm(off) / norm(data), name).toBeLessThan(2e-3);
  }
});
