import { testLessons } from '../support/lessons.ts';

/** Without a graphics card these take half an hour: `.ci/run` leaves them out. */
testLessons('WebGPU', [4, 5]);
