import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { confusionMatrix, score, softmax } from '../../src/training/metrics.ts';
import { hasValidation, RunFileError, readRun, withData } from '../../src/training/run.ts';
import { learningRateAt } from '../../src/training/schedule.ts';

describe('learning rate', () => {
  test.each(readdirSync('tests/golden/runs'))('of %s as PyTorch had it', (name) => {
    const json = (file: string) => JSON.parse(readFileSync(`tests/golden/runs/${name}/${file}`, 'utf8'));
    const { optimizer, steps } = json('run.json');
    const schedule = { learningRate: optimizer.lr, schedule: optimizer.schedule, warmupSteps: optimizer.warmup_steps };
    const rates = Array.from({ length: steps }, (_, step) => learningRateAt(step, steps, schedule));
    json('expected.json').lrs.forEach((rate: number, step: number) => {
      expect(rates[step]).toBeCloseTo(rate, 10);
    });
  });

  test('cosine begins at the top after the warm-up, is half way in the middle and ends near 0', () => {
    const at = (step: number) => learningRateAt(step, 110, { learningRate: 2, schedule: 'cosine', warmupSteps: 10 });
    expect([at(0), at(5), at(10), at(60)]).toEqual([0, 1, 2, 1]);
    expect(at(109)).toBeLessThan(0.001);
  });
});

describe('scores', () => {
  test('by hand', () => {
    const logits = [
      [2, 0],
      [0, 2],
      [3, 1],
      [0, 0.5],
    ];
    const labels = [0, 1, 1, 1];
    const { loss, accuracy, macroF1 } = score(logits, labels, 2);
    expect(confusionMatrix(labels, [0, 1, 0, 1], 2)).toEqual([
      [1, 0],
      [1, 2],
    ]);
    expect(accuracy).toBe(0.75);
    // F1: class 0 2·1/(1+2), class 1 2·2/(3+2)
    expect(macroF1).toBeCloseTo((2 / 3 + 4 / 5) / 2, 12);
    const each = [
      Math.log(1 + Math.exp(-2)),
      Math.log(1 + Math.exp(-2)),
      Math.log(1 + Math.exp(2)),
      Math.log(1 + Math.exp(-0.5)),
    ];
    expect(loss).toBeCloseTo(each.reduce((a, b) => a + b) / 4, 12);
  });

  test('softmax does not overflow', () => {
    expect(softmax([1e4, 1e4])).toEqual([0.5, 0.5]);
  });
});

describe('run file', () => {
  const good = { name: 'x', data: { task: 'sms_spam' }, method: { type: 'houlsby' } };

  test('defaults are filled in', () => {
    const { method, training, model, pooling, engine } = readRun(good);
    expect({ model, pooling, engine }).toEqual({ model: 'minilm-l3', pooling: 'mean', engine: 'auto' });
    expect(method).toMatchObject({ bottleneck: 16, activation: 'gelu', dropout: 0, scaling: 1, layers: 'all' });
    expect(training).toMatchObject({ epochs: 3, batchSize: 16, maxLength: 64, learningRate: 0.002, clip: 1, seed: 7 });
  });

  test('the example of the documentation is valid', () => {
    const example = /```json\n([\s\S]*?)```/.exec(readFileSync('docs/run-file.md', 'utf8'))?.[1] ?? '';
    expect(readRun(JSON.parse(example)).name).toBe('spam-houlsby-16');
  });

  test.each([
    { task: 'x', validationShare: 0.1 },
    { train: 'a.csv', validationShare: 0.5 },
    { train: 'a.csv', validation: 'b.csv' },
    { hub: 'owner/name', validation: 'dev' },
  ])('validation rows of %j let a run choose', (data) => {
    const training = { choose: 'best-epoch', patience: 3 };
    const run = readRun({ ...good, data, training });
    expect(run.training).toMatchObject(training);
    expect(hasValidation(run)).toBe(true);
    // On other rows without any, there is nothing to choose on.
    const plain = withData(run, { task: 'sms_spam' });
    expect(readRun(plain).training).toEqual(readRun(good).training);
    expect(withData(run, run.data)).toEqual(run);
  });

  test.each([
    [{ ...good, methods: {} }, 'methods'],
    [{ ...good, method: { type: 'houlsby', bottleneck: 0 } }, 'method.bottleneck'],
    [{ ...good, method: { type: 'hulsby' } }, 'method.type'],
    [{ ...good, method: { type: 'houlsby', without: ['x'] } }, 'write "layer.site"'],
    [{ ...good, training: { learningRate: 0 } }, 'training.learningRate'],
    [{ ...good, training: { epocs: 3 } }, 'epocs'],
    [{ ...good, data: { task: 'x', validationShare: 0.6 } }, 'data'],
    [{ ...good, training: { choose: 'best-epoch' } }, 'training.choose: needs validation rows'],
    [{ ...good, training: { patience: 2 } }, 'training.patience: needs validation rows'],
    [{ ...good, data: { train: 'a', validation: 'b', validationShare: 0.1 } }, 'data.validationShare: there are'],
    [null, 'the file'],
  ])('%j is refused by name', (json, reason) => {
    expect(() => readRun(json)).toThrow(RunFileError);
    expect(() => readRun(json)).toThrow(reason);
  });
});
