import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { messageOf, msg, toEnglish, UserError } from '../src/base/message.ts';
import { learnSentences, say } from '../src/i18n/messages.ts';
import { errors as chinese } from '../src/i18n/zh/errors/all.ts';

/** Every sentence that an error may say to a person has its Chinese one, and none is left over. */

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesUnder(join(folder, entry.name)) : [join(folder, entry.name)],
  );
}

learnSentences('zh', chinese);

const sources = filesUnder('src')
  .filter((file) => /\.tsx?$/.test(file) && !file.startsWith(join('src', 'i18n')))
  .map((file) => ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true));

function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  node.forEachChild((child) => walk(child, visit));
}

const errorClasses = new Set(['UserError']);
const patterns = new Set<string>();
const constants = new Set<string>();
for (const source of sources)
  walk(source, (node) => {
    if (
      ts.isClassDeclaration(node) &&
      node.heritageClauses?.some((clause) => /UserError|GpuError/.test(clause.getText()))
    )
      errorClasses.add(node.name?.text ?? '');
  });
for (const source of sources)
  walk(source, (node) => {
    if (ts.isTaggedTemplateExpression(node) && node.tag.getText() === 'msg') {
      const { template } = node;
      patterns.add(
        ts.isNoSubstitutionTemplateLiteral(template)
          ? template.text
          : template.templateSpans.reduce((text, { literal }, i) => `${text}{${i}}${literal.text}`, template.head.text),
      );
    }
    const first = ts.isNewExpression(node) && errorClasses.has(node.expression.getText()) && node.arguments?.[0];
    if (first && ts.isStringLiteralLike(first)) constants.add(first.text);
  });

const holes = (text: string) => [...new Set(text.match(/\{\d+\}/g))].sort();

describe('sentences of errors', () => {
  test('there are many', () => {
    expect(patterns.size).toBeGreaterThan(50);
    expect(constants.size).toBeGreaterThan(5);
  });

  test('each is there in Chinese, with the same values', () => {
    const missing = [...patterns, ...constants].filter((pattern) => !(pattern in chinese));
    expect(missing).toEqual([]);
    for (const [pattern, sentence] of Object.entries(chinese)) expect(holes(sentence), pattern).toEqual(holes(pattern));
  });

  test('no Chinese sentence is left over', () => {
    expect(Object.keys(chinese).filter((pattern) => !patterns.has(pattern) && !constants.has(pattern))).toEqual([]);
  });
});

test('a sentence keeps its values apart, also inside each other, and over a structured clone', () => {
  const words = msg`${'a.csv'} ${msg`line ${3}`}: not an object like {"text": …, "label": …}.`;
  expect(toEnglish(words)).toBe('a.csv line 3: not an object like {"text": …, "label": …}.');
  const there = structuredClone(words);
  expect(say(there, 'en')).toBe(toEnglish(words));
  expect(say(there, 'zh')).toBe('a.csv 第 3 行：不是形如 {"text": …, "label": …} 的对象。');
});

test('a value that looks like a hole is left alone', () => {
  expect(toEnglish(msg`${'{1}'} and ${'b'}`)).toBe('{1} and b');
});

test('an error that nobody foresaw stays as it is, in every language', () => {
  expect(say(messageOf(new RangeError('Out of memory')), 'zh')).toBe('Out of memory');
  expect(messageOf('odd')).toBe('odd');
  expect(new UserError(msg`line ${3}`).message).toBe('line 3');
});
