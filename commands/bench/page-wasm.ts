import { openDevice } from '../../src/device/open.ts';
import { countParameters } from '../../src/model/parameters.ts';
import {
  type Bench,
  batchOf,
  benchSchema,
  classes,
  configOf,
  learningRate,
  randomEncoder,
  type Spread,
  settingsOf,
  spread,
  timeSteps,
} from './page.ts';

/** `npm run bench -- --engine wasm`: the same steps on onnxruntime-web. */

export interface WasmBenchResult extends Bench {
  device: string;
  loss: number;
  trainable: number;
  /** Milliseconds of the first step, making the session included. */
  firstStepMs: number;
  stepMs: Spread;
  stepMsMedian: number;
  /** A forward alone, as evaluation does it. */
  forwardMs: Spread;
  memoryBytes: Record<string, number>;
}

/** Measures one shape. */
export async function bench(asked: Bench): Promise<WasmBenchResult> {
  const options = benchSchema.parse(asked);
  const config = configOf(options);
  const batch = batchOf(options);
  const settings = settingsOf(options);
  const device = await openDevice('wasm');
  const encoder = await device.loadEncoder(randomEncoder(options));
  const started = performance.now();
  const engine = await encoder.createEngine(settings);
  const { loss } = await engine.step(batch, learningRate);
  const firstStepMs = performance.now() - started;
  await timeSteps(engine, batch, options.warmup);
  const stepMs = spread(await timeSteps(engine, batch, options.steps));
  const forwards: number[] = [];
  for (let i = 0; i < options.steps; i++) {
    const before = performance.now();
    await engine.evaluate(batch);
    forwards.push(performance.now() - before);
  }
  const memoryBytes = { ...engine.memory() };
  engine.destroy();
  encoder.destroy();
  return {
    ...options,
    device: device.name,
    loss,
    trainable: countParameters(config, settings.plan, classes, 0).trainable,
    firstStepMs,
    stepMs,
    stepMsMedian: stepMs.median,
    forwardMs: spread(forwards),
    memoryBytes,
  };
}
