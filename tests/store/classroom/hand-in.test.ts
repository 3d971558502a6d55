import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { utf8 } from '../../../src/base/file-set.ts';
import { trainingPlan } from '../../../src/model/methods.ts';
import { trainableParameters } from '../../../src/model/parameters.ts';
import {
  type HandedIn,
  type HandIn,
  handInLink,
  mostLinked,
  packedIn,
  readHandIn,
  readHandInLink,
  writeHandIn,
} from '../../../src/store/classroom/hand-in.ts';
import { packWeights, unpackWeights } from '../../../src/store/classroom/weights.ts';
import { firstRun } from '../../../src/store/page/state.ts';
import { withMethodType } from '../../../src/store/run/settings.ts';
import { encoder, handIn } from '../../support/fuzz/samples.ts';

const page = 'https://example.org/some/path/?run=abc#/lessons';
/** The built-in English encoder's sizes. */
const small = { ...encoder, layers: 4, hidden: 256, heads: 4, intermediate: 1024, vocabulary: 30522, positions: 512 };

/** Weights that look trained: none like another. */
function handInOf(method: HandedIn['run']['method'], classes = 10): HandIn {
  const run = { ...firstRun, method };
  const wanted = trainableParameters(small, trainingPlan(method, small.layers), classes);
  let seed = 1;
  const next = () => {
    seed = (seed * 48271) % 2147483647;
    return seed / 2147483647 - 0.5;
  };
  const tensors = new Map(
    wanted.map(({ name, shape }) => [
      name,
      { shape: [...shape], data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, next) },
    ]),
  );
  const labels = Array.from({ length: classes }, (_, i) => `class ${i}`);
  return { ...handIn, trained: { run, labels, encoder: small, accuracy: 0.7, baseline: null, testRows: 300, tensors } };
}
const narrow = (bottleneck: number) =>
  ({ ...withMethodType(firstRun, 'houlsby').method, bottleneck }) as typeof firstRun.method;
const read = (link: string | null) => readHandInLink(packedIn(link ?? '') ?? '');

describe('a hand-in', () => {
  test('is read from its file as it was written, to the last bit', () => {
    expect(readHandIn(utf8(writeHandIn(handIn)))).toEqual(handIn);
    const sound = handInOf(narrow(16));
    expect(readHandIn(utf8(writeHandIn(sound)))).toEqual(sound);
  });

  test.each([1, 2, 4])('with a bottleneck of %i goes into a link of at most 31 kB', (bottleneck) => {
    const sound = handInOf(narrow(bottleneck));
    const link = handInLink(sound, page) ?? '';
    expect(link.startsWith('https://example.org/some/path/#/class?hand-in=')).toBe(true);
    expect(link.length).toBeGreaterThan(7000);
    expect(link.length).toBeLessThan(31_000);
    const there = read(link);
    expect({ ...there, trained: { ...there.trained, tensors: null } }).toEqual({
      ...sound,
      trained: { ...sound.trained, tensors: null },
    });
    // Half a step of 127 to either side.
    for (const [name, { data }] of sound.trained?.tensors ?? [])
      there.trained?.tensors?.get(name)?.data.forEach((value, i) => {
        expect(Math.abs(value - (data[i] ?? 0))).toBeLessThan(0.5 / 127);
      });
  });

  test('of a wide adapter goes into no link, and of answers alone into a short one', () => {
    expect(handInLink(handInOf(narrow(64)), page)).toBeNull();
    const words = { ...handIn, trained: null };
    expect(read(handInLink(words, page))).toEqual(words);
    expect((handInLink(words, page) ?? '').length).toBeLessThan(600);
  });

  test('keeps drawn and measured curves, of bounded length and height', () => {
    const curve = [30, 50.5, 60, 70];
    const answers = { ...handIn.answers, predicted: { bottleneck: curve }, measured: { bottleneck: curve } };
    const drawn = { ...handIn, answers, trained: null };
    expect(readHandIn(utf8(writeHandIn(drawn)))).toEqual(drawn);
    expect(read(handInLink(drawn, page))).toEqual(drawn);
    for (const wrong of [[30], Array(13).fill(30), [30, 101], [-1, 30], [30, null]]) {
      const json = JSON.stringify({
        ...JSON.parse(writeHandIn(drawn)),
        answers: { ...answers, measured: { bottleneck: wrong } },
      });
      expect(() => readHandIn(utf8(json)), json).toThrow(/answers/);
    }
  });

  test('of anything else is refused with a sentence', () => {
    const json = JSON.parse(writeHandIn(handIn));
    const readJson = (value: unknown) => () => readHandIn(utf8(JSON.stringify(value)));
    expect(() => readHandIn(utf8('{"format": "bottle'))).toThrow('or it is cut off');
    expect(() => readHandIn(new Uint8Array([137, 80, 78, 71]))).toThrow('This is no hand-in');
    expect(readJson({ format: 'bottleneck-lessons', version: 1 })).toThrow('no hand-in of this page');
    expect(readJson({ ...json, version: 2 })).toThrow('another version');
    expect(readJson({ ...json, name: 'x'.repeat(61) })).toThrow('name');
    expect(readJson({ ...json, answers: { ...json.answers, measured: { freeze: 'd' } } })).toThrow('measured');
    const trained = (changed: object) => readJson({ ...json, trained: { ...json.trained, ...changed } });
    expect(trained({ run: { ...json.trained.run, pooling: 'max' } })).toThrow('pooling');
    expect(trained({ labels: ['a', 'b', 'c'] })).toThrow(/weights have \d+ bytes; its settings need/);
    expect(trained({ encoder: { ...encoder, layers: 128, hidden: 8192 } })).toThrow('are the most');
    expect(trained({ weights: { bits: 32, data: '****' } })).toThrow('damaged');
    const nan = 'AADAfw'.repeat(1000).slice(0, json.trained.weights.data.length);
    expect(trained({ weights: { bits: 32, data: nan } })).toThrow('no numbers');
    const method = { ...json.trained.run.method, layers: [7] };
    expect(trained({ run: { ...json.trained.run, method } })).toThrow('layer 8');
    expect(() => readHandInLink('A'.repeat(mostLinked.characters + 1))).toThrow('damaged');
    expect(packedIn('https://example.org/#/class')).toBeNull();
  });

  test('that a messenger cut off is refused wherever it was cut', () => {
    const packed = packedIn(handInLink(handIn, page) ?? '') ?? '';
    fc.assert(
      fc.property(fc.integer({ min: 0, max: packed.length - 2 }), (length) => {
        expect(() => readHandInLink(packed.slice(0, length))).toThrow('damaged');
      }),
    );
  });
});

test('weights in 8 bits have one scale for each unit of the bottleneck, whichever side it is on', () => {
  const wanted = [
    { name: 'down', shape: [2, 6] },
    { name: 'up', shape: [6, 2] },
    { name: 'bias', shape: [3] },
  ];
  const values = (count: number) => Float32Array.from({ length: count }, (_, i) => (i % 2 ? 127 : -1));
  const tensors = new Map(wanted.map(({ name, shape }) => [name, { shape, data: values(shape[1] ? 12 : 3) }]));
  const packed = packWeights(tensors, wanted, 8);
  expect(packed.data.length).toBe(Math.ceil(((4 * 5 + 27) * 4) / 3));
  expect(unpackWeights(packed, wanted)).toEqual(tensors);
});
