import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HubServer, startHubServer } from '../../commands/support/hub-server.ts';
import { argMax } from '../../src/training/metrics.ts';
import { readExported } from '../support/exported.ts';

/** `npm run train` with an encoder and rows from the Hub, and from files of other formats. */

const model = 'tests/golden/models/tiny';
const tiny = Object.fromEntries(
  readdirSync(model).map((name) => [name, new Uint8Array(readFileSync(`${model}/${name}`))]),
);
const sentences = Array.from(
  { length: 40 },
  (_, i) => `it was ${i % 2 ? 'lovely and great' : 'awful and sad'}, number ${i}`,
);
const table = new Uint8Array(
  parquetWriteBuffer({
    columnData: [
      { name: 'sentence', data: sentences, type: 'STRING' },
      { name: 'label', data: sentences.map((_, i) => BigInt(i % 2)), type: 'INT64' },
    ],
  }),
);

let folder: string;
let server: HubServer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'headless-'));
  server = await startHubServer([
    { path: 'models/lab/tiny', branches: { main: tiny } },
    {
      path: 'datasets/lab/names',
      branches: {
        main: { 'data/train.parquet': new Uint8Array(readFileSync('tests/data/faults/parquet/ner-sequence.parquet')) },
      },
    },
    { path: 'datasets/lab/rows', branches: { main: { 'data/train-00000-of-00001.parquet': table } } },
  ]);
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server.close();
});

/** Runs the command; the server answers meanwhile, so that it may not block. */
async function train(run: object, more: string[] = []): Promise<{ code: number | null; output: string; out: string }> {
  const [config, out] = [join(folder, 'run.json'), join(folder, 'out')];
  writeFileSync(config, JSON.stringify({ name: 'rows', method: { type: 'houlsby', bottleneck: 4 }, ...run }));
  const flags = [
    '--config',
    config,
    '--out',
    out,
    '--hub',
    server.url,
    '--hub-folder',
    join(folder, 'downloads'),
    ...more,
  ];
  const child = spawn(process.execPath, ['--import', 'tsx', 'commands/train/node.ts', ...flags]);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text));
  const code = await new Promise<number | null>((done) => child.on('close', done));
  return { code, output, out };
}

const training = { epochs: 1, batchSize: 8, maxLength: 16 };

test('encoder and rows by name; the connection breaks on the way', async () => {
  server.breakAfter = [50_000];
  const { code, output, out } = await train(
    {
      model: 'lab/tiny',
      data: { hub: 'lab/rows', testShare: 0.25, limit: 24 },
      training,
    },
    ['--onnx', 'none'],
  );
  expect(code, output).toBe(0);
  const metrics = JSON.parse(readFileSync(join(out, 'metrics.json'), 'utf8'));
  expect(metrics).toMatchObject({ trainRows: 24, testRows: 10, labels: ['0', '1'] });
  expect(metrics.run).toMatchObject({ model: 'lab/tiny', data: { hub: 'lab/rows' } });
  expect(readdirSync(out)).toContain('run.zip');
  expect(readdirSync(out)).not.toContain('model.onnx');
});

test('words and their tags from the Hub', async () => {
  const data = { hub: 'lab/names', kind: 'token', unlabelled: 'skip', testShare: 0.5 };
  const { code, output, out } = await train({ model: resolve(model), data, training }, ['--onnx', 'none']);
  expect(code, output).toBe(0);
  expect(JSON.parse(readFileSync(join(out, 'metrics.json'), 'utf8'))).toMatchObject({
    trainRows: 9,
    testRows: 9,
    labels: ['B-LOC', 'B-PER', 'I-LOC', 'O'],
  });
});

test('an encoder in a folder, and rows from a Parquet file that is split', async () => {
  writeFileSync(join(folder, 'rows.parquet'), table);
  const { code, output, out } = await train({ model: resolve(model), data: { train: 'rows.parquet' }, training });
  expect(code, output).toBe(0);
  expect(JSON.parse(readFileSync(join(out, 'metrics.json'), 'utf8'))).toMatchObject({ trainRows: 32, testRows: 8 });
});

test('encoder, adapter and head leave as one ONNX file, which finds the classes that the run found', async () => {
  writeFileSync(join(folder, 'rows.parquet'), table);
  const data = { train: 'rows.parquet', test: 'rows.parquet' };
  const { code, output, out } = await train({ model: resolve(model), data, training }, ['--onnx', 'f32']);
  expect(code, output).toBe(0);
  const { metadata, labels, probabilities } = await readExported(join(out, 'model.onnx'));
  expect(metadata).toMatchObject({ name: 'rows', max_length: '16', pooling: 'mean' });
  const confusion = labels.map(() => labels.map(() => 0));
  const found = await probabilities(sentences);
  found.forEach((shares, i) => {
    const best = argMax(labels.map((label) => shares[label] ?? 0));
    const row = confusion[labels.indexOf(String(i % 2))];
    if (row) row[best] = (row[best] ?? 0) + 1;
  });
  expect(confusion).toEqual(JSON.parse(readFileSync(join(out, 'metrics.json'), 'utf8')).confusion);
});

test('an ONNX file of another kind is refused before anything is trained', async () => {
  const run = { model: resolve(model), data: { train: 'rows.parquet' }, training };
  const { code, output } = await train(run, ['--onnx', 'f8']);
  expect(code).toBe(1);
  expect(output.trim()).toBe('--onnx f8: f32, f16 or none.');
});

test('what cannot be found is said in one line', async () => {
  const { code, output } = await train({ model: 'lab/none', data: { hub: 'lab/rows' }, training });
  expect(code).toBe(1);
  expect(output.trim().split('\n').at(-1)).toBe(
    'model lab/none@main does not exist on the Hub. Check the name and the revision.',
  );
});

test('a built-in encoder and a task that it cannot read are refused', async () => {
  const { code, output } = await train({ model: 'minilm-l3', data: { task: 'verse_forms' }, training });
  expect(code).toBe(1);
  expect(output).toContain('model: minilm-l3 does not read the language of data.task, verse_forms.');
});

test('a state of 160 MB is kept while the whole of a built-in encoder trains', async () => {
  const { code, output } = await train(
    {
      model: 'minilm-l3',
      engine: 'wasm',
      data: { task: 'wordnet_demo', limit: 32, testLimit: 8 },
      method: { type: 'full' },
      training: { epochs: 1, batchSize: 16, maxLength: 16 },
    },
    ['--onnx', 'none'],
  );
  expect(code, output).toBe(0);
}, 180_000);
