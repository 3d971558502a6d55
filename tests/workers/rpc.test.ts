import { expect, test, vi } from 'vitest';
import { msg, toEnglish, UserError } from '../../src/base/message.ts';
import { TrainingError } from '../../src/training/session.ts';
import { connect, type Handlers, postEvent, serve, WorkerError } from '../../src/workers/rpc.ts';
import { workerPair } from '../support/worker-pair.ts';

/** Calls over a line that copies what it carries and takes its time. */

interface TestApi {
  double: { ask: number; answer: number };
  count: { ask: { to: number }; answer: string; progress: number };
  fail: { ask: 'diverged' | 'words' | 'unforeseen' | 'details' };
  wait: { ask: null; answer: string };
}

class DetailedError extends UserError {
  override name = 'DetailedError';
  line = 7;
}

const errors = {
  diverged: () => new TrainingError(msg`Step ${3}: the loss is no longer a number.`),
  words: () => new UserError('No encoder is loaded.'),
  unforeseen: () => new TypeError('x is undefined'),
  details: () => new DetailedError('of a file'),
};

function open(change: Partial<Handlers<TestApi>> = {}) {
  const { worker, scope, crash } = workerPair();
  const handlers: Handlers<TestApi> = {
    double: (value) => 2 * value,
    count: async ({ to }, { progress }) => {
      for (let i = 1; i <= to; i++) progress(i);
      return 'counted';
    },
    fail: async (kind) => {
      throw errors[kind]();
    },
    wait: (_, { signal }) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('whatever the worker says of it')));
        setTimeout(resolve, 50, 'waited');
      }),
    ...change,
  };
  serve<TestApi, number | undefined>(scope, handlers, (error) =>
    error instanceof DetailedError ? error.line : undefined,
  );
  const events: string[] = [];
  const stops: string[] = [];
  const connection = connect<TestApi, string, number>(worker, {
    onEvent: (event) => events.push(event),
    stopped: (message) => new UserError(message || 'it stopped'),
    onStopped: ({ message }) => stops.push(message),
    toError: (error) => Object.assign(new WorkerError(error), { details: error.details }),
  });
  return { ...connection, events, stops, crash, post: (event: string) => postEvent(scope, event) };
}

test('every call has its own answer, whatever is asked meanwhile', async () => {
  const { call } = open({
    double: async (value) => {
      await new Promise((resolve) => setTimeout(resolve, value === 1 ? 30 : 0));
      return 2 * value;
    },
  });
  const order: number[] = [];
  const asked = [1, 2, 3].map((value) => call('double', value).then((answer) => order.push(answer)));
  await Promise.all(asked);
  expect(order).toEqual([4, 6, 2]);
});

test('progress goes to whoever asked, and is over with the answer', async () => {
  const { call } = open();
  const heard: Record<string, number[]> = { one: [], other: [] };
  const one = call('count', { to: 3 }, { onProgress: (value) => heard.one?.push(value) });
  const other = call('count', { to: 2 }, { onProgress: (value) => heard.other?.push(value) });
  expect(await Promise.all([one, other, call('count', { to: 1 })])).toEqual(['counted', 'counted', 'counted']);
  expect(heard).toEqual({ one: [1, 2, 3], other: [1, 2] });
});

test('an error is the rejection, with its words, its code and its details', async () => {
  const { call } = open();
  const errorOf = (kind: keyof typeof errors) => call('fail', kind).catch((error: WorkerError) => error);
  const diverged = (await errorOf('diverged')) as WorkerError;
  expect(diverged).toBeInstanceOf(UserError);
  expect(diverged).toMatchObject({ name: 'TrainingError', code: 'diverged' });
  expect(diverged.words).toEqual({ pattern: 'Step {0}: the loss is no longer a number.', values: [3] });
  expect(toEnglish(diverged.words)).toBe(diverged.message);
  expect(await errorOf('words')).toMatchObject({ code: null, message: 'No encoder is loaded.' });
  expect(await errorOf('unforeseen')).toMatchObject({ name: 'TypeError', code: null, words: 'x is undefined' });
  expect(await errorOf('details')).toMatchObject({ details: 7 });
});

test('an aborted call is rejected as aborted, whether the worker heard of it in time or not', async () => {
  const { call } = open();
  const abortError = { name: 'AbortError' };
  const controller = new AbortController();
  const waiting = call('wait', null, { signal: controller.signal });
  const answered = call('double', 1, { signal: controller.signal });
  const progress: number[] = [];
  const counting = call('count', { to: 9 }, { signal: controller.signal, onProgress: (value) => progress.push(value) });
  const other = call('double', 4);
  controller.abort();
  for (const outcome of await Promise.allSettled([waiting, answered, counting]))
    expect(outcome).toMatchObject({ status: 'rejected', reason: abortError });
  expect(progress).toEqual([]);
  expect(await other).toBe(8);
  await expect(call('double', 1, { signal: controller.signal })).rejects.toMatchObject(abortError);
});

test('a signal that outlives its call keeps nothing of it', async () => {
  const { call, crash } = open();
  const { signal } = new AbortController();
  const [added, removed] = [vi.spyOn(signal, 'addEventListener'), vi.spyOn(signal, 'removeEventListener')];
  await call('double', 1, { signal });
  const waiting = call('wait', null, { signal });
  crash('Out of memory');
  await expect(waiting).rejects.toThrow('Out of memory');
  expect(added).toHaveBeenCalledTimes(2);
  expect(removed.mock.calls.map(([, listener]) => listener)).toEqual(added.mock.calls.map(([, listener]) => listener));
});

test('a worker that stops rejects all that waits, having told of it first; what it is asked then has its own answer', async () => {
  const { call, crash, stops } = open();
  const waiting = [call('wait', null), call('double', 1)].map((each) =>
    each.catch((error: Error) => [error.message, [...stops]]),
  );
  crash('Out of memory');
  expect(await Promise.all(waiting)).toEqual([
    ['Out of memory', ['Out of memory']],
    ['Out of memory', ['Out of memory']],
  ]);
  crash('');
  expect(stops).toEqual(['Out of memory', 'it stopped']);
  // An error that nobody caught need not end a worker.
  expect(await call('double', 2)).toBe(4);
});

test('whoever ends the worker aborts what waits', async () => {
  const { call, terminate } = open();
  const waiting = call('wait', null);
  terminate();
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
});

test('events come unasked, in their order among the answers', async () => {
  const { call, events, post } = open({
    double: (value) => {
      post(`doubling ${value}`);
      return 2 * value;
    },
  });
  const seen = await call('double', 5).then(() => [...events]);
  expect(seen).toEqual(['doubling 5']);
});
