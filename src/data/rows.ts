import { said } from '../model/said.ts';
import { DataFileError, type FileRecord, type Format, placeName } from './data-file.ts';

/** One labelled text. */
export interface Row {
  /** The text; of a pair both, joined by `pairMark`. */
  text: string;
  label: string;
  /** Line of the file on which the row begins, or its entry, from 1; 0 for a row typed by hand. For messages. */
  line: number;
}

/**
 * Between the two texts of a pair. Tokenised, it is the separator token: [CLS] a [SEP] b [SEP]. The token types stay 0 for
 * both texts, as the adapters learn what the separator means.
 */
export const pairMark = ' [SEP] ';

/** Which column is what. */
export interface Mapping {
  text: string;
  /** The second text of a pair; null without one. */
  second: string | null;
  label: string;
}

export interface RowReaderOptions {
  file: string;
  format: Format;
  columns: readonly string[];
  mapping: Mapping;
  /** Rows whose label is empty are refused, or left out. */
  unlabelled?: 'refuse' | 'skip' | undefined;
}

/**
 * Where a column stands.
 * @throws DataFileError naming the columns that there are
 */
function columnAt(columns: readonly string[], wanted: string, file: string, field: string): number {
  const at = columns.indexOf(wanted.trim());
  if (at >= 0) return at;
  const alike = columns.find((name) => name.toLowerCase() === wanted.trim().toLowerCase());
  const hint = alike ? said` Did you mean ${alike}?` : '';
  throw new DataFileError(
    said`${file} has no column ${wanted}; it has ${columns.join(', ')}.${hint} Set data.${field}.`,
  );
}

/**
 * Turns records into labelled rows.
 * @returns a function from a record to its row, or null for a row that is left out
 * @throws DataFileError for a column that is not there; the function, for an empty label
 */
export function rowReader({ file, format, columns, mapping, unlabelled = 'refuse' }: RowReaderOptions) {
  const textAt = columnAt(columns, mapping.text, file, 'text');
  const labelAt = columnAt(columns, mapping.label, file, 'label');
  const secondAt = mapping.second === null ? -1 : columnAt(columns, mapping.second, file, 'second');
  if (textAt === labelAt)
    throw new DataFileError(said`${file}: column ${mapping.text} cannot be both text and label. Choose two columns.`);
  // A label is one of few: each is held once, however many rows carry it.
  const labels = new Map<string, string>();
  return ({ place, cells }: FileRecord): Row | null => {
    const raw = (cells[labelAt] ?? '').trim();
    if (raw === '' && unlabelled === 'skip') return null;
    if (raw === '')
      throw new DataFileError(
        said`${file} ${placeName(format, place)}: column ${columns[labelAt]} is empty. Fill it in, or leave such rows out.`,
      );
    const label = labels.get(raw) ?? raw;
    labels.set(raw, label);
    const text = cells[textAt] ?? '';
    return { text: secondAt < 0 ? text : `${text}${pairMark}${cells[secondAt] ?? ''}`, label, line: place };
  };
}

const textNames =
  /^(text|texts|sentence|sentences|review|content|body|message|utterance|query|question|document|tweet|comment|description|premise|title|headline|definition|文本|内容|句子|评论|正文)$/i;
const firstOfPair = /^(text|sentence|question|s|query|premise|文本|句子)[ _-]?(1|a)$/i;
const secondNames =
  /^((text|sentence|question|s|query|文本|句子)[ _-]?(2|b)|hypothesis|text_pair|second|answer|context|passage)$/i;
const labelNames =
  /^(label|labels|class|category|categories|target|intent|sentiment|topic|tag|polarity|is_?spam|domain|y|标签|类别|分类|类型)$/i;
const idNames = /^(id|idx|index|uuid|guid|no|row|编号|序号|column 1)$/i;

interface ColumnFacts {
  name: string;
  meanLength: number;
  distinct: number;
  filled: number;
}

function factsOf(name: string, values: readonly string[]): ColumnFacts {
  const filled = values.filter((value) => value.trim() !== '');
  const characters = filled.reduce((sum, value) => sum + value.length, 0);
  return {
    name,
    meanLength: filled.length === 0 ? 0 : characters / filled.length,
    distinct: new Set(filled.map((value) => value.trim())).size,
    filled: filled.length,
  };
}

/**
 * Guesses which column is the text, the second text and the label: by name, else the longest column is the text and the one
 * with the fewest different values the label.
 * @param records the first rows of the file
 * @returns null where the file has fewer than two columns
 */
export function guessMapping(columns: readonly string[], records: readonly FileRecord[]): Mapping | null {
  const facts = columns.map((name, i) =>
    factsOf(
      name,
      records.map(({ cells }) => cells[i] ?? ''),
    ),
  );
  if (facts.length < 2) return null;
  const byLength = facts.toSorted((a, b) => b.meanLength - a.meanLength);
  const label =
    facts.find(({ name }) => labelNames.test(name)) ??
    facts
      .filter(({ name, filled }) => filled > 0 && name !== byLength[0]?.name && !idNames.test(name))
      .toSorted((a, b) => a.distinct - b.distinct || a.meanLength - b.meanLength)[0] ??
    facts.find(({ name }) => name !== byLength[0]?.name);
  const others = (list: readonly ColumnFacts[]) => list.filter(({ name }) => name !== label?.name);
  const text =
    others(facts).find(({ name }) => firstOfPair.test(name)) ??
    others(facts).find(({ name }) => textNames.test(name)) ??
    others(byLength)[0];
  if (!label || !text) return null;
  const pairs = firstOfPair.test(text.name) || /^(premise|question|query)$/i.test(text.name);
  const second = pairs ? others(facts).find(({ name }) => name !== text.name && secondNames.test(name)) : undefined;
  return { text: text.name, second: second?.name ?? null, label: label.name };
}
