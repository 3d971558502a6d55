import { describe } from 'vitest';
import { defaultTuning, everywhere, variantNames } from '../../../src/webgpu/products/tiles.ts';
import { withTinyEncoder } from '../../support/golden.ts';
import { modernRuns, testGoldenRuns } from '../../support/golden-runs.ts';

/** Every recorded run with every variant of the kernels. */
describe.each(variantNames)('%s', (variant) => {
  const tuning = { ...defaultTuning({ software: true }), tiles: everywhere(variant) };
  testGoldenRuns(withTinyEncoder(tuning));
  describe('ModernBERT', () => testGoldenRuns(withTinyEncoder(tuning, undefined, 'tiny-modernbert'), modernRuns));
});
