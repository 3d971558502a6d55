import { describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { configure, ended, headOf, open, opened, page, plainTrainer, runOn } from '../support/plain-trainer.ts';

/** What owns device, encoder, rows and run in the worker, driven as the page drives it, without one. */

describe('a run', () => {
  test('is set up, trained to its end, and reported with its id', async () => {
    const trainer = await opened();
    const { call, of } = trainer;
    expect(of('device')).toMatchObject([{ available: true, engine: 'wasm', why: 'no-gpu' }]);
    expect(await configure(trainer, 'a')).toMatchObject({ totalSteps: 8, stepsPerEpoch: 4, sharedHeap: null });
    expect(await call('train', null)).toBeUndefined();
    await ended(trainer);
    expect(new Set([...of('progress'), ...of('state')].map(({ runId }) => runId))).toEqual(new Set(['a']));
    expect(of('progress').flatMap(({ steps }) => steps.map(({ step }) => step))).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(of('progress').flatMap(({ epochs }) => epochs.map(({ epoch }) => epoch))).toEqual([1, 2]);
    expect(of('progress').at(-1)).toMatchObject({ final: null, failure: null });
    expect(of('progress').filter(({ final }) => final)).toHaveLength(1);
    expect(of('state').length).toBeGreaterThan(0);
    // Whoever keeps both has no state without its curves.
    const at = trainer.events.findIndex(({ type }) => type === 'state');
    expect(trainer.events[at - 1]).toMatchObject({ type: 'progress', runId: 'a' });
  });

  test('pauses at once, whatever is carried out before', async () => {
    let answering = Promise.resolve();
    const trainer = await opened({
      change: (engine) => {
        const evaluate = engine.evaluate.bind(engine);
        return { evaluate: async (batch) => answering.then(() => evaluate(batch)) };
      },
    });
    await configure(trainer, 'a', { training: { epochs: 1, batchSize: 1 } });
    let answer = () => {};
    answering = new Promise((resolve) => {
      answer = resolve;
    });
    await trainer.call('train', null);
    const prediction = trainer.call('predict', { text: 'a', adapter: null, strength: 1 });
    const pausing = trainer.call('pause', null);
    await ended(trainer, 'paused');
    expect(trainer.of('progress').flatMap(({ epochs }) => epochs)).toEqual([]);
    answer();
    expect(await prediction).not.toBeNull();
    await pausing;
  });

  test('goes on after a pause to the same weights', async () => {
    const through = await opened();
    await configure(through);
    await through.call('train', null);
    await ended(through);

    const trainer = await opened();
    const { call, of } = trainer;
    await configure(trainer);
    await call('train', null);
    const predicting = [1, 2, 3].map(() => call('predict', { text: 'a b', adapter: null, strength: 1 }));
    await call('pause', null);
    expect(of('progress').at(-1)?.phase).toBe('paused');
    const made = () => of('progress').reduce((sum, { steps }) => sum + steps.length, 0);
    const before = made();
    expect(before).toBeLessThan(8);
    expect(await Promise.all(predicting)).toHaveLength(3);
    await call('step', { count: 2 });
    await eventually(() => expect(made()).toBe(before + 2));
    await ended(trainer, 'paused');
    await call('train', null);
    await ended(trainer);
    expect(await headOf(trainer)).toEqual(await headOf(through));
  });

  test('tells where it stands between two steps, when it is asked while it trains', async () => {
    const trainer = await opened();
    await configure(trainer, 'a', { training: { epochs: 1, batchSize: 1 } });
    await trainer.call('train', null);
    await trainer.call('reportState', null);
    await eventually(() => expect(trainer.of('state')[0]?.state.epochs).toBe(0));
    await trainer.call('pause', null);
    await trainer.call('reportState', null);
    const { state } = trainer.of('state').at(-1) ?? {};
    expect(state?.step).toBeGreaterThan(0);
    // From there it goes on elsewhere.
    const other = await opened();
    const run = runOn({ training: { epochs: 1, batchSize: 1 } });
    await other.call('configure', { runId: 'b', run, start: null, state });
    for (const each of [trainer, other]) {
      await each.call('train', null);
      await ended(each);
    }
    expect(await headOf(other)).toEqual(await headOf(trainer));
  });

  test('that cannot go on says why with its last report, and stands where it was', async () => {
    let steps = 0;
    const trainer = await opened({
      change: (engine) => {
        const step = engine.step.bind(engine);
        return { step: async (...batch) => (++steps > 6 ? { loss: Number.NaN, gradNorm: 1 } : step(...batch)) };
      },
    });
    await configure(trainer, 'a');
    await trainer.call('train', null);
    await ended(trainer, 'failed');
    expect(trainer.of('progress').at(-1)).toMatchObject({
      runId: 'a',
      failure: { name: 'TrainingError', code: 'diverged' },
    });
    expect(trainer.of('progress').filter(({ failure }) => failure)).toHaveLength(1);
    // It can be answered and set up again, not trained on.
    await trainer.call('train', null);
    expect(await trainer.call('predict', { text: 'a', adapter: null, strength: 1 })).not.toBeNull();
    expect(trainer.of('progress').at(-1)?.phase).toBe('failed');
    expect(await configure(trainer, 'b')).toMatchObject({ totalSteps: 8 });
  });

  test('gives way to the next, of which everything is reported from then on', async () => {
    const trainer = await opened();
    await configure(trainer, 'a', { training: { epochs: 100 } });
    await trainer.call('train', null);
    await configure(trainer, 'b');
    const from = trainer.events.length;
    await trainer.call('train', null);
    await ended(trainer);
    const later = trainer.events.slice(from).flatMap((event) => ('runId' in event ? [event.runId] : []));
    expect(new Set(later)).toEqual(new Set(['b']));
  });

  test('on rows or an encoder that are not here is refused', async () => {
    const trainer = plainTrainer();
    await expect(configure(trainer)).rejects.toThrow('No encoder is loaded.');
    await open(trainer);
    await expect(configure(trainer, 'a', { run: { data: { train: 'other.csv' } } })).rejects.toThrow(
      'Task other.csv is not loaded.',
    );
    const wrongKey = trainer.call('loadRows', { name: 'mine.csv', key: 2, split: null });
    await expect(wrongKey).rejects.toThrow('The rows of mine.csv are not here. Import the file again.');
    expect(await configure(trainer)).toMatchObject({ totalSteps: 8 });
  });
});

describe('requests', () => {
  test('are carried out in their order, and one that is aborted before its turn is left out', async () => {
    const trainer = await opened();
    const { call } = trainer;
    const order: string[] = [];
    const note = (name: string, work: Promise<unknown>) => work.then(() => order.push(name));
    const superseded = new AbortController();
    const asked = [
      note('configure', configure(trainer, 'a')),
      note('predict', call('predict', { text: 'a b', adapter: null, strength: 1 })),
      call('configure', { runId: 'b', run: runOn(), start: null }, { signal: superseded.signal }),
      note('adapter', call('readAdapter', null)),
      note('train', call('train', null)),
    ];
    superseded.abort();
    expect((await Promise.allSettled(asked)).map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
    expect(order).toEqual(['configure', 'predict', 'adapter', 'train']);
    await ended(trainer);
    expect(trainer.of('progress').every(({ runId }) => runId === 'a')).toBe(true);
  });

  test('an encoder is read at once and taken in its turn; one that cannot be used leaves the one before', async () => {
    const trainer = await opened();
    const { call, fetched } = trainer;
    await configure(trainer);
    await call('train', null);
    const count = fetched.length;
    // What waits before it: a demonstration that takes a while.
    const before = call('demonstrateForgetting', {
      first: runOn(),
      second: runOn(),
      full: runOn({ run: { method: { type: 'full' } } }),
      steps: 4,
    });
    let isTaken = false;
    const loading = call('loadEncoder', { name: 'minilm-l3', files: null, frozenBits: 32 }).then((facts) => {
      isTaken = true;
      return facts;
    });
    await eventually(() => expect(fetched.length).toBeGreaterThan(count));
    expect(isTaken).toBe(false);
    await before;
    expect(await loading).toMatchObject({ name: 'minilm-l3', config: { layers: 2, hidden: 64 } });
    // With it the run is gone.
    expect(await call('readAdapter', null)).toBeNull();
    await configure(trainer);
    await expect(call('loadEncoder', { name: 'broken', files: [], frozenBits: 32 })).rejects.toThrow('config.json');
    expect(await call('readAdapter', null)).not.toBeNull();
    expect(await call('viewTokens', { text: 'a b', length: 8 })).toMatchObject([
      {},
      { piece: 'a' },
      { piece: 'b' },
      {},
    ]);
  });

  test('a built-in task’s rows are read from beside the page, and only once', async () => {
    const trainer = await opened();
    const { call, fetched } = trainer;
    const task = await call('loadTask', { name: 'sms_spam' });
    expect(task).toMatchObject({ name: 'sms_spam', labels: expect.arrayContaining(['ham', 'spam']) });
    expect(fetched.filter((url) => url.startsWith(`${page}datasets/sms_spam/`))).toHaveLength(2);
    const count = fetched.length;
    await call('loadTask', { name: 'sms_spam' });
    expect(fetched).toHaveLength(count);
    await expect(call('loadTask', { name: 'unknown' })).rejects.toThrow('The rows of unknown are not here.');
    expect(await call('checkTokens', { length: 8, positions: 32 })).toMatchObject({
      findings: expect.arrayContaining([expect.objectContaining({ check: 'cut-off' })]),
    });
  });

  test('stopping the demonstration is heard while it is under way', async () => {
    const trainer = await opened();
    const points: number[] = [];
    let isOver = false;
    const ask = { first: runOn(), second: runOn(), full: runOn({ run: { method: { type: 'full' } } }), steps: 1000 };
    const demonstration = trainer
      .call('demonstrateForgetting', ask, { onProgress: ({ step }) => points.push(step) })
      .then(() => {
        isOver = true;
      });
    await eventually(() => expect(points.length).toBeGreaterThan(0));
    expect(isOver).toBe(false);
    await trainer.call('stopForgetting', null);
    await demonstration;
    // Of 2000 in each of two ways.
    expect(Math.max(...points)).toBeLessThan(1000);
  });

  test('snapshots come for the run that is watched, beginning at once', async () => {
    const trainer = await opened();
    await trainer.call('watchSnapshots', { on: true });
    expect(trainer.of('snapshot')).toEqual([]);
    await configure(trainer, 'a');
    await trainer.call('train', null);
    await ended(trainer);
    expect(trainer.of('snapshot').map(({ runId, epoch }) => [runId, epoch])).toEqual([
      ['a', 0],
      ['a', 1],
      ['a', 2],
    ]);
    expect(
      trainer
        .of('snapshot')
        .at(-1)
        ?.maps.map(({ epoch }) => epoch),
    ).toEqual([0, 1, 2]);
    await trainer.call('watchSnapshots', { on: false });
    await trainer.call('watchSnapshots', { on: true });
    expect(trainer.of('snapshot')).toHaveLength(4);
  });
});
