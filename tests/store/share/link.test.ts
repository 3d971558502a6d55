import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { methodTypes } from '../../../src/model/methods.ts';
import { lessonIds } from '../../../src/store/lessons/origin.ts';
import { firstRun } from '../../../src/store/page/state.ts';
import { withMethodType } from '../../../src/store/run/settings.ts';
import { briefRun } from '../../../src/store/share/brief.ts';
import {
  hideable,
  isLocked,
  LinkError,
  linkStore,
  linkTo,
  lockable,
  mayOpen,
  openLink,
  readLink,
} from '../../../src/store/share/link.ts';
import { RunFileError } from '../../../src/training/run.ts';

const page = 'https://example.org/some/path/index.html';
const open = { lock: false, hide: [] };

describe('a link', () => {
  test('opens exactly the run it was made from, with every lock and everything hidden', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...methodTypes),
        fc.integer({ min: 0, max: 0xffffffff }),
        fc.boolean(),
        fc.subarray([...hideable]),
        fc.string({ minLength: 1, maxLength: 50, unit: 'grapheme' }).filter((name) => name.trim() === name),
        (type, seed, lock, hide, name) => {
          const run = { ...withMethodType(firstRun, type), name };
          run.training = { ...run.training, seed };
          expect(readLink(linkTo(run, { lock, hide }, `${page}?old=1#/lessons`))).toEqual({ run, lock, hide });
        },
      ),
    );
  });

  test('brings a teacher’s language, lesson, name and locks', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('en' as const, 'zh' as const),
        fc.constantFrom(...lessonIds),
        fc.subarray([...lockable], { minLength: 1 }),
        (language, lesson, lock) => {
          const wanted = { lock, hide: [], language, lesson, by: '李 Rivera' };
          expect(readLink(linkTo(firstRun, wanted, page))).toEqual({ run: firstRun, ...wanted });
        },
      ),
    );
    const odd = (more: object) => () => readLink(linkTo(firstRun, { ...open, ...more } as never, page));
    expect(odd({ language: 'fr' })).toThrow(LinkError);
    expect(odd({ lesson: 'algebra' })).toThrow(LinkError);
    expect(odd({ lock: ['start'] })).toThrow(LinkError);
    expect(odd({ by: 'x'.repeat(61) })).toThrow(LinkError);
  });

  test('locks all settings, some, or none', () => {
    const locked = (lock: Parameters<typeof isLocked>[0]['lock']) =>
      lockable.filter((part) => isLocked({ lock }, part));
    expect(locked(true)).toEqual([...lockable]);
    expect(locked(false)).toEqual([]);
    expect(locked(['task'])).toEqual(['task']);
    expect([true, false, [], ['task' as const]].map((lock) => isLocked({ lock }))).toEqual([true, false, false, true]);
  });

  test('leaves out what is a default, and opens the same run', () => {
    for (const type of methodTypes) {
      const run = withMethodType(firstRun, type);
      const brief = linkTo(briefRun(run), open, page);
      expect(readLink(brief)?.run).toEqual(run);
      expect(brief.length).toBeLessThan(0.7 * linkTo(run, open, page).length);
    }
    const odd = { ...firstRun, frozenBits: 8 as const, training: { ...firstRun.training, clip: null, seed: 3 } };
    expect(readLink(linkTo(briefRun(odd), open, page))?.run).toEqual(odd);
  });

  test('is short enough to be sent about', () => {
    expect(linkTo(firstRun, open, page).length).toBeLessThan(1200);
  });

  test('an address without one asks for nothing', () => {
    expect(readLink(page)).toBeNull();
  });

  test('that was tampered with is refused with a reason, whatever was done to it', () => {
    const link = linkTo(firstRun, open, page);
    expect(() => readLink(link.slice(0, -20))).toThrow(LinkError);
    expect(() => readLink(`${page}?run=!!!`)).toThrow('damaged');
    expect(() => readLink(`${page}?run=${'A'.repeat(9000)}`)).toThrow('too long');
    const other = (value: object) => `${page}?run=${btoa(JSON.stringify(value)).replaceAll('=', '')}`;
    expect(() => readLink(other({ version: 2, run: firstRun }))).toThrow('another version');
    expect(() => readLink(other({ version: 1, run: { ...firstRun, pooling: 'max' } }))).toThrow(RunFileError);
    fc.assert(
      fc.property(fc.string(), (text) => {
        const address = new URL(page);
        address.searchParams.set('run', text);
        expect(() => readLink(address.href)).toThrow();
      }),
    );
  });

  test('that cannot be used leaves the defaults and says why', () => {
    expect(openLink(`${page}?run=broken`)).toBeNull();
    expect(linkStore.getState()).toMatchObject({ lock: false, hide: [], problem: expect.stringContaining('damaged') });
  });
});

describe('a run of earlier', () => {
  const slower = { ...firstRun, training: { ...firstRun.training, learningRate: 1e-4 } };

  test('is not opened where it would change what a link has locked', () => {
    expect(mayOpen({ lock: true }, slower, firstRun)).toBe(false);
    expect(mayOpen({ lock: ['training'] }, slower, firstRun)).toBe(false);
    expect(mayOpen({ lock: true }, { ...firstRun, name: 'another name' }, firstRun)).toBe(true);
  });

  test('is opened where it differs in what is free', () => {
    expect(mayOpen({ lock: false }, slower, firstRun)).toBe(true);
    expect(mayOpen({ lock: ['task', 'encoder', 'method'] }, slower, firstRun)).toBe(true);
  });
});
