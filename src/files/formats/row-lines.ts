import { z } from 'zod';
import { FileSetError } from '../../base/file-set.ts';
import { msg } from '../../base/message.ts';
import type { Example } from '../../data/dataset.ts';

/** Labelled rows as lines of JSON, ["text","label"]: a bundle holds them, and its checksums are computed over them. */

const lineSchema = z.tuple([z.string(), z.string()]);

export const rowLines = (rows: readonly Example[], labels: readonly string[]): string =>
  rows.map(({ text, label }) => `${JSON.stringify([text, labels[label]])}\n`).join('');

/** @throws FileSetError naming the line that is no row of these classes */
export function readRowLines(bytes: Uint8Array, labels: readonly string[], name: string): Example[] {
  const classes = new Map(labels.map((label, index) => [label, index]));
  const lines = new TextDecoder().decode(bytes).split('\n').slice(0, -1);
  return lines.map((line, i) => {
    const parsed = lineSchema.safeParse(parseLine(line));
    const label = parsed.success ? classes.get(parsed.data[1]) : undefined;
    if (!parsed.success || label === undefined)
      throw new FileSetError(msg`${name} line ${i + 1} is not ["text", "label"] with one of the run's labels.`);
    return { text: parsed.data[0], label };
  });
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
