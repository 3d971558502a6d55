import type { TaskKind } from '../../model/task-kind.ts';
import type { Row } from './row.ts';

/** Classes that a row names; none where it has a number. */
export function namesOf(kind: TaskKind, { label, tagged }: Pick<Row, 'label' | 'tagged'>): readonly string[] {
  if (kind === 'regression') return [];
  if (kind === 'token') return tagged?.tags ?? [];
  return kind === 'multi-label' ? (JSON.parse(label) as string[]) : [label];
}
