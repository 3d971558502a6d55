import { type MessageParts, msg } from '../../base/message.ts';
import type { FileRecord, NestedColumn } from '../readers/data-file.ts';
import type { Mapping } from '../rows/row.ts';
import { type ColumnFacts, factsOf } from './column-facts.ts';

/** Guesses of the text and label columns, by their names and values; no guess where neither decides. */

export interface Guess {
  text: string | null;
  second: string | null;
  label: string | null;
  /** Reason why text or label is null. */
  reason: MessageParts | null;
  /** Columns that may be the label where it could not be decided. */
  candidates: string[];
}

export interface GuessOptions {
  /** The columns have names of their own, rather than numbers given to them. */
  named?: boolean;
  nested?: readonly NestedColumn[];
}

/** The words of a column's name: of "airlineSentiment_2" airline, sentiment. */
const messageOf = (name: string): string[] =>
  name
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\d]+/u)
    .map((word) => word.replace(/(?<=\D)\d+$/, ''))
    .filter((word) => word !== '' && !/^\d+$/.test(word));

const labelWord =
  /^(labels?|class(es)?|categor(y|ies)|targets?|intents?|sentiments?|polarity|emotions?|标签|类别|分类|类型|情感|意图)$/;
const likelyWord =
  /^(y|stars?|ratings?|score|topics?|tags?|type|genre|subject|domain|department|stance|verdict|spam|ham|toxic(ity)?|sarcas(m|tic)|gold|outcome|mood|entailment|relation|relevance|priority|severity|opinion|judge?ment|answer|v|news(group)?|duplicate|recommended|评分|星级|主题|领域)$/;
const booleanPrefix = /^(is|has|was)$/;
/** Words beside a label's that leave it one. */
const harmlessWord =
  /^(id|idx|index|name|no|num|number|code|true|gold|the|coarse|fine|main|overall|final|original|text)$/;
/** Words that make a column something about the label, or about the row. */
const besideWord =
  /^(confidence|prob(ability)?|reasons?|count|counts|text|url|link|date|time|created|span|start|end|position|offset|length|len|words?|chars?|tokens?|source|author|user|users|username|lang|language|country|location|timezone|coord|year|month|day|hour|split|fold|version|gender|age|verified|retweets?|likes?|shares?|views?|votes?|helpful(ness)?|numerator|denominator|price|weight|size|annotator|worker|batch)$/;
const idWord = /^(id|ids|idx|index|uuid|guid|key|no|row|rows|number|nr|pk|unnamed|编号|序号)$/;

const textWord =
  /^(texts?|sentences?|reviews?|content|body|messages?|tweets?|comments?|utterances?|documents?|passage|sms|post|email|premise|文本|内容|句子|评论|正文)$/;
const titleWord =
  /^(titles?|headlines?|description|descriptions|question|questions|query|summary|abstract|prompt|input|definition|phrase|subject|s|标题|问题)$/;
const firstOfPair = /^(text|sentence|question|s|query|premise|文本|句子)[ _-]?(1|a)$/i;
const pairStart = /^(premise|question|query)$/i;
const secondNames =
  /^((text|sentence|question|s|query|文本|句子)[ _-]?(2|b)|hypothesis|text_pair|second|answer|context|passage)$/i;

/** Fewest records in which values that hardly ever recur are evidence. */
const enoughRecords = 10;
const idVariety = 0.9;
const emptyShare = 0.5;
/** Words per value from which on a column is running text. */
const proseWords = 6;
/** A score less than this above the next one's is no decision. */
const clearMargin = 1;
/** Score from which on a name is a label's. */
const strongName = 6;

