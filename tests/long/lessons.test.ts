import { testLessons } from '../support/lessons.ts';

testLessons('CPU (WebAssembly)');
// The others train seven runs: lessons-of-many-runs.test.ts.
testLessons('WebGPU', [1, 3, 6]);
