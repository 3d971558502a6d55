import { z } from 'zod';
import { FileSetError } from '../../base/file-set.ts';
import { type MessageParts, msg } from '../../base/message.ts';
import type { Example, LabelOf } from '../../data/dataset.ts';
import type { Texts } from '../../data/rows/texts.ts';
import type { TaskKind } from '../../model/task-kind.ts';

/**
 * Labelled rows as lines of JSON: ["text","label"], or ["text",["label","label"]], ["text",3.5], [["word","word"],["tag","tag"]];
 * of pairs of texts ["text","second text",…].
 * A bundle holds them, and its checksums are computed over them.
 */

const names = z.array(z.string());
/** What stands for a row's text and for its label in a line. */
const lineSchemas = {
  'single-label': z.string(),
  'multi-label': names,
  regression: z.number(),
};
const wordsSchema = z.tuple([names, names]);

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
  const texts = ({ text, second }: Texts) => (second === undefined ? [text] : [text, second]);
  const line: { [L in TaskKind]: (row: Example<L>) => unknown } = {
    'single-label': (row) => [...texts(row), nameOf(row.label)],
    'multi-label': (row) => [...texts(row), row.label.map(nameOf)],
    regression: (row) => [...texts(row), row.label],
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
  const known = (list: readonly string[]) => list.flatMap((one) => classes.get(one) ?? []);
  if (kind === 'token') {
    const [words, tags] = wordsSchema.safeParse(line).data ?? [[], []];
    const label = known(tags);
    return label.length === words.length && words.length > 0 ? { text: words.join(' '), words, label } : null;
  }
  const schema = lineSchemas[kind];
  const parsed = z.union([z.tuple([z.string(), schema]), z.tuple([z.string(), z.string(), schema])]).safeParse(line);
  if (!parsed.success) return null;
  const [text, second] = parsed.data;
  const label = parsed.data.at(-1);
  const texts = parsed.data.length === 3 ? { text, second: String(second) } : { text };
  if (typeof label === 'number') return { ...texts, label };
  if (typeof label === 'string') {
    const index = classes.get(label);
    return index === undefined ? null : { ...texts, label: index };
  }
  const indices: LabelOf['multi-label'] = known(label ?? []);
  return indices.length === label?.length ? { ...texts, label: indices } : null;
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
