import { testMatrix } from '../support/faults/matrix.ts';

/** Every fault in every state of a run that no other test has: docs/reliability.md lists both. */
testMatrix((stages) => stages);