/** Reason why a column cannot be the label, whatever its name; null: it may be. */
export function whyNoLabel(facts: ColumnFacts): MessageParts | null {
  const { records, filled, distinct, variety, kind, meanLength } = facts;
  if (records === 0) return null;
  if (filled === 0) return msg`it is empty`;
  if (kind === 'list' || kind === 'several labels')
    return msg`it holds several labels a row; one label a row can be trained`;
  if (filled < emptyShare) return msg`it is empty in most rows`;
  if (distinct === 1 && filled * records > 1) return msg`it has one value only`;
  const recurs = records >= enoughRecords && variety <= 0.5;
  if (kind === 'fraction' && !recurs && distinct > 2) return msg`it holds measured numbers, not classes`;
  if (kind === 'fraction' && distinct > 20) return msg`it holds measured numbers, not classes`;
  if ((kind === 'date' || kind === 'address') && !recurs) return msg`it holds dates or addresses`;
  const isNamed = messageOf(facts.name).some((word) => labelWord.test(word));
  if (kind === 'whole number' && meanLength >= 6 && !(isNamed && variety <= 0.5)) return msg`it holds ids`;
  if (facts.counts && !(records < enoughRecords && isNamed)) return msg`it counts the rows`;
  if (records >= enoughRecords && variety > idVariety) return msg`it has another value in nearly every row`;
  return null;
}

/** Score of a column's name as the label's. */
function labelName(name: string, { distinct }: ColumnFacts): number {
  const words = messageOf(name);
  const last = words.at(-1) ?? '';
  const others = (word: RegExp) => words.filter((each) => !word.test(each));
  if (words.length === 1 && labelWord.test(last)) return /\d$/.test(name) ? 7 : 10;
  if (words.some((word) => labelWord.test(word))) {
    if (others(labelWord).every((word) => harmlessWord.test(word))) return words.includes('text') ? 5 : 8;
    if (words.some((word) => besideWord.test(word) || idWord.test(word))) return 1;
    return labelWord.test(last) ? 7 : 4;
  }
  if (booleanPrefix.test(words[0] ?? '') && distinct === 2) return 6;
  if (words.some((word) => besideWord.test(word))) return -6;
  if (words.length === 1 && likelyWord.test(last)) return 6;
  if (words.some((word) => likelyWord.test(word))) return 3;
  return words.some((word) => idWord.test(word)) ? -6 : 0;
}

/** Score of a column's values as labels. */
function labelValues(facts: ColumnFacts, last: number, named: boolean): number {
  const { at, records, variety, distinct, kind, filled, meanWords, meanLength } = facts;
  let score = -0.5 * Math.log2(Math.max(2, distinct)) - 0.4 * Math.log2(1 + meanLength);
  if (at === 0 || at === last) score += named ? 0.5 : 1.5;
  if (facts.grouped) score -= 2;
  if (records >= enoughRecords) score += variety <= 0.5 ? 2 : -3;
  else if (variety < 1) score += 1;
  if (kind === 'fraction') score -= 3;
  if (kind === 'whole number' && distinct > 20) score -= 3;
  if (kind === 'date' || kind === 'address' || kind === 'code') score -= 4;
  if (meanWords >= 3) score -= 2;
  if (filled < 0.95) score -= 1;
  return score;
}

function textScore(facts: ColumnFacts): number {
  const { name, meanLength, meanWords, variety, records, filled, kind } = facts;
  const words = messageOf(name);
  let score = Math.min(6, 0.8 * Math.log2(1 + meanLength)) + (meanWords >= proseWords ? 2 : 0);
  if (words.some((word) => textWord.test(word))) score += words.length === 1 ? 6 : 4;
  else if (words.some((word) => titleWord.test(word))) score += 2;
  if (words.some((word) => labelWord.test(word) || idWord.test(word))) score -= 6;
  if (words.some((word) => besideWord.test(word) && word !== 'text' && !/^words?$/.test(word))) score -= 3;
  if (records === 0) return score;
  if (kind !== 'words' && kind !== 'several labels') score -= 8;
  if (records >= enoughRecords && variety < 0.3) score -= 4;
  if (filled < emptyShare) score -= 6;
  return score;
}

interface ScoredText {
  column: ColumnFacts;
  score: number;
}

