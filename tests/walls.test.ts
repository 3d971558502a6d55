import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

/**
 * Who may import whom. A room imports the rooms that its line names, and its own files; the second list is of rooms that it
 * takes types of only. A line names rooms above it only: no arrow runs up, and there is no circle.
 */

interface Room {
  name: string;
  /** Its files, below src or the project's root; some lie in another room's folder, so the first line that fits counts. */
  files: RegExp;
  imports: string;
  types?: string;
}

const rooms: Room[] = [
  { name: 'base', files: /^base\//, imports: '' },
  { name: 'model', files: /^model\//, imports: 'base' },
  { name: 'engine', files: /^engine\//, imports: 'base model' },
  { name: 'shaders', files: /^shaders\//, imports: '' },
  { name: 'gpu', files: /^gpu\//, imports: 'base' },
  { name: 'webgpu', files: /^webgpu\//, imports: 'base model engine shaders gpu' },
  { name: 'onnx', files: /^onnx\//, imports: 'base model engine' },
  { name: 'reference', files: /^reference\//, imports: 'model' },
  { name: 'data', files: /^data\//, imports: 'base model' },
  {
    name: 'training',
    files: /^training\/(?!(session|frozen-side|baseline|experiments\/(cross-check|export-check|forgetting))\.ts$)/,
    imports: 'base model engine data',
  },
  // The part of training that runs an engine: in workers and commands alone.
  { name: 'session', files: /^training\//, imports: 'base model engine data training' },
  { name: 'inspect', files: /^inspect\//, imports: 'base model reference', types: 'engine' },
  { name: 'hub', files: /^hub\//, imports: 'base model data' },
  { name: 'files', files: /^files\//, imports: 'base model engine data training hub' },
  {
    name: 'device',
    files: /^device\//,
    imports: 'base model gpu webgpu onnx training',
    types: 'engine files',
  },
  {
    name: 'clients',
    files: /^workers\/(rpc|\w+\/(api|client))\.ts$/,
    imports: 'base data',
    types: 'model engine training session inspect hub files',
  },
  {
    name: 'workers',
    files: /^workers\//,
    imports: 'base model engine onnx data training session inspect hub files device clients',
  },
  // What stands between the page and the network.
  { name: 'service-worker', files: /^service-worker\//, imports: 'base workers' },
  { name: 'i18n', files: /^i18n\//, imports: 'base' },
  {
    name: 'store',
    files: /^store\//,
    imports: 'base model engine data training hub clients',
    types: 'session inspect i18n service-worker',
  },
  {
    name: 'ui',
    files: /^ui\//,
    imports: 'base model engine shaders data training hub i18n store',
    types: 'inspect clients',
  },
  { name: 'main', files: /^(main\.tsx|isolation\.ts|trusted-types\.ts)$/, imports: 'i18n store ui' },
  {
    name: 'commands',
    files: /^commands\//,
    imports:
      'base model engine gpu webgpu onnx data training session hub files device clients workers service-worker i18n store',
  },
];

/** Which rooms use a package. */
const packages: Record<string, string> = {
  '@huggingface/hub': 'hub',
  '@huggingface/tokenizers': 'data',
  '@jax-js/jax': 'commands',
  '@mantine/core': 'ui main',
  '@mantine/hooks': 'ui',
  fflate: 'base data workers',
  hyparquet: 'data',
  'hyparquet-compressors': 'data',
  i18next: 'i18n ui',
  idb: 'store',
  'modern-screenshot': 'ui',
  'onnx-proto': 'onnx',
  'onnxruntime-web': 'onnx device',
  papaparse: 'data ui',
  react: 'ui',
  'react-dom': 'main ui',
  'react-error-boundary': 'ui',
  'react-i18next': 'i18n ui',
  recharts: 'ui',
  uqr: 'ui',
  zod: 'base model webgpu data training hub files store commands',
  zustand: 'store ui',
  // What the build knows of the page's own files.
  'virtual:built-in-files': 'workers service-worker',
  'virtual:page-files': 'service-worker',
  'virtual:theme.css': 'main',
  // The GPU in Node, by a path that is known only there.
  node: 'gpu commands',
};

interface Import {
  from: string;
  /** A file from the project's root, or `npm:` and a package's name. */
  to: string;
  typeOnly: boolean;
}

/** All that a file imports: at the start, on the way, and in types. */
function importsOf(file: string, text: string): Import[] {
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, typeOnly: boolean) => {
    // An address that is made up on the way is taken for one of Node's: pages have none.
    const name = specifier && ts.isStringLiteralLike(specifier) ? specifier.text : 'node:?';
    const path = name.replace(/\?.*/, '');
    const to = name.startsWith('.') ? normalize(join(dirname(file), path)) : packageOf(path);
    found.push({ from: file, to, typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, node.importClause?.isTypeOnly ?? false);
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], false);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    node.forEachChild(visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  return found;
}

const packageOf = (path: string) =>
  `npm:${path.startsWith('node:') ? 'node' : path.split('/', path.startsWith('@') ? 2 : 1).join('/')}`;

const roomOf = (file: string) => rooms.find(({ files }) => files.test(file.replace(/^src\//, '')));

/** Why an import is not allowed; null: it is. */
function objection({ from, to, typeOnly }: Import): string | null {
  const room = roomOf(from);
  if (!room) return `${from} belongs to no room`;
  const [, npm] = to.split('npm:');
  const target = npm ?? roomOf(to)?.name ?? 'a file of no room';
  if (target === room.name || (npm && room.name === 'commands')) return null;
  const allowed = npm ? packages[npm] : typeOnly ? `${room.imports} ${room.types}` : room.imports;
  if (allowed?.split(' ').includes(npm ? room.name : target)) return null;
  return `${room.name} may not import ${typeOnly ? 'types of ' : ''}${target}: ${from} -> ${to}`;
}

const filesUnder = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesUnder(join(folder, entry.name)) : [join(folder, entry.name)],
  );

const sources = ['src', 'commands'].flatMap(filesUnder).filter((file) => /\.tsx?$/.test(file));
const imports = sources.flatMap((file) => importsOf(file, readFileSync(file, 'utf8')));

test('every import is one that the table allows', () => {
  expect(imports.length).toBeGreaterThan(1000);
  expect(imports.flatMap((each) => objection(each) ?? [])).toEqual([]);
});

test('no line of the table names a room below it', () => {
  const names = rooms.map(({ name }) => name);
  rooms.forEach(({ name, imports, types = '' }, at) => {
    const named = `${imports} ${types}`.split(' ').filter((word) => word !== '');
    expect(
      named.filter((word) => !names.slice(0, at).includes(word)),
      name,
    ).toEqual([]);
  });
});

test('every source file belongs to a room, and no room is empty', () => {
  expect(sources.filter((file) => !roomOf(file))).toEqual([]);
  const used = new Set([...sources, ...imports.map(({ to }) => to)].map((file) => roomOf(file)?.name));
  expect(rooms.map(({ name }) => name).filter((name) => !used.has(name))).toEqual([]);
});

test.each([
  ["import { a } from '../store/run/actions.ts';", 'src/model/reach.ts', 'model may not import store'],
  [
    "import type { A } from '../../store/run/actions.ts';",
    'src/data/rows/row.ts',
    'data may not import types of store',
  ],
  ["import { a } from '../engine/contract.ts';", 'src/inspect/forward.ts', 'inspect may not import engine'],
  ["import type { A } from '../engine/contract.ts';", 'src/inspect/forward.ts', null],
  ["const a = await import('../../ui/App.tsx');", 'src/store/run/actions.ts', 'store may not import ui'],
  ["export * from '../webgpu/engine.ts';", 'src/ui/format.ts', 'ui may not import webgpu'],
  ["type A = import('../hub/hub.ts').A;", 'src/gpu/device.ts', 'gpu may not import types of hub'],
  ["import '../training/session.ts';", 'src/webgpu/engine.ts', 'webgpu may not import session'],
  ["import { useState } from 'react';", 'src/store/run/actions.ts', 'store may not import react'],
  ["import { createStore } from 'zustand/vanilla';", 'src/training/run.ts', 'training may not import zustand'],
  ["import type { Session } from '../training/session.ts';", 'src/ui/format.ts', 'ui may not import types of session'],
  ["import { sha256 } from '../base/sha256.ts';", 'src/gpu/device.ts', null],
  ['const a = await import(name);', 'src/ui/App.tsx', 'ui may not import node'],
  ["import a from 'left-pad';", 'src/ui/App.tsx', 'ui may not import left-pad'],
])('%s in %s', (text, file, reason) => {
  const [found] = importsOf(file, text).map(objection);
  if (reason === null) expect(found).toBeNull();
  else expect(found).toContain(reason);
});
