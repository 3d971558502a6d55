import { type MessageParts, msg } from '../../base/message.ts';

/**
 * The position at which a text is no JSON, and the reason. Parsers report the one or the other, each browser its own
 * way, and some neither: a text that JSON.parse refused is parsed once more here.
 */

export interface JsonFault {
  line: number;
  column: number;
  reason: MessageParts;
}

/** Words that other languages write for values, and JSON's words for them. */
const foreignWords: readonly (readonly [RegExp, MessageParts])[] = [
  [/^(-?Infinity|NaN|nan|-?inf)\b/, msg`JSON has no NaN and no Infinity, which Python writes: write null`],
  [/^(True|TRUE)\b/, msg`Python's True: JSON has true. Write the file with json.dumps`],
  [/^(False|FALSE)\b/, msg`Python's False: JSON has false. Write the file with json.dumps`],
  [/^(None|NULL)\b/, msg`Python's None: JSON has null. Write the file with json.dumps`],
  [/^undefined\b/, msg`JSON has no undefined: write null`],
  [/^[‘’'`]/, msg`single quotes: JSON has double quotes only. In Python, write the file with json.dumps`],
  [/^[“”]/, msg`curly quotes: JSON has straight double quotes`],
  [/^[bru]{1,2}['"]/, msg`a Python string: write the file with json.dumps`],
  [/^\(/, msg`round brackets: JSON has lists in square ones`],
  [/^(\/\/|\/\*|#)/, msg`JSON has no comments`],
];

const cutOff = msg`the text ends in the middle. Is the file complete?`;
const blank = /[ \t\n\r]*/y;
/** A string: its letters begin with the blank, since control characters are not allowed. */
const string = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const literal = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;

/** End of an expression's match at a position, or -1. */
function endOf(expression: RegExp, text: string, at: number): number {
  expression.lastIndex = at;
  return expression.test(text) ? expression.lastIndex : -1;
}

/** Fault of a string that does not end as it should: its position, and the reason. */
function stringFault(text: string, from: number): [at: number, reason: MessageParts] {
  for (let at = from + 1; at < text.length; at++) {
    const letter = text[at] ?? '';
    if (letter < ' ') return [at, msg`a line break or tab inside a text: write it as \\n or \\t`];
    if (letter !== '\\') continue;
    if (endOf(/\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y, text, at) < 0)
      return at + 1 < text.length ? [at, msg`a backslash that begins nothing: write it twice`] : [at, cutOff];
    at++;
  }
  return [text.length, cutOff];
}

/** Message on the text found in place of a value. */
function valueFault(text: string, at: number): MessageParts {
  const rest = text.slice(at, at + 20);
  const foreign = foreignWords.find(([start]) => start.test(rest));
  if (foreign) return foreign[1];
  if (rest === '') return cutOff;
  if (/^[\]},]/.test(rest)) return msg`a value is missing in front of ${rest[0]}`;
  if (/^[+\d.-]/.test(rest)) return msg`${/^[\w.+-]+/.exec(rest)?.[0] ?? ''} is not a JSON number`;
  return msg`${/^\w+/.exec(rest)?.[0] ?? rest[0] ?? ''} is not a JSON value`;
}

/** Message on the text found in place of a name. */
function nameFault(text: string, at: number): MessageParts {
  const rest = text.slice(at, at + 20);
  if (rest.startsWith('}')) return msg`a comma in front of ${'}'}`;
  return /^\w/.test(rest)
    ? msg`the name ${/^\w+/.exec(rest)?.[0] ?? ''} stands without double quotes`
    : valueFault(text, at);
}

type Step = { at: number } | { at: number; reason: MessageParts };

/** A name and its colon. */
function readName(text: string, at: number): Step {
  if (text[at] !== '"') return { at, reason: nameFault(text, at) };
  const end = endOf(string, text, at);
  if (end < 0) {
    const [place, reason] = stringFault(text, at);
    return { at: place, reason };
  }
  const colon = endOf(blank, text, end);
  if (text[colon] === ':') return { at: endOf(blank, text, colon + 1) };
  return { at: colon, reason: colon < text.length ? msg`a colon is missing` : cutOff };
}

/** A string, a number or one of three words. */
function readScalar(text: string, at: number): Step {
  const end = endOf(text[at] === '"' ? string : literal, text, at);
  if (end >= 0) return { at: end };
  if (text[at] !== '"') return { at, reason: valueFault(text, at) };
  const [place, reason] = stringFault(text, at);
  return { at: place, reason };
}

/** The first position at which a text stops being JSON, from 0, and the reason; null: it is JSON. */
function firstFault(text: string): { at: number; reason: MessageParts } | null {
  /** Brackets that are open. */
  const open: string[] = [];
  let at = endOf(blank, text, 0);
  for (;;) {
    // A value is expected here.
    const bracket = text[at];
    let step: Step = { at };
    if (bracket === '{' || bracket === '[') {
      open.push(bracket);
      step = { at: endOf(blank, text, at + 1) };
      const empty = text[step.at] === (bracket === '{' ? '}' : ']');
      if (!empty && bracket === '{') step = readName(text, step.at);
      if ('reason' in step) return step;
      at = step.at;
      if (!empty) continue;
    } else {
      step = readScalar(text, at);
      if ('reason' in step) return step;
      at = endOf(blank, text, step.at);
    }
    // Brackets that close after it, and the comma.
    while (open.length > 0 && text[at] === (open.at(-1) === '{' ? '}' : ']')) {
      open.pop();
      at = endOf(blank, text, at + 1);
    }
    if (open.length === 0) {
      if (at >= text.length) return null;
      return { at, reason: msg`more follows behind the end. Is it one object a line (JSONL)?` };
    }
    if (text[at] !== ',') return { at, reason: separatorFault(text, at) };
    at = endOf(blank, text, at + 1);
    if (text[at] === '}' || text[at] === ']') return { at, reason: msg`a comma in front of ${text[at]}` };
    if (open.at(-1) !== '{') continue;
    step = readName(text, at);
    if ('reason' in step) return step;
    at = step.at;
  }
}

function separatorFault(text: string, at: number): MessageParts {
  if (at >= text.length) return cutOff;
  const foreign = foreignWords.slice(-1).find(([start]) => start.test(text.slice(at, at + 2)));
  return foreign ? foreign[1] : msg`a comma is missing in front of ${text.slice(at, at + 1)}`;
}

/**
 * Line and column, from 1, of the position at which a text stops being JSON, and the reason.
 * @param text the text that JSON.parse refused, its line ends \n
 * @param message its message, for when no fault is found
 */
export function findJsonFault(text: string, message: string): JsonFault {
  const { at, reason } = firstFault(text) ?? {
    at: text.length,
    reason: msg`the parser says ${message.slice(0, 200)}`,
  };
  const before = text.slice(0, at);
  return { line: before.split('\n').length, column: at - before.lastIndexOf('\n'), reason };
}
