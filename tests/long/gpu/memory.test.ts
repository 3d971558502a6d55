import { expect, test } from 'vitest';
import { cdp } from 'vitest/browser';
import type { Engine } from '../../../src/engine/contract.ts';
import { randomBatch, settingsOf, train } from '../../support/engine-runs.ts';
import { withTinyOnWasm } from '../../support/wasm.ts';

const wasm = withTinyOnWasm();

/** What V8 counts, in bytes; Playwright's types do not know the buffers yet. */
interface HeapUsage {
  usedSize: number;
  /** Of array buffers. */
  backingStorageSize: number;
}

/** Bytes of live JavaScript objects and array buffers, garbage collected first. */
async function liveBytes(): Promise<number> {
  const browser = cdp() as unknown as { send(method: string): Promise<HeapUsage> };
  await browser.send('HeapProfiler.collectGarbage');
  const { usedSize, backingStorageSize } = await browser.send('Runtime.getHeapUsage');
  return usedSize + backingStorageSize;
}

/** Bytes of onnxruntime's heap and of live JavaScript after so many steps more. */
async function after(engine: Engine, steps: number): Promise<{ heap: number | null; live: number }> {
  await train(engine, steps);
  return { heap: engine.sharedHeapBytes(), live: await liveBytes() };
}

const steps = 500;
/** A kilobyte a step is less than what a batch is made into. */
const maxGrowth = 1000 * steps;

test.each([{ type: 'houlsby', bottleneck: 8, dropout: 0.2 }, { type: 'full' }])(
  '$type: 500 steps hold no more memory than 50, on either side',
  async (method) => {
    const engine = await wasm.encoder.createEngine(settingsOf(method));
    const before = await after(engine, 50);
    const then = await after(engine, steps);
    expect(then.heap).toBe(before.heap);
    expect(then.live - before.live).toBeLessThan(maxGrowth);
    engine.destroy();
  },
);

test('batches that are left behind are seen', async () => {
  const before = await liveBytes();
  const left = Array.from({ length: steps }, (_, step) => randomBatch(step));
  const bytes = left.reduce((sum, { ids, lengths }) => sum + ids.byteLength + lengths.byteLength, 0);
  expect((await liveBytes()) - before).toBeGreaterThan(bytes);
});
