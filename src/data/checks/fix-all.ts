import type { Work } from '../../base/work.ts';
import type { TaskKind } from '../../model/task-kind.ts';
import type { Split } from '../rows/split.ts';
import { type CheckName, checkRows, type Fix } from './checks.ts';

/**
 * The order in which faults are fixed. Spelling first: it makes rows alike and rare classes larger. Rare classes last
 * but one, when no more rows are removed; then test rows of classes that are no longer trained on.
 */
export const fixOrder = [
  'label-spelling',
  'empty-text',
  'half-empty',
  'duplicate',
  'two-labels',
  'leakage',
  'rare-class',
  'test-only-class',
] as const satisfies readonly CheckName[];

const fixAllOf = (kind: TaskKind): Fix =>
  function* (split: Split): Work<Split> {
    let mended = split;
    for (const name of fixOrder) {
      const fix = (yield* checkRows(mended, kind)).find(({ check }) => check === name)?.fix;
      if (fix) mended = yield* fix(mended);
    }
    return mended;
  };

/** Fixes all that can be fixed of rows of a kind, each fault in the rows that the fixes before it have left. */
export const fixesOfAll: Record<TaskKind, Fix> = {
  'single-label': fixAllOf('single-label'),
  'multi-label': fixAllOf('multi-label'),
  regression: fixAllOf('regression'),
  token: fixAllOf('token'),
};

/** That of rows with one class each. */
export const fixAll = fixesOfAll['single-label'];
