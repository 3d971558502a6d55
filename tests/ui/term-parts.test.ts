import { expect, test } from 'vitest';
import { glossary } from '../../src/i18n/en/glossary.ts';
import { late } from '../../src/i18n/late.ts';
import { zh } from '../../src/i18n/zh.ts';
import { termIds } from '../../src/store/glossary/terms.ts';
import { lessonIds } from '../../src/store/lessons/origin.ts';
import { partsOf } from '../../src/ui/glossary/term-parts.ts';

const terms = [
  { id: 'layer', name: 'layer' },
  { id: 'layerNorm', name: 'LayerNorm' },
  { id: 'hiddenState', name: 'hidden state' },
  { id: 'head', name: 'head' },
] as const;

const told = (text: string, names: Parameters<typeof partsOf>[1] = terms) =>
  partsOf(text, names).map(({ text: words, id }) => (id ? `[${id}:${words}]` : words));

test('the first mention of each term is a piece of its own, the words between are as they were', () => {
  expect(told('A Layer, two layers; overhead, head.')).toEqual([
    'A ',
    '[layer:Layer]',
    ', two layers; overhead, ',
    '[head:head]',
    '.',
  ]);
  expect(told('LayerNorm reads hidden states')).toEqual([
    '[layerNorm:LayerNorm]',
    ' reads ',
    '[hiddenState:hidden states]',
  ]);
  expect(told('nothing')).toEqual(['nothing']);
  expect(told('')).toEqual([]);
});

test('of mentions that overlap the longer one counts, and Chinese needs no spaces', () => {
  const names = [
    { id: 'trainable', name: '训练' },
    { id: 'overfitting', name: '可训练参数' },
  ] as const;
  expect(told('有可训练参数。', names)).toEqual(['有', '[overfitting:可训练参数]', '。']);
});

test('every term is listed once, in both languages, and each lesson mentions some', () => {
  expect([...termIds].sort()).toEqual(Object.keys(glossary.terms).sort());
  for (const { glossary: words, lessons } of [late, zh])
    for (const id of lessonIds) {
      const names = termIds.map((term) => ({ id: term, name: words.terms[term].name }));
      const parts = partsOf(lessons[id].text, names);
      expect(parts.map(({ text }) => text).join('')).toBe(lessons[id].text);
      expect(parts.filter((part) => part.id !== null).length, lessons[id].text).toBeGreaterThan(0);
    }
});
