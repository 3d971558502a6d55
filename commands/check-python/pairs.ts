import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzip } from '../../src/base/zip.ts';
import { readBundleFiles } from '../../src/files/bundle.ts';
import { pythonScript } from '../../src/files/export/python-script.ts';
import { importAdapter } from '../../src/files/import/import.ts';
import { readConfigFile } from '../../src/model/encoder-family.ts';
import { readRun } from '../../src/training/run.ts';
import { CommandError } from '../support/command.ts';
import { readFolder } from '../support/folders.ts';
import { patience, project, python, readJson, report, runPython, tolerances, worst } from '../support/python.ts';

/**
 * A run on pairs of texts, trained headless and again in Python: from its run file, from its bundle, and as a script. Its
 * exports' answers, on encoders with token types and without.
 */

const model = join(project, 'tests/golden/models/tiny');
/** Encoders with two separators between the texts, or without token types; kinds.ts has the others. */
const families = ['roberta', 'distilbert'];

interface Pair {
  text: string;
  text2: string;
  label: string;
}

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

function writeRows(folder: string): void {
  const { rows } = readJson(join(project, 'tests/golden/task-kinds/pair-houlsby-mean-pooling/run.json')) as {
    rows: Pair[];
  };
  const csv = (some: readonly Pair[]) =>
    `premise,hypothesis,label\n${some.map((row) => `${[row.text, row.text2, row.label].map(quoted).join(',')}\n`).join('')}`;
  writeFileSync(join(folder, 'train.csv'), csv(rows));
  writeFileSync(join(folder, 'test.csv'), csv(rows.slice(-12)));
}

function train(config: string, out: string): void {
  const command = ['--import', 'tsx', 'commands/train/node.ts', '--config', config, '--out', out, '--onnx', 'none'];
  const { status } = spawnSync(process.execPath, command, { cwd: project, timeout: patience, stdio: 'ignore' });
  if (status !== 0) throw new CommandError(`npm run train of ${config} ended with ${status}.`);
}

/** Answers of another family's exported adapter, by the code of its README. */
function checkFamily(family: string, root: string, run: object): void {
  const folder = join(project, 'tests/families', family);
  const config = join(root, `${family}.json`);
  writeFileSync(config, JSON.stringify({ ...run, name: family, model: folder }));
  const outs = join(root, family);
  train(config, join(outs, 'pairs'));
  const answers = join(root, `${family}-answers.json`);
  runPython('check_kinds.py', [outs, '--model', folder, '--json', answers]);
  const archive = readFileSync(join(outs, 'pairs/run.zip'));
  const { state } = readBundleFiles(unzip(archive, 'run.zip'), 'run.zip');
  const theirs: Record<string, number[]> = readJson(answers);
  report(`pairs on ${family}: formats that Python did not answer`, Number(Object.keys(theirs).length < 1), 0);
  for (const [path, logits] of Object.entries(theirs))
    report(`pairs on ${family}: ${path}`, worst(state.logits.flat(), logits), tolerances.logits);
}

/** @param root an empty folder */
export function checkPairs(root: string): void {
  mkdirSync(root, { recursive: true });
  writeRows(root);
  const json = {
    name: 'pairs',
    model,
    data: { train: 'train.csv', test: 'test.csv', text: 'premise', second: 'hypothesis', label: 'label' },
    method: { type: 'houlsby', bottleneck: 6 },
    engine: 'wasm',
    training: { epochs: 2, batchSize: 8, maxLength: 24, learningRate: 0.005 },
  };
  const config = join(root, 'run.json');
  writeFileSync(config, JSON.stringify(json));
  const out = join(root, 'out');
  train(config, out);

  const lossesIn = (folder: string): number[] =>
    readJson(join(folder, 'metrics.json')).steps.map(({ loss }: { loss: number }) => loss);
  const again = join(root, 'again');
  runPython('continue_run.py', [config, '--model', model, '--out', again]);
  report('pairs: losses of the run file', worst(lossesIn(out), lossesIn(again)), tolerances.losses);
  const ended = join(root, 'ended');
  runPython('continue_run.py', [join(out, 'run.zip'), '--model', model, '--out', ended]);
  const [ours, theirs] = [out, ended].map((folder) => readJson(join(folder, 'metrics.json')).final.test.loss);
  report("pairs: the bundle's test loss", Math.abs(ours - theirs), tolerances.losses);

  const { config: encoder } = readConfigFile(readFolder(model).get('config.json') ?? new Uint8Array());
  const cwd = join(root, 'script');
  mkdirSync(cwd);
  const run = readRun({
    ...json,
    data: { ...json.data, train: join(root, 'train.csv'), test: join(root, 'test.csv'), pair: true },
  });
  writeFileSync(join(cwd, 'run.py'), pythonScript(run, encoder));
  const script = spawnSync(python, ['-W', 'ignore', 'run.py'], {
    cwd,
    timeout: patience,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  report('the script of pairs: exit status', script.status ?? 1, 0);
  for (const family of families) checkFamily(family, root, json);
  if (script.status !== 0) return;
  const { method } = importAdapter(readFolder(join(cwd, 'adapter')), encoder);
  const differs = JSON.stringify(method) !== JSON.stringify(run.method);
  report('the script of pairs: the method of its adapter differs', Number(differs), 0);
}
