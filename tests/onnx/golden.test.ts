import { testGoldenRuns } from '../support/golden-runs.ts';
import { withTinyOnWasm } from '../support/wasm.ts';

testGoldenRuns(withTinyOnWasm());
