import { expect, test } from 'vitest';
import { liveBufferCount } from '../../src/gpu/buffers.ts';
import { Session, type SessionEvent } from '../../src/training/session.ts';
import { withTinyEncoder } from '../support/golden.ts';
import { wordsDataset, wordsRun } from '../support/words.ts';

const tiny = withTinyEncoder();

const makeSession = (change: object = {}, training: object = {}) =>
  Session.create({
    encoder: tiny.encoder,
    tokenizer: tiny.files.tokenizer,
    dataset: wordsDataset,
    run: wordsRun(change, training),
    now: () => performance.now(),
  });

async function collect(session: Session, pause: (event: SessionEvent) => Promise<void> = async () => {}) {
  const events: SessionEvent[] = [];
  for await (const event of session.events()) {
    events.push(event);
    await pause(event);
  }
  const of = <T extends SessionEvent['type']>(type: T) =>
    events.filter((e): e is Extract<SessionEvent, { type: T }> => e.type === type);
  return {
    losses: of('step').map(({ record }) => record.loss),
    epochs: of('epoch').map(({ record }) => record),
    baseline: of('baseline').map(({ record }) => record),
    phases: of('phase').map(({ phase }) => phase),
  };
}

test('a run from start to end, with the frozen baseline beside it', async () => {
  const session = await makeSession();
  const { losses, epochs, baseline, phases } = await collect(session);
  expect(losses).toHaveLength(session.totalSteps);
  expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
  expect(baseline.map(({ epoch }) => epoch)).toEqual([1, 2]);
  expect(phases).toEqual(['training', 'evaluating', 'baseline', 'training', 'evaluating', 'done']);
  expect(epochs[1]?.trainLoss).toBeLessThan(epochs[0]?.trainLoss ?? 0);
  expect(baseline.at(-1)?.test?.loss).toBeLessThan(baseline[0]?.test?.loss ?? 0);
  expect(session.baselines?.sameBudget).toMatchObject({ epochs: 2, steps: 10, test: baseline.at(-1)?.test });
  session.destroy();
});

test('paused between any two events and looked at, a run gives the same numbers', async () => {
  const straight = await makeSession();
  const expected = await collect(straight);
  const paused = await makeSession();
  const actual = await collect(paused, async () => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    await paused.predict({ text: 'a nice day' });
  });
  expect(actual).toEqual(expected);
  straight.destroy();
  paused.destroy();
});

test('with a step handed over ahead, a run gives the same numbers', async () => {
  const straight = await makeSession();
  const expected = await collect(straight);
  const ahead = await makeSession();
  ahead.ahead = 1;
  let busy = 0;
  const actual = await collect(ahead, async (event) => {
    // Paused now and then: what is under way is given out, nothing more is handed over.
    if (event.type === 'step') {
      busy += Number(ahead.busy);
      ahead.ahead = event.record.step % 3 === 2 ? 0 : 1;
    }
  });
  expect(busy).toBeGreaterThan(2);
  expect(actual).toEqual(expected);
  straight.destroy();
  ahead.destroy();
});

test('a sentence gets probabilities; the baseline answers once its head is trained', async () => {
  const session = await makeSession();
  const before = await session.predict({ text: 'great and lovely' });
  expect(before.base).toBeNull();
  expect(before.tokens.at(0)).toBe('[CLS]');
  await collect(session);
  const after = await session.predict({ text: 'great and lovely' });
  for (const probabilities of [after.adapted, after.base ?? []])
    expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 6);
  session.destroy();
});

test('a loss that is no number stops the run, names the step and keeps the last good weights', async () => {
  const session = await makeSession({}, { learningRate: 1, clip: null, warmup: 0, epochs: 50 });
  const nan = new Float32Array(2 * 64).fill(Number.NaN);
  const events = session.events();
  await events.next();
  await events.next();
  session.engine.writeTrainable(new Map([['heads.golden.1.weight', { shape: [2, 64], data: nan }]]));
  await expect(events.next()).rejects.toMatchObject({
    code: 'diverged',
    message: expect.stringMatching(/Step 2: the loss is no longer a number.*learning rate/),
  });
  const weights = await session.engine.readTrainable();
  expect(weights.get('heads.golden.1.weight')?.data.every(Number.isFinite)).toBe(true);
  session.destroy();
});

test('a session gives back all it took', async () => {
  const before = liveBufferCount(tiny.gpu.device);
  const session = await makeSession();
  await collect(session);
  session.destroy();
  expect(liveBufferCount(tiny.gpu.device)).toBe(before);
});
