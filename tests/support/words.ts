import type { Dataset } from '../../src/data/dataset.ts';
import { type Run, readRun } from '../../src/training/run.ts';

/** Sentences that a bag of words tells apart. */
const words = { good: ['great', 'lovely', 'nice', 'happy'], bad: ['awful', 'sad', 'wrong', 'poor'] };
const rows = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => {
    const label = (from + i) % 2;
    const list = label ? words.good : words.bad;
    return { text: `it was ${list[(from + i) % 4]} and ${list[(from + 3 * i + 1) % 4]} number ${i}`, label };
  });

export const wordsDataset: Dataset = {
  name: 'words',
  labels: ['bad', 'good'],
  train: rows(0, 40),
  validation: [],
  test: rows(1, 12),
};

/** A run of two epochs of five steps on them. */
export const wordsRun = (change: object = {}, training: object = {}): Run =>
  readRun({
    name: 'words',
    data: { task: 'words' },
    method: { type: 'houlsby', bottleneck: 8, dropout: 0.1 },
    training: { epochs: 2, batchSize: 8, maxLength: 24, learningRate: 0.01, ...training },
    ...change,
  });
