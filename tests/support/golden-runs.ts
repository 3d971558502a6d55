import { expect, test } from 'vitest';
import { readRecordedRun } from '../../commands/support/recorded-run.ts';
import { verifyRun } from '../../commands/verify/verify.ts';
import type { LoadedEncoder } from '../../src/engine/contract.ts';
import type { EncoderFiles } from '../../src/files/encoder-files.ts';
import { roundFrozen } from '../../src/model/frozen-bits.ts';
import { goldenFolder } from './golden.ts';

/** Folders under tests/golden: of one label a row, and of other kinds of tasks. */
export const runs = Object.keys(import.meta.glob('../golden/{runs,task-kinds}/*/run.json')).map((path) =>
  path.split('/').slice(2, 4).join('/'),
);

/** Runs of ModernBERT, which are on an encoder of their own. */
export const modernRuns = Object.keys(import.meta.glob('../golden/modernbert/*/run.json')).map((path) =>
  path.split('/').slice(2, 4).join('/'),
);

interface Tiny {
  encoder: LoadedEncoder;
  files: EncoderFiles;
  load: (files: EncoderFiles) => LoadedEncoder | Promise<LoadedEncoder>;
}

/**
 * Recorded runs, replayed on an engine.
 * @param tiny filled before the first test
 * @param names all of them unless given
 * @param logits how near all logits must be, where a mistake could be smaller than verify's tolerance
 */
export function testGoldenRuns(tiny: Tiny, names: readonly string[] = runs, logits?: number): void {
  test('there are recorded runs', () => {
    expect(runs.length).toBeGreaterThanOrEqual(25);
  });

  test.each(names)('%s equals PyTorch', async (name) => {
    const recorded = await readRecordedRun(goldenFolder(name));
    const { bits } = recorded.run.frozen;
    const encoder = bits === 32 ? tiny.encoder : await tiny.load(roundFrozen(tiny.files, bits));
    const { checks } = await verifyRun(recorded, encoder, tiny.files.tokenizer);
    if (encoder !== tiny.encoder) encoder.destroy();
    expect(checks.length).toBeGreaterThan(15);
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    if (logits === undefined) return;
    const compared = checks.filter(({ name }) => name.startsWith('logits'));
    expect(compared.length).toBe(2);
    for (const { difference } of compared) expect(difference).toBeLessThan(logits);
  });
}
