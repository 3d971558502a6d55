import { expect, test } from 'vitest';
import { en } from '../src/i18n/en.ts';
import { late } from '../src/i18n/late.ts';
import { errors, zh } from '../src/i18n/zh.ts';

/** Typography and words of the texts, in both languages: what a reader sees, and no test of one view would. */

/** Every text of a tree, by its path. */
function textsOf(tree: object, path = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]: [string, unknown]): [string, string][] =>
    typeof value === 'string'
      ? [[`${path}${key}`, value]]
      : typeof value === 'object' && value !== null
        ? textsOf(value, `${path}${key}.`)
        : [],
  );
}

const chinese = [...textsOf(zh), ...textsOf(errors)];
const english = textsOf({ ...en, ...late });

/** Texts in which a pattern is found, by their path. */
const found = (texts: readonly [string, string][], pattern: RegExp) =>
  texts.filter(([, text]) => pattern.test(withoutCode(text))).map(([path, text]) => `${path}: ${text}`);

/** Samples of JSON have their own typography. */
const withoutCode = (text: string) => text.replaceAll(/\[?[[{]"[^\]}]*[\]}]+(, …\])?/g, '');

test('there are texts', () => {
  expect(english.length).toBeGreaterThan(1000);
  expect(chinese.length).toBeGreaterThan(1000);
});

test.each([
  ['a half-width colon, comma, semicolon or question mark after a Chinese character', /[\u4e00-\u9fff][,;?!:](?!\/)/],
  ['a space after a Chinese stop', /[。，：；！？] /],
  ['an ellipsis of another form', /(?<!…)…(?!…)|\s……/],
  ['a straight quotation mark around Chinese', /"[\u4e00-\u9fff]+"/],
  ['a word for this run beside the usual one', /这次训练/],
  ['a shelf that the page does not have, or what is carried', /架上|放到架|带走|带入|走出标签页/],
  ['the short forms of hidden states, backpropagation and the baseline', /高出冻结|冻结的状态|残差归一/],
])('in Chinese there is no %s', (_, pattern) => {
  expect(found(chinese, pattern)).toEqual([]);
});

test.each([
  ['words that nobody searches for', /Take it with you|Bring in|Outgrow|on the shelf|\bSure\b/],
  ['a straight quotation mark around a word', /"[A-Za-z ]+"/],
  ['an unspaced ellipsis of three dots', /\.\.\./],
])('in English there are no %s', (_, pattern) => {
  expect(found(english, pattern)).toEqual([]);
});
