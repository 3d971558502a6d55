import { expect, test } from 'vitest';
import { z } from 'zod';
import { messageOf, toEnglish } from '../src/base/message.ts';
import { issuePath, issueWords, parseInput } from '../src/base/zod-issues.ts';
import { learnSentences, say } from '../src/i18n/messages.ts';
import { errors as chinese } from '../src/i18n/zh/errors/all.ts';
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
  mark: z.string().length(1),
  method: z.discriminatedUnion('type', [
    z.object({ type: z.literal('lora') }),
    z.object({ type: z.literal('bitfit') }),
  ]),
  numbered: z.record(z.string().regex(/^\d$/), z.number()),
  pair: z.tuple([z.number(), z.number()]),
});
const sound = {
  count: 1,
  share: 1,
  names: ['a', 'b'],
  kind: 'one',
  exact: 'this',
  word: 'a',
  either: 'a',
  mark: ',',
  method: { type: 'lora' },
  numbered: { 1: 1 },
  pair: [1, 2],
};

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
  [{ count: Number.NaN }, 'count：应为数值，实为NaN'],
  [{ count: Number.POSITIVE_INFINITY }, 'count：应为数值，实为Infinity'],
  [{ count: null }, 'count：应为数值，实为null'],
  [{ count: 1e300 }, 'count：过大：整数应 <=9007199254740991'],
  [{ word: ['b'] }, 'word：应为字符串，实为列表'],
  [{ mark: '' }, 'mark：过短：字符串应 恰为 1 个字符'],
  [{ mark: '::' }, 'mark：过长：字符串应 恰为 1 个字符'],
  [{ method: { type: 'full' } }, "method.type：应为 'lora' | 'bitfit' 之一"],
  [{ numbered: { x: 1 } }, 'numbered.x：对象中有无效的键'],
  [{ pair: [1, 2, 3] }, 'pair：过长：列表应 <=2 项'],
  [{ odd: 1 }, '：不认识的字段："odd"'],
  [{ odd: 1, more: 2 }, '：不认识的字段："odd", "more"'],
])('%o', (change, sentence) => {
  const parsed = parseInput(schema, { ...sound, ...change });
  const issue = parsed.success ? undefined : parsed.issues[0];
  const byZod = schema.safeParse({ ...sound, ...change }).error?.issues[0];
  expect(byZod?.message).toBeTruthy();
  expect(toEnglish(issueWords(issue))).toBe(byZod?.message);
  expect(`${issuePath(issue)}：${say(issueWords(issue), 'zh')}`).toBe(sentence);
});

test('a sentence that is not known stays as it is', () => {
  const refused = z.string().refine(() => false, 'an odd {0} text');
  const parsed = parseInput(refused, '');
  expect(parsed.success || say(issueWords(parsed.issues[0]), 'zh')).toBe('an odd {0} text');
});

test('every setting of a run file that does not fit is said', () => {
  const wrong = { name: 'x', data: { task: 'y' }, method: { type: 'bitfit' }, training: { epochs: 0, speed: 1 } };
  let words = messageOf('');
  try {
    readRun(wrong);
  } catch (error) {
    words = messageOf(error);
  }
  expect(say(words, 'zh')).toBe(
    '这个训练文件无法使用。\n  training.epochs：过小：数值应 >=1\n  training：不认识的字段："speed"',
  );
  expect(toEnglish(words)).toContain('\n  training: Unrecognized key: "speed"');
});
