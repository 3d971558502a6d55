import { expect, test } from 'vitest';
import { forecastMemory } from '../../src/engine/memory-forecast.ts';
import { withTinyEncoder } from '../support/golden.ts';
import { modernBatch, modernMethods, modernSettings, testModernBert } from '../support/modernbert.ts';

const modern = withTinyEncoder(undefined, undefined, 'tiny-modernbert');
testModernBert(modern);

test.each(modernMethods)('what %j takes is what was foretold', async (method) => {
  const { config } = modern.encoder;
  const settings = modernSettings(method);
  const batch = modernBatch(0);
  const engine = await modern.encoder.createEngine(settings);
  await engine.step(batch, 0.001);
  const held = engine.memory();
  const { examples, length: tokens } = batch;
  const { arenas } = forecastMemory({ ...settings, config }, { examples, tokens });
  for (const arena of ['frozen', 'trainable', 'optimizer', 'activations', 'scratch'] as const)
    expect(Math.abs(arenas[arena] - held[arena]) / held[arena], arena).toBeLessThan(0.01);
  engine.destroy();
});
