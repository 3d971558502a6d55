/** npm run check:python: exports, imports and continued runs against the real adapters, peft and Accelerate. PYTHON names the interpreter. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { exportFolder, exportFormats } from '../../src/files/export/export.ts';
import { pythonScript } from '../../src/files/export/python-script.ts';
import { importAdapter } from '../../src/files/import/import.ts';
import { readRun } from '../../src/training/run.ts';
import { runCommand } from '../support/command.ts';
import { readFolder, writeFolder } from '../support/folders.ts';
import {
  patience,
  project,
  python,
  readJson,
  report,
  runPython,
  tolerances,
  verdict,
  worst,
} from '../support/python.ts';
import { runInBrowser } from '../support/workbench.ts';
import { checkFamilies } from './families.ts';
import { checkKinds } from './kinds.ts';
import { checkModernBert } from './modernbert.ts';
import { checkPairs } from './pairs.ts';
import { recordedTrained, withMethod } from './recorded.ts';

const runs = join(project, 'tests/golden/runs');
const model = join(project, 'tests/golden/models/tiny');
const textCount = 64;
/** Steps before the run is paused; at least 20 follow. */
const pauseAt = 5;

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
const csv = (rows: { text: string; label: string }[]) =>
  `text,label\n${rows.map(({ text, label }) => `${quoted(text)},${quoted(label)}\n`).join('')}`;

/** Methods that no recorded run has: sites that differ by layer, every placement at both sites, one LoRA target. */
const inventedMethods = [
  { type: 'houlsby', without: ['0.attention', '1.ffn'] },
  { type: 'houlsby', bottlenecks: { '0.attention': 3, '1.ffn': 50 } },
  { type: 'houlsby', placement: 'double-norm', activation: 'gelu_new' },
  { type: 'attention-only', placement: 'parallel', scaling: 0.5, layers: [1] },
  { type: 'lora', rank: 3, alpha: 2.5, layers: [1], targets: ['value'] },
];

/** Writes exports of these and of all recorded runs, the texts that all of them classify, and rows to train on. */
async function writeExports(root: string) {
  const { recorded, trained } = await recordedTrained(join(runs, 'head-only'), model);
  for (const [i, method] of inventedMethods.entries()) {
    const invented = withMethod(trained, `invented-${i}`, method);
    for (const format of exportFormats(invented.run.method))
      writeFolder(join(root, invented.run.name), exportFolder(invented, format));
  }
  for (const name of readdirSync(runs)) {
    const { trained } = await recordedTrained(join(runs, name), model);
    for (const format of exportFormats(trained.run.method))
      writeFolder(join(root, name), exportFolder(trained, format));
  }
  return recorded.run.rows;
}

function methods(): [string, object][] {
  const rest = { pooling: 'mean' };
  return [
    ['houlsby', { ...rest, method: { type: 'houlsby', bottleneck: 9, without: ['0.attention'] } }],
    ['parallel', { ...rest, method: { type: 'houlsby', placement: 'parallel', scaling: 2, activation: 'relu' } }],
    ['lora', { ...rest, pooling: 'cls', frozenBits: 16, method: { type: 'lora', rank: 3, alpha: 6 } }],
    ['bitfit', { ...rest, frozenBits: 8, method: { type: 'bitfit' } }],
  ];
}

interface Launch {
  words: string;
  launcher: string[];
  /** A bundle, or a run file. */
  from: 'paused.zip' | 'run.json';
}

const launchOnce: Launch = { words: 'one process', launcher: [], from: 'paused.zip' };
/** Further launches of one method: by several processes, and from the start. */
const launchMore: Launch[] = [
  {
    words: 'two processes',
    launcher: ['-m', 'accelerate.commands.launch', '--num_processes', '2'],
    from: 'paused.zip',
  },
  {
    words: 'two processes of torchrun',
    launcher: ['-m', 'torch.distributed.run', '--standalone', '--nproc_per_node', '2'],
    from: 'paused.zip',
  },
  { words: 'its run file', launcher: [], from: 'run.json' },
];

/** Every step's loss, and the epoch whose weights remain. */
interface Trained {
  losses: number[];
  epoch: number;
}

