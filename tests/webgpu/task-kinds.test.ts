import { withTinyEncoder } from '../support/golden.ts';
import { testTaskKinds } from '../support/task-kinds.ts';

testTaskKinds(withTinyEncoder());
