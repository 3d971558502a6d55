import { existsSync, readdirSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { type RecordedTrained, recordedTrained, withMethod } from '../../commands/check-python/recorded.ts';
import { readFolder } from '../../commands/support/folders.ts';
import { zip } from '../../src/base/zip.ts';
import type { NamedTensors } from '../../src/engine/contract.ts';
import { adapterHubConfig, reductionFactor } from '../../src/files/export/adapterhub-config.ts';
import { exportCard, exportFolder, exportFormats } from '../../src/files/export/export.ts';
import { pythonJson } from '../../src/files/export/python-json.ts';
import { ExportError, moduleName } from '../../src/files/export/trained.ts';
import { importAdapter, importArchive } from '../../src/files/import/import.ts';
import { trainingPlan } from '../../src/model/methods.ts';
import { headBias, headWeight } from '../../src/model/tensor-names.ts';
import type { Run } from '../../src/training/run.ts';

const runsFolder = 'tests/golden/runs';
const names = readdirSync(runsFolder);
const runs = new Map<string, RecordedTrained>();
const runOf = (name: string) => runs.get(name) as RecordedTrained;
const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

beforeAll(async () => {
  for (const name of names) runs.set(name, await recordedTrained(`${runsFolder}/${name}`, 'tests/golden/models/tiny'));
});

const sorted = (tensors: NamedTensors) => [...tensors].sort(([a], [b]) => (a < b ? -1 : 1));

/** Python's `//` for floats: the floor of the exact quotient. */
function floorDivide(a: number, b: number): number {
  const quotient = (a - (a % b)) / b;
  const floor = Math.floor(quotient);
  return quotient - floor > 0.5 ? floor + 1 : floor;
}

test('the reduction factor gives every bottleneck back under the rule of AdapterHub', () => {
  const wrong: string[] = [];
  for (let hidden = 64; hidden <= 1024; hidden++)
    for (let m = 1; m <= hidden; m++)
      if (floorDivide(hidden, reductionFactor(hidden, m)) !== m) wrong.push(`${hidden}/${m}`);
  expect(wrong).toEqual([]);
  // The check can fail: the plain quotient does.
  expect(floorDivide(64, 64 / 5)).not.toBe(5);
});

describe.each(names)('%s', (name) => {
  test('comes back from each of its formats, tensor by tensor', () => {
    const { trained } = runOf(name);
    for (const format of exportFormats(trained.run.method)) {
      const imported = importArchive(zip(exportFolder(trained, format)), 'export.zip', trained.encoder);
      expect(imported.format).toBe(format);
      expect(sorted(imported.tensors)).toEqual(sorted(trained.tensors));
      expect(imported.method).toEqual(trained.run.method);
      expect(imported.labels).toEqual(trained.labels);
      expect(imported.pooling).toBe(trained.run.pooling);
      expect(imported.run).toEqual(trained.run);
      expect(imported.base).toBe(trained.run.model);
      expect(imported.notes).toEqual([]);
    }
  });

  test.each(['adapterhub_final', 'adapterhub_final_bin', 'peft_final'])('what Python saved as %s reads', (saved) => {
    const folder = `${runsFolder}/${name}/${saved}`;
    const { trained } = runOf(name);
    const { type } = trained.run.method;
    if (!existsSync(folder))
      return expect(saved === 'peft_final' ? type !== 'lora' : savedElsewhere(saved, type)).toBe(true);
    const imported = importAdapter(readFolder(folder), trained.encoder);
    expect(sorted(imported.tensors)).toEqual(sorted(trained.tensors));
    expect(imported.method).toEqual(trained.run.method);
    if (saved !== 'peft_final') expect(imported.labels).toEqual(trained.labels);
    const again = exportFolder({ ...trained, tensors: imported.tensors }, exportFormats(imported.method)[0] ?? 'plain');
    expect(sorted(importAdapter(again, trained.encoder).tensors)).toEqual(sorted(imported.tensors));
  });
});

describe.each([
  ['multi-label', null],
  ['regression', []],
  ['token', null],
] as const)('a head of the kind %s', (kind, labels) => {
  test.each(names)('comes back from each format of %s', (name) => {
    const { trained: recorded } = runOf(name);
    const run: Run = { ...recorded.run, data: { train: 'rows.csv', kind } };
    // A number is one output of what was trained as several.
    const tensors: NamedTensors = new Map(
      [...recorded.tensors].map(([key, { shape, data }]) => {
        const isHead = labels !== null && (key === headWeight || key === headBias);
        const [outputs = 1, ...rest] = shape;
        return [key, isHead ? { shape: [1, ...rest], data: data.slice(0, data.length / outputs) } : { shape, data }];
      }),
    );
    const trained = { ...recorded, run, tensors, labels: labels ?? recorded.labels, scores: null, baseline: null };
    for (const format of exportFormats(run.method)) {
      const imported = importArchive(zip(exportFolder(trained, format)), 'export.zip', trained.encoder);
      expect([format, imported.kind, imported.labels]).toEqual([format, kind, trained.labels]);
      expect(sorted(imported.tensors)).toEqual(sorted(tensors));
      expect(imported.run?.data).toEqual(run.data);
    }
  });
});

/** Only one run was saved in the library's default format, and methods without a format were not saved at all. */
const savedElsewhere = (saved: string, type: string) =>
  saved === 'adapterhub_final_bin' || ['bitfit', 'head-only', 'full'].includes(type);

test('adapter_config.json is written as Python needs it', () => {
  const files = exportFolder(runOf('houlsby-gelu-scaling-2').trained, 'adapterhub');
  const config = text(files.get('adapterhub/adapter_config.json'));
  expect(config).toContain('"scaling": 2.0');
  expect(config).toContain('"version": "adapters.1.3.0"');
  expect(JSON.parse(config).config.reduction_factor).toBe(64 / 9.5);
  const head = JSON.parse(text(files.get('adapterhub/head_config.json')));
  expect(Object.keys(head.config).sort()).toEqual(
    'activation_function bias dropout_prob head_type label2id layers num_labels use_pooler'.split(' '),
  );
  const readme = text(files.get('adapterhub/README.md'));
  for (const needed of ['license: unknown', '- adapter-transformers', 'base_model: "tiny"', 'use_safetensors=True'])
    expect(readme).toContain(needed);
});

test('the card names the licence that was chosen, and asks for none', () => {
  const { trained } = runOf('houlsby-gelu-scaling-2');
  const card = exportCard({ ...trained, license: 'mit' }, 'adapterhub');
  expect(card).toContain('\nlicense: mit\n');
  expect(card).not.toContain('Set `license`');
  expect(exportCard(trained, 'adapterhub')).toContain('Set `license`');
});

test('a mean-pooled head brings the lines that pool', () => {
  const files = exportFolder(runOf('houlsby-gelu-mean-pooling').trained, 'adapterhub');
  expect(text(files.get('adapterhub/README.md'))).toContain('model.heads[name]((states,), cls_output=pooled)');
});

test('a method without a format is refused by name', () => {
  const { trained } = runOf('bitfit');
  expect(() => exportFolder(trained, 'adapterhub')).toThrow(ExportError);
  expect(() => exportFolder(trained, 'peft')).toThrow('PEFT has no format for bitfit');
});

test('floats stay floats', () => {
  const { trained } = runOf('houlsby-gelu-zero-init');
  const config = adapterHubConfig(trained.run.method, trained.encoder);
  expect(pythonJson(config)).toMatch(/"scaling": 1\.0\n/);
  expect(pythonJson({ b: [], a: { c: null } })).toBe('{\n  "a": {\n    "c": null\n  },\n  "b": []\n}');
});

test.each([
  ['a.b/c', 'a-b-c'],
  ['train', 'train-adapter'],
  ['spam-houlsby-16', 'spam-houlsby-16'],
  ['情感', '情感-adapter'],
])('a run called %s is an adapter called %s', (name, expected) => {
  expect(moduleName(name)).toBe(expected);
});

/** Every shape that a method can have at two layers, exported and read back. */
test.each([
  { type: 'houlsby', placement: 'parallel' },
  { type: 'houlsby', placement: 'double-norm', layers: [1] },
  { type: 'attention-only', placement: 'parallel', scaling: 4 },
  { type: 'attention-only', placement: 'double-norm' },
  { type: 'pfeiffer', layers: [0], bottleneck: 5 },
  { type: 'parallel', activation: 'gelu_new', scaling: 0.5 },
  { type: 'houlsby', without: ['0.attention'] },
  { type: 'houlsby', without: ['0.attention', '1.ffn'], dropout: 0.25 },
  { type: 'houlsby', bottlenecks: { '0.attention': 3, '1.ffn': 100 } },
  { type: 'ffn-only', bottlenecks: { '1.ffn': 7 }, activation: 'swish' },
  { type: 'lora', layers: [1], targets: ['value'], rank: 3, alpha: 7 },
  { type: 'lora', targets: ['query'] },
])('%j comes back as it was', (json) => {
  const { trained } = runOf('head-only');
  const { encoder } = trained;
  const mine = withMethod(trained, 'invented', json);
  const { method } = mine.run;
  for (const format of exportFormats(method)) {
    const imported = importAdapter(exportFolder(mine, format), encoder);
    expect(trainingPlan(imported.method, encoder.layers)).toEqual(trainingPlan(method, encoder.layers));
    expect(sorted(imported.tensors)).toEqual(sorted(mine.tensors));
  }
});

test('the card says both frozen baselines, and one where they are one training', () => {
  const { trained } = runOf('head-only');
  const scores = (accuracy: number) => ({ loss: 1, accuracy, macroF1: accuracy });
  const made = { learningRate: 0.01, batchSize: 16, epochs: 2, plannedEpochs: 2, steps: 8, validation: null };
  const sameBudget = { ...made, test: scores(0.6) };
  const best = { ...made, learningRate: 0.03, test: scores(0.7) };
  const cardOf = (baseline: typeof trained.baseline) =>
    exportCard({ ...trained, scores: scores(0.8), baseline }, 'plain');
  const both = cardOf({ sameBudget, best });
  for (const row of [
    'this | 1.0000 | 80.00 %',
    'in the same way | 1.0000 | 60.00 %',
    'serves it best | 1.0000 | 70.00 %',
  ])
    expect(both).toContain(row);
  expect(cardOf({ sameBudget, best: { ...sameBudget } })).not.toContain('in the same way');
  expect(exportCard({ ...trained, scores: null }, 'plain')).toContain('had not been read yet');
});