/** Runs paused in the engine and continued in Python; the adapters come back into `exports` for the comparison of logits. */
async function continueRuns(folder: string, exports: string): Promise<void> {
  for (const [i, [name, change]] of methods().entries()) {
    const out = join(folder, name);
    // All but the second in micro-batches of 3, 3 and 2 rows.
    const microBatches = i === 1 ? 1 : 3;
    // The first one chooses on validation rows.
    const [share, choice] = i === 0 ? [{ validationShare: 0.2 }, { choose: 'best-epoch', patience: 1 }] : [{}, {}];
    const training = { epochs: 4, batchSize: 8, microBatches, maxLength: 24, learningRate: 0.005, ...choice };
    const data = { train: 'train.csv', test: 'test.csv', ...share };
    const run = { name: `continued-${name}`, model: 'tiny', data, training, ...change };
    const ours = await runInBrowser(
      'check-python/page.ts',
      'pausedRun',
      { run, pauseAt, withRows: i > 0 },
      { model, data: folder, out },
    );
    writeFileSync(join(out, 'run.json'), JSON.stringify(run));
    for (const launch of i > 0 ? [launchOnce] : [launchOnce, ...launchMore]) {
      const label = launch.words.replaceAll(' ', '-');
      const written = continueRun(`${name} by ${launch.words}`, launch, {
        out,
        label,
        ours,
        rows: i > 0 ? [] : ['--data', folder],
      });
      if (existsSync(join(written, 'adapterhub')))
        writeFolder(join(exports, `${run.name}-${label}`, 'adapterhub'), readFolder(join(written, 'adapterhub')));
    }
  }
}

/** Continues one run and compares its losses. Returns the folder that it wrote. */
function continueRun(
  name: string,
  { launcher, from }: Launch,
  { out, label, ours, rows }: { out: string; label: string; ours: Trained; rows: string[] },
): string {
  const target = join(out, label);
  runPython('continue_run.py', [join(out, from), ...rows, '--model', model, '--out', target], launcher);
  const { steps, processes, final } = readJson(join(target, 'metrics.json'));
  const theirs = steps.map(({ loss }: { loss: number }) => loss);
  const losses = from === 'run.json' ? ours.losses : ours.losses.slice(pauseAt);
  report(`${name}: ${theirs.length} losses`, worst(losses, theirs), tolerances.losses);
  report(`${name}: epochs between the weights that remain`, Math.abs(ours.epoch - final.epoch), 0);
  report(`${name}: processes too many or few`, Math.abs((launcher.length > 0 ? 2 : 1) - processes), 0);
  return target;
}

/** Runs the exported script of a run for an epoch; the adapter that it saves must be readable here. */
async function runScript(folder: string): Promise<void> {
  const { trained } = await recordedTrained(join(runs, 'head-only'), model);
  const data = { train: join(folder, 'train.csv'), test: join(folder, 'test.csv') };
  for (const [name, change] of methods()) {
    const run = readRun({
      name: `script-${name}`,
      model,
      data,
      training: { epochs: 1, batchSize: 16, microBatches: name === 'lora' ? 3 : 1, maxLength: 24 },
      ...change,
    });
    const cwd = join(folder, `script-${name}`);
    mkdirSync(cwd, { recursive: true });
    writeFileSync(join(cwd, 'run.py'), pythonScript(run, trained.encoder));
    const { status } = spawnSync(python, ['-W', 'ignore', 'run.py'], {
      cwd,
      timeout: patience,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    report(`the script of ${name}: exit status`, status ?? 1, 0);
    if (name === 'bitfit' || status !== 0) continue;
    const { method } = importAdapter(readFolder(join(cwd, 'adapter')), trained.encoder);
    report(
      `the script of ${name}: the method of its adapter differs`,
      JSON.stringify(method) === JSON.stringify(run.method) ? 0 : 1,
      0,
    );
  }
}

/** Compares both engines' logits for every folder with Python's. */
async function compareLogits(exports: string, texts: string[], theirs: Record<string, number[][]>): Promise<void> {
  const folders = Object.keys(theirs).map((path) => ({ path, files: [...readFolder(join(exports, path)).keys()] }));
  for (const engine of ['webgpu', 'wasm'] as const) {
    const ours = await runInBrowser(
      'check-python/page.ts',
      'importedLogits',
      { folders, texts, engine },
      { model, in: exports },
    );
    for (const [path, logits] of Object.entries(theirs))
      report(`${engine}: ${path}`, worst((ours[path] ?? []).flat(), logits.flat()), tolerances.logits);
  }
}

runCommand(async () => {
  const root = mkdtempSync(join(tmpdir(), 'bottleneck-python-'));
  try {
    const exports = join(root, 'exports');
    const rows = await writeExports(exports);
    const texts = rows.slice(0, textCount).map(({ text }) => text);
    const folder = join(root, 'continued');
    mkdirSync(folder);
    writeFileSync(join(folder, 'train.csv'), csv(rows.slice(0, 50)));
    writeFileSync(join(folder, 'test.csv'), csv(rows.slice(50)));
    writeFileSync(join(root, 'texts.json'), JSON.stringify(texts));
    await continueRuns(folder, exports);
    await runScript(folder);
    const answers = join(root, 'logits.json');
    runPython('check_exports.py', [
      exports,
      '--models',
      dirname(model),
      '--texts',
      join(root, 'texts.json'),
      '--json',
      answers,
    ]);
    await compareLogits(exports, texts, readJson(answers));
    await checkFamilies(join(root, 'families'));
    await checkKinds(join(root, 'kinds'));
    checkPairs(join(root, 'pairs'));
    await checkModernBert(join(root, 'modernbert'));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  return verdict();
});
