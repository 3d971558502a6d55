import { beforeEach, expect, test, vi } from 'vitest';
import { initialState, pageStore } from '../../../src/store/page/state.ts';

/** The screen that stays on and the word at the end, on the browser's interfaces as their specifications have them. */

const locks: { released: boolean; release: () => Promise<void> }[] = [];
const told: { title: string; note: { onclick?: () => void; close: () => void } }[] = [];
const page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
let refuses = false;
let permission = 'default';
const asked = vi.fn(async () => permission);

function show(visibilityState: 'visible' | 'hidden'): void {
  page.visibilityState = visibilityState;
  // The browser takes the lock back by itself.
  if (visibilityState === 'hidden') for (const lock of locks) lock.released = true;
  page.dispatchEvent(new Event('visibilitychange'));
}
const settle = () => new Promise((resolve) => setTimeout(resolve, 5));
const held = () => locks.filter(({ released }) => !released).length;

async function open() {
  vi.resetModules();
  const { initialState: state, pageStore: store } = await import('../../../src/store/page/state.ts');
  const background = await import('../../../src/store/page/background.ts');
  background.followBackground();
  const go = async (phase: typeof state.phase) => {
    store.setState({ phase });
    await settle();
  };
  return { ...background, go };
}

beforeEach(() => {
  locks.length = 0;
  told.length = 0;
  refuses = false;
  permission = 'default';
  page.visibilityState = 'visible';
  asked.mockClear();
  const kept = new Map<string, string>();
  vi.stubGlobal('document', page);
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  });
  vi.stubGlobal('navigator', {
    wakeLock: {
      request: async () => {
        if (refuses) throw new DOMException('no', 'NotAllowedError');
        const lock = {
          released: false,
          release: async () => {
            lock.released = true;
          },
        };
        locks.push(lock);
        return lock;
      },
    },
  });
  class Note {
    static get permission() {
      return permission;
    }
    static requestPermission = asked;
    constructor(title: string) {
      told.push({ title, note: this as never });
    }
    close() {}
  }
  vi.stubGlobal('Notification', Note);
  vi.stubGlobal('window', { Notification: Note, focus: vi.fn() });
  pageStore.setState(initialState, true);
  return () => vi.unstubAllGlobals();
});

test('the screen stays on while a run trains in sight, again after the tab was away, and no longer', async () => {
  const { go, keepAwake } = await open();
  expect(held()).toBe(0);
  await go('training');
  expect(held()).toBe(1);
  await go('evaluating');
  expect(locks).toHaveLength(1);
  show('hidden');
  await settle();
  show('visible');
  await settle();
  expect(held()).toBe(1);
  keepAwake(false);
  await settle();
  expect(held()).toBe(0);
  keepAwake(true);
  await settle();
  expect(held()).toBe(1);
  await go('done');
  expect(held()).toBe(0);
});

test('a browser that refuses, or cannot, is said in the setting alone, which is kept', async () => {
  refuses = true;
  const first = await open();
  await first.go('training');
  expect(first.backgroundStore.getState()).toMatchObject({ keepsAwake: true, awakeProblem: 'refused' });
  vi.stubGlobal('navigator', {});
  const second = await open();
  await second.go('training');
  expect(second.backgroundStore.getState().awakeProblem).toBe('absent');
  second.keepAwake(false);
  expect((await open()).backgroundStore.getState().keepsAwake).toBe(false);
});

test('the end is told where a person allowed it and looks elsewhere', async () => {
  const { notify, notifyAtEnd, backgroundStore } = await open();
  expect(asked).not.toHaveBeenCalled();
  permission = 'denied';
  await notifyAtEnd(true);
  expect(backgroundStore.getState()).toMatchObject({ notifies: false, notifyProblem: 'denied' });
  permission = 'granted';
  await notifyAtEnd(true);
  expect(backgroundStore.getState()).toMatchObject({ notifies: true, notifyProblem: null });
  notify('done', '');
  expect(told).toEqual([]);
  page.visibilityState = 'hidden';
  notify('done', '');
  expect(told.map(({ title }) => title)).toEqual(['done']);
  told[0]?.note.onclick?.();
  expect(window.focus).toHaveBeenCalled();
  // Taken back in the browser's own settings.
  permission = 'denied';
  expect((await open()).backgroundStore.getState()).toMatchObject({ notifies: false, notifyProblem: 'denied' });
});
