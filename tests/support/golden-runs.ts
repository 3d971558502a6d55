import { expect, test } from 'vitest';
import type { EncoderFiles } from '../../src/files/encoder-files.ts';
import { readRecordedRun } from '../../src/headless/recorded-run.ts';
import { verifyRun } from '../../src/headless/verify.ts';
import type { LoadedEncoder } from '../../src/training/engine.ts';
import { goldenFolder } from './golden.ts';

const runs = Object.keys(import.meta.glob('../golden/runs/*/run.json')).map((path) => path.split('/')[3] ?? '');

/** Every recorded run, replayed on an engine. @param tiny filled before the first test */
export function testGoldenRuns(tiny: { encoder: LoadedEncoder; files: EncoderFiles }): void {
  test('there are recorded runs', () => {
    expect(runs.length).toBeGreaterThanOrEqual(16);
  });

  test.each(runs)('%s equals PyTorch', async (name) => {
    const recorded = await readRecordedRun(goldenFolder(`runs/${name}`));
    const { checks } = await verifyRun(recorded, tiny.encoder, tiny.files.tokenizer);
    expect(checks.length).toBeGreaterThan(15);
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
  });
}
