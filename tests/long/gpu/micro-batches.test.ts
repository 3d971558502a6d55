import { describe, expect, test } from 'vitest';
import { readRecordedRun } from '../../../commands/support/recorded-run.ts';
import { verifyRun } from '../../../commands/verify/verify.ts';
import type { Batch, Engine, EngineSettings, LoadedEncoder } from '../../../src/engine/contract.ts';
import { methodSchema, trainingPlan } from '../../../src/model/methods.ts';
import { makeBatch } from '../../../src/training/batches.ts';
import { Session } from '../../../src/training/session.ts';
import { goldenFolder, withTinyEncoder } from '../../support/golden.ts';
import { expectClose, integers } from '../../support/numbers.ts';
import { withTinyOnWasm } from '../../support/wasm.ts';
import { wordsDataset, wordsRun } from '../../support/words.ts';

/** A batch cut in micro-batches against the same batch whole, on both engines. */

const engines = { webgpu: withTinyEncoder(), wasm: withTinyOnWasm() };
const names = ['webgpu', 'wasm'] as const;

const methods = [
  { type: 'houlsby', bottleneck: 5, dropout: 0.3 },
  { type: 'lora', rank: 3, alpha: 6 },
  { type: 'bitfit' },
  { type: 'head-only' },
  { type: 'full' },
];

const settingsOf = (method: object, microBatches: number): EngineSettings => ({
  plan: trainingPlan(methodSchema.parse(method), 2),
  classes: 3,
  pooling: 'mean',
  // Every step is clipped, so that a norm that were a piece's own would show.
  optimizer: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01, clip: 0.05 },
  seed: 3,
  microBatches,
});

/** Rows of 3 to 19 tokens; every step another batch. */
function batchOf(step: number, examples: number): Batch {
  const lengths = integers(examples, 3, 20, 100 + step);
  const rows = [...lengths].map((length, i) => [...integers(length, 5, 2000, 1000 * step + i)]);
  const keys = rows.map((_, i) => examples * step + i);
  return makeBatch(rows, [...integers(examples, 0, 3, 200 + step)], 0, 24, keys);
}

/** Losses, norms and gradients of three steps. */
async function train(engine: Engine, examples: number) {
  const steps = [];
  for (let step = 0; step < 3; step++) {
    const report = await engine.step(batchOf(step, examples), 0.01);
    steps.push({ ...report, gradients: await engine.readGradients() });
  }
  engine.destroy();
  return steps;
}

describe.each(names)('on %s', (name) => {
  test.each(methods)('$type: losses, clipping, gradients and masks are those of the whole batch', async (method) => {
    const { encoder } = engines[name];
    const whole = await train(await encoder.createEngine(settingsOf(method, 1)), 5);
    // In 2: 3 and 2 rows. In 4: 2, 2 and 1. In 9: one at a time.
    for (const microBatches of [2, 4, 9]) {
      const cut = await train(await encoder.createEngine(settingsOf(method, microBatches)), 5);
      whole.forEach(({ loss, gradNorm, gradients }, step) => {
        const other = cut[step];
        expectClose([other?.loss ?? Number.NaN], [loss], { atol: 1e-6, rtol: 1e-5 }, `loss of step ${step}`);
        expectClose([other?.gradNorm ?? Number.NaN], [gradNorm], { atol: 1e-6, rtol: 1e-4 }, `norm of step ${step}`);
        // Later steps begin at weights that Adam moved by noise where a gradient is almost 0.
        if (step > 0) return;
        for (const [parameter, { data }] of gradients)
          expectClose(other?.gradients.get(parameter)?.data ?? [], data, { atol: 2e-6, rtol: 1e-4 }, parameter);
      });
    }
  });

  test.each(['houlsby-decay-warmup-clip', 'full-fine-tuning'])('%s, cut in three, equals PyTorch', async (run) => {
    const { encoder, files } = engines[name];
    const cutting: LoadedEncoder = {
      ...encoder,
      createEngine: (settings) => encoder.createEngine({ ...settings, microBatches: 3 }),
    };
    const recorded = await readRecordedRun(goldenFolder(`runs/${run}`));
    expect(recorded.run.batch_size).toBeGreaterThan(3);
    const { checks } = await verifyRun(recorded, cutting, files.tokenizer);
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
  });

  test('a run ends where the undivided one ends', async () => {
    const outcome = async (microBatches: number) => {
      const { encoder, files } = engines[name];
      const parts = { encoder, tokenizer: files.tokenizer, dataset: wordsDataset, now: () => 0 };
      const session = await Session.create({ ...parts, run: wordsRun({}, { epochs: 1, microBatches }) });
      for await (const _ of session.events());
      await session.latency({ repeats: 1 });
      const { activations } = session.engine.memory();
      const logits = session.logits.flat();
      session.destroy();
      return { logits, activations };
    };
    const [whole, cut] = [await outcome(1), await outcome(4)];
    expectClose(cut.logits, whole.logits, { atol: 2e-4, rtol: 1e-3 }, 'logits');
    if (name === 'webgpu') expect(cut.activations).toBeLessThan(0.3 * whole.activations);
  });
});

test('the steady state makes no GPU object', async () => {
  const { encoder, gpu } = engines.webgpu;
  const { device } = gpu;
  const calls = ['createBuffer', 'createBindGroup', 'createComputePipelineAsync'] as const;
  let made = 0;
  for (const name of calls) {
    const original = device[name].bind(device) as (...of: unknown[]) => unknown;
    const counting = (...of: unknown[]) => {
      made++;
      return original(...of);
    };
    Object.assign(device, { [name]: counting });
  }
  const engine = await encoder.createEngine(settingsOf({ type: 'houlsby', bottleneck: 5, dropout: 0.3 }, 4));
  const steps = async () => {
    for (let step = 0; step < 3; step++) await engine.step(batchOf(step, 8), 0.01);
  };
  await steps();
  expect(made).toBeGreaterThan(0);
  made = 0;
  await steps();
  expect(made).toBe(0);
  for (const name of calls) Reflect.deleteProperty(device, name);
  engine.destroy();
});
