import { describe } from 'vitest';
import { defaultTuning, everywhere, variantNames } from '../../../src/webgpu/products/tiles.ts';
import { withTinyEncoder } from '../../support/golden.ts';
import { testGoldenRuns } from '../../support/golden-runs.ts';

/** Every recorded run with every variant of the kernels. */
describe.each(variantNames)('%s', (variant) => {
  testGoldenRuns(withTinyEncoder({ ...defaultTuning({ software: true }), tiles: everywhere(variant) }));
});
