import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

/** Every class that a style names is on some element, and every colour is written once. */

const files = readdirSync('src/ui', { recursive: true, encoding: 'utf8' });
const read = (file: string) => readFileSync(`src/ui/${file}`, 'utf8');
const components = files.filter((file) => file.endsWith('.tsx')).map((file) => read(file));
const sheets = files.filter((file) => file.endsWith('.css'));

/** Classes of our own in a style sheet: Mantine's and recharts' are named by theirs. */
const classesIn = (sheet: string) =>
  new Set(
    [
      ...read(sheet)
        .replaceAll(/\/\*.*?\*\//gs, '')
        .matchAll(/\.([a-zA-Z][\w-]*)/g),
    ].flatMap(([, name = '']) => (/^(mantine|recharts)-/.test(name) ? [] : [name])),
  );

test('there are style sheets', () => {
  expect(sheets.length).toBeGreaterThan(15);
});

describe.each(sheets.filter((file) => !file.endsWith('.module.css')))('%s', (sheet) => {
  test('names no class that no element has', () => {
    const given = components.flatMap((text) => text.match(/className=("[^"]*"|\{`[^`]*`\})/g) ?? []).join(' ');
    expect([...classesIn(sheet)].filter((name) => !given.match(/[\w-]+/g)?.includes(name))).toEqual([]);
  });
});

describe.each(sheets.filter((file) => file.endsWith('.module.css')))('%s', (sheet) => {
  test('has the classes that its components name, and no other', () => {
    const file = sheet.slice(sheet.lastIndexOf('/') + 1);
    const named = components.flatMap((text) => {
      const local = new RegExp(`import (\\w+) from '[^']*/${file.replaceAll('.', '\\.')}'`).exec(text)?.[1];
      return local ? [...text.matchAll(new RegExp(`\\b${local}\\.(\\w+)`, 'g'))].map(([, name = '']) => name) : [];
    });
    expect([...classesIn(sheet)].sort()).toEqual([...new Set(named)].sort());
  });
});

test('each colour is written once', () => {
  const sources = files.filter((file) => /\.(css|tsx?)$/.test(file)).map((file) => read(file));
  const colors = sources.flatMap((text) => text.match(/#[0-9a-f]{6}\b|#[0-9a-f]{3}\b/g) ?? []);
  expect(colors.length).toBeGreaterThan(10);
  expect(colors.filter((color, i) => colors.indexOf(color) !== i)).toEqual([]);
});
