import { testMatrix } from '../support/faults/matrix.ts';

/** Every fault once, each in another state: `npm run test:hours -- tests/hours/matrix.test.ts` tries all. */
testMatrix((stages, fault) => stages.slice(fault % stages.length).slice(0, 1));
