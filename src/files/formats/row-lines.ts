import { z } from 'zod';
import { FileSetError } from '../../base/file-set.ts';
import { type MessageParts, msg } from '../../base/message.ts';
import type { Example, LabelOf } from '../../data/dataset.ts';
import type { TaskKind } from '../../model/task-kind.ts';

/**
 * Labelled rows as lines of JSON: ["text","label"], or ["text",["label","label"]], ["text",3.5], [["word","word"],["tag","tag"]].
 * A bundle holds them, and its checksums are computed over them.
 */

const names = z.array(z.string());
/** What stands for a row's text and for its label in a line. */
const lineSchemas = {
  'single-label': z.tuple([z.string(), z.string()]),
  'multi-label': z.tuple([z.string(), names]),
  regression: z.tuple([z.string(), z.number()]),
  token: z.tuple([names, names]),
};

const forms: Record<TaskKind, MessageParts> = {
  'single-label': msg`["text", "label"] with one of the run's labels`,
  'multi-label': msg`["text", ["label", …]] with some of the run's labels`,
  regression: msg`["text", number]`,
  token: msg`[["word", …], ["tag", …]] with one of the run's tags for each word`,
};

/** @param labels names of the classes */
export function rowLines<K extends TaskKind = 'single-label'>(
  rows: readonly Example<K>[],
  labels: readonly string[],
  kind = 'single-label' as K,
): string {
  const nameOf = (at: number) => labels[at];
  const line: { [L in TaskKind]: (row: Example<L>) => unknown } = {
    'single-label': ({ text, label }) => [text, nameOf(label)],
    'multi-label': ({ text, label }) => [text, label.map(nameOf)],
    regression: ({ text, label }) => [text, label],
    token: ({ words = [], label }) => [words, label.map(nameOf)],
  };
  return rows.map((row) => `${JSON.stringify(line[kind](row as never))}\n`).join('');
}

/** @throws FileSetError naming the line that is no row of these classes */
export function readRowLines<K extends TaskKind = 'single-label'>(
  bytes: Uint8Array,
  labels: readonly string[],
  name: string,
  kind = 'single-label' as K,
): Example<K>[] {
  const classes = new Map(labels.map((label, index) => [label, index]));
  const lines = new TextDecoder().decode(bytes).split('\n').slice(0, -1);
  return lines.map((line, i) => {
    const row = exampleOf(kind, parseLine(line), classes);
    if (!row) throw new FileSetError(msg`${name} line ${i + 1} is not ${forms[kind]}.`);
    return row as Example<K>;
  });
}

/** A line's row; null where it is none of this kind. */
function exampleOf(kind: TaskKind, line: unknown, classes: ReadonlyMap<string, number>): Example<TaskKind> | null {
  const parsed = lineSchemas[kind].safeParse(line);
  if (!parsed.success) return null;
  const [text, label] = parsed.data;
  const known = (list: readonly string[]) => list.flatMap((one) => classes.get(one) ?? []);
  if (typeof text !== 'string') {
    const tags = Array.isArray(label) ? known(label) : [];
    return tags.length === text.length && text.length > 0 ? { text: text.join(' '), words: text, label: tags } : null;
  }
  if (typeof label === 'number') return { text, label };
  if (typeof label === 'string') {
    const index = classes.get(label);
    return index === undefined ? null : { text, label: index };
  }
  const indices: LabelOf['multi-label'] = known(label);
  return indices.length === label.length ? { text, label: indices } : null;
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
