import type { Work } from '../../base/work.ts';
import type { Split } from '../rows/split.ts';
import { type CheckName, checkRows, type Fix } from './checks.ts';

/**
 * The order in which faults are fixed. Spelling first: it makes rows alike and rare classes larger. Rare classes last
 * but one, when no more rows are removed; then test rows of classes that are no longer trained on.
 */
const order: readonly CheckName[] = [
  'label-spelling',
  'empty-text',
  'half-empty',
  'duplicate',
  'two-labels',
  'leakage',
  'rare-class',
  'test-only-class',
];

/** Fixes all that can be fixed, each fault in the rows that the fixes before it have left. */
export const fixAll: Fix = function* (split: Split): Work<Split> {
  let mended = split;
  for (const name of order) {
    const fix = (yield* checkRows(mended)).find(({ check }) => check === name)?.fix;
    if (fix) mended = yield* fix(mended);
  }
  return mended;
};
