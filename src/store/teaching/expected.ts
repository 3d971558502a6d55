import type { LessonId } from '../lessons/origin.ts';

/** What a lesson's experiment gave where it was recorded: expected.json, which `npm run test:long` writes with
 * RECORD_LESSONS=yes. */

export interface ExpectedNumber {
  value: number;
  /** 'ratio': of two times on one machine. */
  unit: 'percent' | 'points' | 'ratio';
}

export interface Expected {
  /** By what was measured. */
  numbers: Record<string, ExpectedNumber>;
}

export type ExpectedFile = Partial<Record<LessonId, Expected>>;
