import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { benchOptions } from '../../commands/bench/options.ts';
import { benchSchema } from '../../commands/bench/page.ts';
import { bars, cards } from '../../commands/bench-kernels/cards.ts';
import { engineOn, hostOf } from '../../commands/support/host.ts';
import { tuningFrom } from '../../commands/support/page/tuning.ts';
import type { Gpu } from '../../src/gpu/device.ts';
import { defaultTuning, tileClasses } from '../../src/webgpu/products/tiles.ts';

test('a shape in words becomes what the bench measures', () => {
  const options = benchOptions({ shape: '2,128,2,512,16,64,8', train: 'adapters', layers: '1', steps: '3' });
  expect(benchSchema.parse(options)).toMatchObject({ layers: 2, hidden: 128, bottleneck: 8, adapted: [1], steps: 3 });
  expect(() => benchOptions({ shape: '2,128', train: 'adapters' })).toThrow('seven numbers');
  expect(() => benchOptions({ shape: '2,128,2,512,16,64,x', train: 'adapters' })).toThrow('whole numbers');
  expect(() => benchOptions({ shape: '2,128,2,512,16,64,8', train: 'some' })).toThrow('adapters, full or head');
});

test('Dawn runs WebGPU alone', async () => {
  expect(engineOn('dawn', undefined)).toBe('webgpu');
  expect(engineOn('dawn', 'auto')).toBe('webgpu');
  expect(engineOn('chromium', 'wasm')).toBe('wasm');
  expect(() => engineOn('dawn', 'wasm')).toThrow('--host chromium');
  await expect(hostOf('firefox')).rejects.toThrow('chromium or dawn');
});

test('a tile is forced for all classes of products or for one', () => {
  const gpu = { software: false } as Gpu;
  const usual = defaultTuning(gpu).tiles;
  for (const kind of tileClasses) {
    expect(tuningFrom(gpu, 'V2').tiles[kind]).toBe('V2');
    expect(tuningFrom(gpu, 'large=V2').tiles[kind]).toBe(kind === 'large' ? 'V2' : usual[kind]);
    expect(tuningFrom({ ...gpu, software: true }, 'card').tiles[kind]).toBe(usual[kind]);
  }
  for (const wrong of ['', 'V9', '8x8', 'huge=V1', 'large='])
    expect(() => tuningFrom(gpu, wrong), wrong).toThrow('--tile');
});

test('every step that kernels are held to can be measured, its cards one after another', () => {
  expect(bars.length).toBeGreaterThan(0);
  for (const bar of bars) {
    expect(cards).toHaveProperty(bar.card);
    expect(() => benchSchema.parse(benchOptions(bar))).not.toThrow();
  }
  const steps = bars.map(({ shape, train }) => `${shape} ${train}`);
  // A step that comes back later would be compiled anew.
  expect(steps.filter((step, i) => step !== steps[i - 1])).toEqual([...new Set(steps)]);
});

test.each(['pages', 'in-node'])('page modules go by their paths in commands/ (support/%s.ts)', (name) => {
  const source = readFileSync(`commands/support/${name}.ts`, 'utf8');
  const modules = [...source.matchAll(/'(.+)': .*import\('\.\.\/(.+)'\)/g)];
  expect(modules.length).toBeGreaterThan(0);
  for (const [, called, path] of modules) expect(called).toBe(path);
});
