import { withTinyEncoder } from '../support/golden.ts';
import { testGoldenRuns } from '../support/golden-runs.ts';

testGoldenRuns(withTinyEncoder());
