import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readRecordedRun, recordedPlan, underOwnNames } from '../../commands/support/recorded-run.ts';
import { readEncoderFiles } from '../../src/files/encoder-files.ts';
import { traceSentence } from '../../src/inspect/forward.ts';
import { inspectSentence } from '../../src/inspect/inspection.ts';
import { histogramOf, MapSeries, placesIn, principalPlane } from '../../src/inspect/snapshot.ts';
import { roundFrozen } from '../../src/model/frozen-bits.ts';

const golden = fileURLToPath(new URL('../golden/', import.meta.url));
const folder = (path: string) => async (name: string) => {
  const file = `${golden}${path}/${name}`;
  return existsSync(file) ? new Uint8Array(readFileSync(file)) : null;
};
const encoder = await readEncoderFiles(folder('models/tiny'));

/** Rows looked at of each recorded run. */
const fewRows = 4;

test.each(readdirSync(`${golden}runs`))('looking inside gives the logits that PyTorch recorded: %s', async (name) => {
  const { run, expected, tokens, final } = await readRecordedRun(folder(`runs/${name}`));
  const { config, weights } = roundFrozen(encoder, run.frozen.bits);
  const model = { config, plan: recordedPlan(run.method), pooling: run.pooling, frozen: weights, trained: final };
  for (const [i, row] of run.eval_rows.slice(0, fewRows).entries()) {
    const { logits } = traceSentence(model, { ids: tokens.input_ids[row] ?? [] });
    expected.logits_after[i]?.forEach((value, c) => {
      expect(Math.abs((logits[c] ?? Number.NaN) - value)).toBeLessThan(1e-4 * (1 + Math.abs(value)));
    });
  }
});

test.each(readdirSync(`${golden}modernbert`))('and inside a ModernBERT, too: %s', async (name) => {
  const { config, weights } = await readEncoderFiles(folder('models/tiny-modernbert'));
  const recorded = underOwnNames(await readRecordedRun(folder(`modernbert/${name}`)), config.family);
  const { run, expected, tokens, initial, final } = recorded;
  const plan = recordedPlan(run.method);
  for (const [trained, logits] of [
    [initial, expected.logits_before],
    [final, expected.logits_after],
  ] as const)
    for (const [i, row] of run.eval_rows.entries()) {
      const model = { config, plan, pooling: run.pooling, frozen: weights, trained };
      const ours = traceSentence(model, { ids: tokens.input_ids[row] ?? [] }).logits;
      logits[i]?.forEach((value, c) => {
        // PyTorch's own float32 is off by 5e-6.
        expect(Math.abs((ours[c] ?? Number.NaN) - value)).toBeLessThan(1e-5);
      });
    }
});

describe('an inspection', () => {
  test('finds no effect before training and some after, and attention that sums to one', async () => {
    const { run, tokens, initial, final, grad0 } = await readRecordedRun(folder('runs/houlsby-gelu-zero-init'));
    const { config, weights } = encoder;
    const ids = tokens.input_ids[0] ?? [];
    const sentence = { text: 'a', ids, tokens: ids.map(String) };
    const at = { layer: 1, site: 'ffn', token: 1 } as const;
    const look = (trained: typeof initial, gradients: typeof initial | null) =>
      inspectSentence(
        { config, plan: recordedPlan(run.method), pooling: 'cls', frozen: weights, trained },
        sentence,
        gradients,
        at,
      );
    const before = look(initial, null);
    expect(before.sites.map(({ effect }) => effect)).toEqual([0, 0, 0, 0]);
    expect(before.attention.adapted).toEqual(before.attention.base);
    expect(before.numbers).toMatchObject({ layer: 1, site: 'ffn', token: String(ids[1]), gradients: [] });
    const after = look(final, grad0);
    for (const { effect, gradient } of after.sites) {
      expect(effect).toBeGreaterThan(0);
      expect(gradient).toBeGreaterThan(0);
    }
    expect(after.numbers?.gradients.map(({ name }) => name)).toContain('adapter_up.weight');
    const firstRow = after.attention.adapted[1]?.slice(0, ids.length) ?? [];
    expect(firstRow.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 10);
  });
});

describe('a snapshot', () => {
  test('counts every weight but the head’s once, symmetric limits around zero', () => {
    const data = Float32Array.from([-1, 0, 1, 50]);
    const { limit, counts } = histogramOf(
      new Map([
        ['a', { shape: [4], data }],
        ['heads.golden.1.bias', { shape: [4], data }],
      ]),
    );
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(4);
    expect(limit).toBeGreaterThan(1);
  });

  test('a plane of points that lie in a plane keeps every distance, whatever the mirror', () => {
    const flat = [
      [3, 1],
      [-2, 0],
      [0, -2],
      [-1, 1],
    ];
    // Two orthogonal unit directions in five dimensions.
    const rows = flat.map(([a = 0, b = 0]) => Float32Array.from([0.6 * a, 0.8 * a, 0, b, 7]));
    const distance = (p: number[], q: number[]) => Math.hypot((p[0] ?? 0) - (q[0] ?? 0), (p[1] ?? 0) - (q[1] ?? 0));
    const found = principalPlane(rows, null);
    const { mean, axes } = found;
    const mirror = principalPlane(rows, { mean, axes: { x: axes.x.map((entry) => -entry), y: axes.y } });
    const [plane, mirrored] = [placesIn(found, rows), placesIn(mirror, rows)];
    for (const [i, p] of flat.entries())
      for (const [j, q] of flat.entries()) {
        const [one, other] = [plane[i], plane[j]];
        expect(distance([one?.x ?? 0, one?.y ?? 0], [other?.x ?? 0, other?.y ?? 0])).toBeCloseTo(distance(p, q), 4);
        expect(mirrored[i]?.x).toBeCloseTo(-(one?.x ?? 0), 4);
      }
  });

  test('maps of all moments lie on one plane: a state that stays keeps its place, one that goes and returns comes back', () => {
    const state = (...values: number[]) => Float32Array.from(values);
    const points = [1, 0, 1].map((label) => ({ label, answer: label }));
    const start = [state(1, 0, 2), state(-1, 1, 0), state(0, -1, 1)];
    const moved = [state(1, 0, 2), state(-3, 4, 0), state(0, -1, 1)];
    const draw = () => {
      const series = new MapSeries(start);
      series.add({ epoch: 0, states: start, points });
      series.add({ epoch: 1, states: moved, points });
      return series.add({ epoch: 2, states: start, points });
    };
    const [first, second, third] = draw().map(({ map }) => map);
    expect(third).toEqual(first);
    expect(second?.[0]).toEqual(first?.[0]);
    expect(second?.[1]).not.toEqual(first?.[1]);
    expect(draw()).toEqual(draw());
  });

  test('of many moments the first and the last are kept', () => {
    const states = [Float32Array.from([1, 0]), Float32Array.from([0, 1])];
    const series = new MapSeries(states);
    let kept: number[] = [];
    for (let epoch = 0; epoch < 100; epoch++) kept = series.add({ epoch, states, points: [] }).map((map) => map.epoch);
    expect(kept).toHaveLength(60);
    expect([kept[0], kept[1], kept.at(-1)]).toEqual([0, 41, 99]);
  });
});
