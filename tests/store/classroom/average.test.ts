import { expect, test } from 'vitest';
import { groupOf } from '../../../src/store/classroom/average.ts';
import type { HandedIn } from '../../../src/store/classroom/hand-in.ts';
import { averageOf } from '../../../src/training/adapters.ts';
import { handIn, lora } from '../../support/fuzz/samples.ts';

const trained = handIn.trained as HandedIn;
const one = (id: string, changed: Partial<HandedIn> = {}) => ({ id, trained: { ...trained, ...changed } });
const method = (changed: object) => ({
  run: { ...trained.run, method: { ...trained.run.method, ...changed } as typeof trained.run.method },
});

test('those that agree are averaged, and of each other it is said what differs', () => {
  const all = [
    one('alone', method({ bottleneck: 8 })),
    one('first', { accuracy: 0.1 }),
    one('trained otherwise', { run: { ...trained.run, training: { ...trained.run.training, epochs: 9, seed: 3 } } }),
    one('another task', { run: { ...trained.run, data: { task: 'sms_spam' } } }),
    one('another method', { run: lora }),
    one('another activation', method({ activation: 'relu' })),
    one('another encoder', { encoder: { ...trained.encoder, positions: 9 } }),
    one('other classes', { labels: ['b', 'a'] }),
  ];
  const { group, others } = groupOf(all);
  expect(group.map(({ id }) => id)).toEqual(['first', 'trained otherwise']);
  expect(others.map(({ one: { id }, differ }) => [id, ...differ])).toEqual([
    ['alone', 'bottleneck'],
    ['another task', 'task'],
    ['another method', 'method', 'bottleneck'],
    ['another activation', 'method'],
    ['another encoder', 'encoder'],
    ['other classes', 'classes'],
  ]);
  expect(groupOf([])).toEqual({ group: [], others: [] });
});

test('the mean of three is the mean of each number', () => {
  const tensors = (values: number[]) => new Map([['a', { shape: [2], data: Float32Array.from(values) }]]);
  expect(averageOf(tensors([1, 5]), tensors([2, 5]), tensors([6, -1]))).toEqual(tensors([3, 3]));
  expect(() => averageOf(tensors([1, 2]), tensors([1, 2]), new Map())).toThrow('one shape');
});
