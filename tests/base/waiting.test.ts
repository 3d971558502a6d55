import { expect, test, vi } from 'vitest';
import { createSerialQueue } from '../../src/base/serial.ts';
import { createThrottle } from '../../src/base/throttle.ts';
import { yieldToPage } from '../../src/base/work.ts';

/** Who waits for whom, and how long. */

test('a queue runs its tasks one after another, in order; one that fails holds up no other', async () => {
  const queue = createSerialQueue();
  const log: string[] = [];
  const task = (name: string) => async () => {
    log.push(`${name} begins`);
    await yieldToPage();
    log.push(`${name} ends`);
    return name;
  };
  const first = queue(task('a'));
  const failing = queue(() => {
    throw new Error('refused');
  });
  const last = queue(task('b'));
  await expect(failing).rejects.toThrow('refused');
  expect(await Promise.all([first, last])).toEqual(['a', 'b']);
  expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
});

test.each([
  [true, [true, false, false, true, false]],
  [false, [false, false, false, true, false]],
])('a throttle says yes at most once in its interval (leading: %s)', (leading, answers) => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const isTime = createThrottle(100, leading);
  const asked = [0, 10, 89, 1, 50].map((passed) => {
    vi.advanceTimersByTime(passed);
    return isTime();
  });
  vi.useRealTimers();
  expect(asked).toEqual(answers);
});

test('a timer has its turn while work gives way again and again', async () => {
  let turns = 0;
  setTimeout(() => turns++);
  for (let i = 0; i < 100_000 && turns === 0; i++) await yieldToPage();
  expect(turns).toBe(1);
});
