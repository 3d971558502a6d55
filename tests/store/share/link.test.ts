import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { methodTypes } from '../../../src/model/methods.ts';
import { firstRun } from '../../../src/store/page/state.ts';
import { withMethodType } from '../../../src/store/run/settings.ts';
import { hideable, LinkError, linkStore, linkTo, openLink, readLink } from '../../../src/store/share/link.ts';
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
