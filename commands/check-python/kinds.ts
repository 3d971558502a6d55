import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ort from 'onnxruntime-web';
import { unzip } from '../../src/base/zip.ts';
import { readBundleFiles } from '../../src/files/bundle.ts';
import { readEncoderFiles } from '../../src/files/encoder-files.ts';
import { pythonScript } from '../../src/files/export/python-script.ts';
import { importAdapter } from '../../src/files/import/import.ts';
import { readEncoderConfig } from '../../src/model/encoder-config.ts';
import { outputsOf } from '../../src/model/task-kind.ts';
import { openExported } from '../../src/onnx/exported.ts';
import { resultOf } from '../../src/training/evaluate.ts';
import type { Bundle } from '../../src/training/records/saved-run.ts';
import { kindOf, readRun, rowLength } from '../../src/training/run.ts';
import { TokenisedRows } from '../../src/training/tokenised-rows.ts';
import { CommandError } from '../support/command.ts';
import { readFolder } from '../support/folders.ts';
import { patience, project, readJson, report, runPython, tolerances, worst } from '../support/python.ts';

/** Runs of pairs, and of the kinds of tasks that only `npm run train` trains: their exports answer in Python, and as ONNX, as they did here. */

const golden = join(project, 'tests/golden/task-kinds');
const model = join(project, 'tests/golden/models/tiny');

interface RecordedRow {
  text?: string;
  text2?: string;
  label?: string;
  labels?: number[];
  target?: number;
  tokens?: string[];
  tags?: string[];
}

const houlsby = { type: 'houlsby', bottleneck: 6 };

/** Rows of recorded runs, as files that people have. */
const cases = [
  { name: 'pair-cls', from: 'pair-houlsby-mean-pooling', kind: 'single-label', method: houlsby, pooling: 'cls' },
  { name: 'pair-mean', from: 'pair-houlsby-mean-pooling', kind: 'single-label', method: houlsby, pooling: 'mean' },
  {
    name: 'pair-lora',
    from: 'pair-lora-r4',
    kind: 'single-label',
    method: { type: 'lora', rank: 3, alpha: 6 },
    pooling: 'cls',
  },
  { name: 'pair-full', from: 'pair-full-fine-tuning', kind: 'single-label', method: { type: 'full' }, pooling: 'mean' },
  { name: 'pair-number', from: 'pair-regression-houlsby', kind: 'regression', method: houlsby, pooling: 'cls' },
  { name: 'several-cls', from: 'multi-label-houlsby', kind: 'multi-label', method: houlsby, pooling: 'cls' },
  { name: 'several-mean', from: 'multi-label-houlsby', kind: 'multi-label', method: houlsby, pooling: 'mean' },
  { name: 'number-cls', from: 'regression-houlsby', kind: 'regression', method: houlsby, pooling: 'cls' },
  { name: 'number-full', from: 'regression-houlsby', kind: 'regression', method: { type: 'full' }, pooling: 'mean' },
  { name: 'words', from: 'token-houlsby', kind: 'token', method: houlsby, pooling: 'mean' },
  {
    name: 'words-lora',
    from: 'token-houlsby',
    kind: 'token',
    method: { type: 'lora', rank: 3, alpha: 6 },
    pooling: 'mean',
  },
] as const;

function linesOf(from: string): string {
  const { rows, labels } = readJson(join(golden, from, 'run.json')) as { rows: RecordedRow[]; labels: string[] };
  const line = (row: RecordedRow) => {
    if (row.tokens) return row.tokens.length > 0 ? { words: row.tokens, tags: row.tags } : null;
    const label = row.labels ? row.labels.map((at) => labels[at]) : (row.target ?? row.label);
    return { text: row.text, text2: row.text2, label };
  };
  return rows.flatMap((row) => (line(row) ? `${JSON.stringify(line(row))}\n` : [])).join('');
}

function trainCase({ name, from, kind, method, pooling }: (typeof cases)[number], root: string): string {
  const rows = join(root, `${name}.jsonl`);
  writeFileSync(rows, linesOf(from));
  const second = from.startsWith('pair-') ? { second: 'text2' } : {};
  const columns = kind === 'token' ? { text: 'words', label: 'tags' } : { text: 'text', ...second, label: 'label' };
  const run = {
    name,
    model,
    data: { train: rows, test: rows, kind, ...columns },
    method,
    pooling,
    engine: 'wasm',
    // A rate at which some labels and entities are found: else their F1 would be 0 on both sides.
    training: { epochs: 4, batchSize: 8, maxLength: 24, learningRate: kind === 'regression' ? 0.005 : 0.02 },
  };
  const config = join(root, `${name}.json`);
  writeFileSync(config, JSON.stringify(run));
  const out = join(root, 'out', name);
  const command = ['--import', 'tsx', 'commands/train/node.ts', '--config', config, '--out', out];
  const { status } = spawnSync(process.execPath, command, { cwd: project, timeout: patience, stdio: 'ignore' });
  if (status !== 0) throw new CommandError(`npm run train of ${name} ended with ${status}.`);
  mkdirSync(join(out, 'script'));
  const scripted = readRun({ ...run, training: { ...run.training, epochs: 1, microBatches: 3 } });
  writeFileSync(
    join(out, 'script', 'run.py'),
    pythonScript(scripted, readEncoderConfig(readJson(join(model, 'config.json')))),
  );
  return out;
}

