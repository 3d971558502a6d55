import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { WgslReflect } from 'wgsl_reflect';
import { en } from '../src/i18n/en.ts';
import { late } from '../src/i18n/late.ts';
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
  ['en', { ...en, ...late }],
  ['zh', zh],
])('a file of texts in %s holds the namespace of its name, and no other', async (language, texts) => {
  const stems = stemsIn(`src/i18n/${language}`, '.ts');
  expect(Object.keys(texts).sort()).toEqual(stems.sort());
  for (const [stem, under] of Object.entries(texts))
    expect(Object.values(await import(`../src/i18n/${language}/${stem}.ts`)), stem).toEqual([under]);
});

const features = stemsIn('src/i18n/en', '.ts').sort();
const foldersIn = (folder: string) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));

test('a feature has one word: in the store, on the page and in its texts', () => {
  expect(foldersIn('src/store').sort()).toEqual(features);
  // What several features are drawn with has a folder of its own.
  const shared = ['charts', 'controls', 'styles'];
  expect(
    foldersIn('src/ui')
      .filter((name) => !shared.includes(name))
      .sort(),
  ).toEqual(features);
  expect(foldersIn('tests/store').filter((name) => !features.includes(name))).toEqual([]);
});

test('no folder holds more than 15 files, and no file more than 400 lines', () => {
  const files = ['src', 'commands', 'python'].flatMap(filesUnder).filter((file) => !file.includes('__pycache__'));
  // A language has a file for each feature, under the feature's name.
  const folders = [...new Set(files.map((file) => dirname(file)))].filter((folder) => !/i18n\/\w+$/.test(folder));
  const crowded = folders.filter((folder) => files.filter((file) => dirname(file) === folder).length > 15);
  expect(crowded).toEqual([]);
  const code = [...files, ...filesUnder('tests')].filter((file) => /\.(tsx?|css|wgsl|py)$/.test(file));
  const long = code.filter((file) => readFileSync(file, 'utf8').split('\n').length > 401);
  expect(long).toEqual([]);
});

/** The paths that a page of docs/ names: `a/{b,c}/d.ts`, from src/ or from the project's root. */
function namedPaths(text: string): string[] {
  const quoted = [...text.matchAll(/`([\w.{},*/-]+)(?:: \w+)?`/g)].map(([, path = '']) => path);
  const expand = (path: string): string[] => {
    const [whole, list] = /\{([^}]+)\}/.exec(path) ?? [];
    return whole && list ? list.split(',').flatMap((part) => expand(path.replace(whole, part))) : [path];
  };
  return quoted.filter((path) => path.includes('/') && !path.includes('*')).flatMap(expand);
}

test('the map of docs/architecture.md names files that exist', () => {
  const paths = namedPaths(readFileSync('docs/architecture.md', 'utf8'));
  expect(paths.length).toBeGreaterThan(50);
  const endings = ['', '.ts', '.tsx'];
  const exists = (path: string) =>
    endings.some((ending) => existsSync(path + ending) || existsSync(join('src', path + ending)));
  expect(paths.filter((path) => !exists(path))).toEqual([]);
});
