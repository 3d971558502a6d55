import type { TaskKind } from '../../model/task-kind.ts';
import type { Row } from './row.ts';
import { namesOf } from './row-names.ts';

/** A row's label, by the kind of task: changed, and as it is shown. */

/** A row with other names in the place of those that it has. */
export function renamed(kind: TaskKind, row: Row, nameOf: (name: string) => string): Row {
  if (kind === 'single-label') return { ...row, label: nameOf(row.label) };
  if (kind === 'multi-label') return { ...row, label: JSON.stringify([...new Set(namesOf(kind, row).map(nameOf))]) };
  if (!row.tagged) return row;
  const tags = row.tagged.tags.map(nameOf);
  return { ...row, label: tags.join(' '), tagged: { ...row.tagged, tags } };
}

/** A row's label as a person reads it: the class, several of them, the number, or its tags; a dash where it has none. */
export function labelOf(kind: TaskKind, row: Pick<Row, 'label' | 'tagged'>): string {
  if (kind === 'single-label' || kind === 'regression') return row.label;
  return namesOf(kind, row).join(kind === 'token' ? ' ' : ', ') || '–';
}
