import { expect, test } from 'vitest';
import { z } from 'zod';
import { learnSentences, say } from '../src/i18n/say.ts';
import { said as chinese } from '../src/i18n/zh/said.ts';
import { issuePath, issueWords } from '../src/model/issues.ts';
import { inEnglish, wordsOf } from '../src/model/said.ts';
import { readRun } from '../src/training/run.ts';

/** What zod finds is said in its own English, and in Chinese. */

learnSentences('zh', chinese);

const schema = z.strictObject({
  count: z.number().int().min(1).max(10),
  share: z.number().positive(),
  names: z.array(z.string().max(3)).min(2),
  kind: z.enum(['one', 'two']),
  exact: z.literal('this'),
  word: z.string().regex(/^a+$/),
  either: z.union([z.string(), z.number()]),
});
const sound = { count: 1, share: 1, names: ['a', 'b'], kind: 'one', exact: 'this', word: 'a', either: 'a' };

test.each([
  [{ count: 11 }, 'count：过大：数值应 <=10'],
  [{ count: 0 }, 'count：过小：数值应 >=1'],
  [{ count: 1.5 }, 'count：应为整数，实为数值'],
  [{ count: 'many' }, 'count：应为数值，实为字符串'],
  [{ count: undefined }, 'count：应为数值，实为空缺'],
  [{ share: 0 }, 'share：过小：数值应 >0'],
  [{ names: ['a'] }, 'names：过短：列表应 >=2 项'],
  [{ names: ['a', 'long'] }, 'names.1：过长：字符串应 <=3 个字符'],
  [{ kind: 'three' }, 'kind：应为 "one"|"two" 之一'],
  [{ exact: 'that' }, 'exact：应为 "this"'],
  [{ word: 'b' }, 'word：应符合格式 /^a+$/'],
  [{ either: null }, 'either：无效的值'],
  [{ odd: 1 }, '：不认识的字段："odd"'],
  [{ odd: 1, more: 2 }, '：不认识的字段："odd", "more"'],
])('%o', (change, sentence) => {
  const issue = schema.safeParse({ ...sound, ...change }).error?.issues[0];
  expect(inEnglish(issueWords(issue))).toBe(issue?.message);
  expect(`${issuePath(issue)}：${say(issueWords(issue), 'zh')}`).toBe(sentence);
});

test('a sentence that is not known stays as it is', () => {
  const issue = z
    .string()
    .refine(() => false, 'an odd {0} text')
    .safeParse('').error?.issues[0];
  expect(say(issueWords(issue), 'zh')).toBe('an odd {0} text');
});

test('every setting of a run file that does not fit is said', () => {
  const wrong = { name: 'x', data: { task: 'y' }, method: { type: 'bitfit' }, training: { epochs: 0, speed: 1 } };
  let words = wordsOf('');
  try {
    readRun(wrong);
  } catch (error) {
    words = wordsOf(error);
  }
  expect(say(words, 'zh')).toBe(
    '这个训练文件无法使用。\n  training.epochs：过小：数值应 >=1\n  training：不认识的字段："speed"',
  );
  expect(inEnglish(words)).toContain('\n  training: Unrecognized key: "speed"');
});