/** Logits by the exported file, in the order of the run's own. */
async function onnxLogits(out: string): Promise<number[]> {
  const bundle = readBundleFiles(unzip(readFileSync(join(out, 'run.zip')), 'run.zip'), 'run.zip');
  const files = readFolder(model);
  const { tokenizer, config } = await readEncoderFiles(async (name) => files.get(name) ?? null);
  const task = { kind: kindOf(bundle.run), outputs: outputsOf(kindOf(bundle.run), bundle.labels.length) };
  const options = { tokenizer, maxLength: rowLength(bundle.run, config), atOnce: 8 };
  const rows = new TokenisedRows(bundle.rows?.test ?? [], options, task);
  const session = await openExported({ ort }, readFileSync(join(out, 'model.onnx')));
  const logits = await resultOf(rows.logits({ evaluate: (batch) => session.logits(batch as never) }));
  await session.release();
  return logits.flat();
}

/** An adapter's folder that Python saved, and whether its head is for the bundle's kind of task, with its classes. */
function readSaved(folder: string, { run, labels, encoder }: Bundle) {
  const { kind = 'single-label', ...read } = importAdapter(readFolder(folder), encoder.config);
  return { ...read, isAlike: kind === kindOf(run) && JSON.stringify(read.labels) === JSON.stringify(labels) };
}

/** Whether what Python saved of a bundle is read here as what the bundle has. */
function isSavedWhole(out: string, bundle: Bundle): boolean {
  const saved = ['adapterhub', 'plain'].map((format) => join(out, 'continued', format)).find(existsSync);
  if (!saved) return false;
  const { tensors, isAlike } = readSaved(saved, bundle);
  const isEqual = [...bundle.state.trainable].every(([key, { data }]) => {
    const there = tensors.get(key)?.data ?? [];
    return there.length === data.length && data.every((value, i) => value === there[i]);
  });
  return isEqual && isAlike;
}

/** @param root an empty folder */
export async function checkKinds(root: string): Promise<void> {
  mkdirSync(root, { recursive: true });
  const [answers, again] = [join(root, 'logits.json'), join(root, 'trained.json')];
  for (const one of cases) trainCase(one, root);
  runPython('check_kinds.py', [join(root, 'out'), '--model', model, '--json', answers, '--trained', again]);
  const trained: Record<string, { losses: number[]; scores: number[]; kept: number[] }> = readJson(again);
  const theirs: Record<string, number[]> = readJson(answers);
  for (const { name, method } of cases) {
    const out = join(root, 'out', name);
    const bundle = readBundleFiles(unzip(readFileSync(join(out, 'run.zip')), 'run.zip'), 'run.zip');
    const ours = bundle.state.logits.flat();
    const places = Object.keys(theirs).filter((path) => path.startsWith(`${name}/`));
    report(`${name}: formats that Python did not answer`, Number(places.length < 1), 0);
    for (const path of places) report(path, worst(ours, theirs[path] ?? []), tolerances.logits);
    const { steps, final } = readJson(join(out, 'metrics.json'));
    const scores = Object.values(final.test).map(Number);
    const { losses = [], scores: anew = [], kept = [] } = trained[name] ?? {};
    report(
      `${name}: losses of the run in Python`,
      worst(
        steps.map(({ loss }: { loss: number }) => loss),
        losses,
      ),
      tolerances.losses,
    );
    report(`${name}: scores of the run in Python`, worst(scores, anew), tolerances.scores);
    report(`${name}: scores of its bundle in Python`, worst(scores, kept), tolerances.scores);
    report(`${name}: its bundle, as Python saves it`, Number(!isSavedWhole(out, bundle)), 0);
    if (method.type !== 'full') {
      const { isAlike } = readSaved(join(out, 'script', 'adapter'), bundle);
      report(`${name}: its script's adapter is of another kind, or has other classes`, Number(!isAlike), 0);
    }
    if (existsSync(join(out, 'model.onnx')))
      report(`${name}: the exported ONNX file`, worst(ours, await onnxLogits(out)), tolerances.logits);
  }
}
