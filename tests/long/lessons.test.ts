import { testLessons } from '../support/lessons.ts';

testLessons('CPU (WebAssembly)');