/** The column that reads most like a text; two where their names say that they are a pair. */
function textsOf(byText: readonly ScoredText[]): { text: ColumnFacts | null; second: ColumnFacts | null } {
  const able = byText.filter(({ score }) => score > -3).map(({ column }) => column);
  const [best = null] = able;
  const isFirst = ({ name }: ColumnFacts) => firstOfPair.test(name) || pairStart.test(name);
  const start = able.find(isFirst);
  const second = able.find((column) => column !== start && secondNames.test(column.name));
  const paired = start && second && (best === start || best === second || !isTextName(best?.name ?? ''));
  return paired ? { text: start, second } : { text: best, second: null };
}

const isTextName = (name: string) => messageOf(name).some((word) => textWord.test(word));

/** Message for a label that cannot be decided. */
function noLabel(
  columns: readonly ColumnFacts[],
  nested: readonly NestedColumn[],
  candidates: readonly string[],
): MessageParts {
  if (candidates.length > 1) return msg`Which column is the label cannot be told: ${candidates.join(', ')} may be.`;
  const list = nested.find(({ name, holds }) => holds === 'list' && labelName(name, noFacts) > 0);
  if (list)
    return msg`Column ${list.name} holds lists (several labels a row), which cannot be trained here; one label a row can.`;
  const byName = [...columns].sort((a, b) => labelName(b.name, b) - labelName(a.name, a))[0];
  const why = byName && whyNoLabel(byName);
  if (byName && why && (labelName(byName.name, byName) > 0 || byName.kind === 'several labels'))
    return msg`Column ${byName.name} cannot be the label: ${why}.`;
  const several = columns.find(({ kind }) => kind === 'several labels' || kind === 'list');
  const whySeveral = several && whyNoLabel(several);
  if (whySeveral) return msg`Column ${several.name} cannot be the label: ${whySeveral}.`;
  return msg`No column looks like a label: one with a few values that recur.`;
}

const noFacts = factsOf('', 0, []);

/** Whether a column's name is a label's. */
export const isLabelName = (name: string): boolean => labelName(name, noFacts) > 0;

/**
 * Guesses which column is the text, the second text and the label. No column that is constant, empty in most rows, of lists or
 * of ids is guessed to be the label; where several may be it and neither names nor values decide, none is.
 * @param records rows of the file, best from all of its parts
 */
export function guessColumns(
  columns: readonly string[],
  records: readonly FileRecord[],
  { named = true, nested = [] }: GuessOptions = {},
): Guess {
  const facts = columns.map((name, at) => factsOf(name, at, records));
  const byText = facts
    .map((column) => ({ column, score: textScore(column) }))
    .sort((a, b) => b.score - a.score || a.column.at - b.column.at);
  const best = byText[0];
  const scored = facts
    .filter((column) => column !== best?.column && whyNoLabel(column) === null)
    .map((column) => {
      const name = named ? labelName(column.name, column) : 0;
      return { column, name, score: name + labelValues(column, columns.length - 1, named) };
    })
    .sort((a, b) => b.score - a.score);
  const [first] = scored;
  const next = scored.find(({ column }) => column.name !== first?.column.name);
  // Two columns of which one is the text leave no choice.
  const clear = first && (!next || first.score - next.score >= clearMargin || (first.name >= 10 && next.name < 10));
  // Where the column of that name holds several labels a row, another one is not what is meant.
  const listed =
    nested.some(({ name, holds }) => holds === 'list' && labelName(name, noFacts) >= strongName) ||
    facts.some((column) => column.kind === 'several labels' && labelName(column.name, column) >= strongName);
  const meant = !listed || (first && first.name >= strongName);
  const fits = first && clear && meant && (first.score > -4 || facts.length === 2);
  const label = fits ? first.column : null;
  const { text, second } = textsOf(byText.filter(({ column }) => column !== label));
  const close = first && !fits && meant ? scored.filter(({ score }) => first.score - score < clearMargin) : [];
  const candidates = close.map(({ column }) => column.name);
  const reason = label === null ? noLabel(facts, nested, candidates) : text ? null : msg`No column looks like a text.`;
  return { text: text?.name ?? null, second: second?.name ?? null, label: label?.name ?? null, reason, candidates };
}

/** The guess, where it is whole. */
export const mappingOf = ({ text, second, label }: Guess): Mapping | null =>
  text !== null && label !== null ? { text, second, label } : null;
