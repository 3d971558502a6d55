import { testLessons } from '../support/lessons.ts';

/** Without a graphics card these take most of an hour: `.ci/run` leaves them out. */
testLessons('WebGPU');
