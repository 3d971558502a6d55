import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { WgslReflect } from 'wgsl_reflect';
import { en } from '../src/i18n/en.ts';
import { zh } from '../src/i18n/zh.ts';

/**
 * One stem per op, at four addresses, and one per feature for its texts; and nobody but src/gpu opens devices or makes
 * buffers.
 */

const stemsIn = (folder: string, ending: string) =>
  readdirSync(folder)
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length));

const source = (stem: string) => readFileSync(`shaders/${stem}.wgsl`, 'utf8');
const isShared = (stem: string) => source(stem).startsWith('// shared:');
const shaders = stemsIn('shaders', '.wgsl');
const ops = shaders.filter((stem) => !isShared(stem));

test('there are shaders', () => {
  expect(ops.length).toBeGreaterThanOrEqual(9);
});

describe.each(ops)('%s', (stem) => {
  test.each([
    ['host wrapper', 'src/webgpu/ops', '.ts'],
    ['reference', 'src/reference', '.ts'],
    ['test', 'tests/ops', '.test.ts'],
  ])('has its %s', (_, folder, ending) => {
    expect(stemsIn(folder, ending)).toContain(stem);
  });

  test('parses, and its host uses every entry point', () => {
    const reflection = new WgslReflect(source(stem));
    const entries = reflection.entry.compute.map(({ name }) => name);
    expect(entries.length).toBeGreaterThan(0);
    const host = readFileSync(`src/webgpu/ops/${stem}.ts`, 'utf8');
    for (const entry of entries) expect(host).toContain(`'${entry}'`);
  });
});

test('every host wrapper has its shader', () => {
  const hosts = stemsIn('src/webgpu/ops', '.ts').filter((stem) => stem !== 'recorder');
  expect(hosts.filter((stem) => !ops.includes(stem))).toEqual([]);
});

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesUnder(join(folder, entry.name)) : [join(folder, entry.name)],
  );
}

test('only src/gpu opens devices and makes buffers', () => {
  const outside = filesUnder('src').filter((file) => !file.startsWith(join('src', 'gpu')));
  expect(outside.length).toBeGreaterThan(30);
  const offenders = outside.filter((file) => /navigator\.gpu|createBuffer\(/.test(readFileSync(file, 'utf8')));
  expect(offenders).toEqual([]);
});

test.each([
  ['en', en],
  ['zh', zh],
])('a file of texts in %s holds the namespace of its name, and no other', async (language, texts) => {
  const stems = stemsIn(`src/i18n/${language}`, '.ts');
  expect(Object.keys(texts).sort()).toEqual(stems.sort());
  for (const [stem, under] of Object.entries(texts))
    expect(Object.values(await import(`../src/i18n/${language}/${stem}.ts`)), stem).toEqual([under]);
});
