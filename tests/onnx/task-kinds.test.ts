import { testTaskKinds } from '../support/task-kinds.ts';
import { withTinyOnWasm } from '../support/wasm.ts';

testTaskKinds(withTinyOnWasm());
