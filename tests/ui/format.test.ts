import i18next from 'i18next';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatEffect, formatLoss, formatMilliseconds, formatProbability, formatShare } from '../../src/ui/format.ts';

describe.each(['en', 'zh'])('in %s', (language) => {
  beforeAll(async () => {
    await i18next.init({ lng: language, resources: {} });
  });
  afterAll(() => i18next.changeLanguage('en'));

  test('a probability is never printed as nothing or as certain, and never in many characters', () => {
    expect([0, 1e-300, 1e-9, 0.00099].map(formatProbability)).toEqual(Array(4).fill('<0.1%'));
    expect([0.001, 0.0123, 0.567, 0.994].map(formatProbability)).toEqual(['0.1%', '1.2%', '57%', '99%']);
    expect([0.996, 0.999, 0.9996, 1 - 1e-12, 1].map(formatProbability)).toEqual([
      '99.6%',
      '99.9%',
      '>99.9%',
      '>99.9%',
      '>99.9%',
    ]);
    for (let p = 0; p <= 1; p += 1 / 499) expect(formatProbability(p).length).toBeLessThanOrEqual(6);
  });

  test('a time has the unit of its language', () => {
    expect(formatMilliseconds(226.4)).toBe(language === 'zh' ? '226 毫秒' : '226 ms');
  });

  test('a share keeps what is small, is 100% only where it is whole, and has an end', () => {
    expect(formatShare(0.000014)).toBe('0.0014%');
    expect(formatShare(1e-12)).toBe('<0.0001%');
    expect(formatShare(4999 / 5000)).toBe('>99.9%');
    expect([0, 1, 1.5].map((share) => formatShare(share))).toEqual(['0%', '100%', '150%']);
    expect(formatEffect(0)).toBe('0%');
    expect(formatEffect(1e12)).toBe('>10,000%');
    expect(formatLoss(0.1234)).toBe('0.123');
    expect(formatLoss(123456789)).toBe('1.23e+8');
  });
});
