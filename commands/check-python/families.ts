import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ort from 'onnxruntime-web';
import { readBundle } from '../../src/files/bundle.ts';
import { readEncoderFiles } from '../../src/files/encoder-files.ts';
import { exportFolder, exportFormats } from '../../src/files/export/export.ts';
import { pythonScript } from '../../src/files/export/python-script.ts';
import { importAdapter } from '../../src/files/import/import.ts';
import { encoderFamilies } from '../../src/model/encoder-config.ts';
import { openExported } from '../../src/onnx/exported.ts';
import { makeBatch } from '../../src/training/batches.ts';
import { readRun } from '../../src/training/run.ts';
import { readFolder, writeFolder } from '../support/folders.ts';
import { project, readJson, report, runPython, tolerances, worst } from '../support/python.ts';
import { runInBrowser } from '../support/workbench.ts';

/** Every family of encoders that computes what BERT does, with every kind of method: trained here, exported, and compared in Python. */

/** ModernBERT has fewer methods, and a check of its own. */
const families = encoderFamilies.filter((family) => family !== 'modernbert');
const fixtures = join(project, 'tests/families');
/** Families whose files are those of another but for their name. */
const alike: Record<string, string> = { 'xlm-roberta': 'roberta', camembert: 'roberta' };
const classes: Record<string, string> = { 'xlm-roberta': 'XLMRobertaModel', camembert: 'CamembertModel' };

const methods = [
  { type: 'houlsby', bottleneck: 6 },
  { type: 'pfeiffer', bottleneck: 5, scaling: 2 },
  { type: 'parallel', bottleneck: 4, layers: [1] },
  { type: 'lora', rank: 4, alpha: 8 },
  { type: 'bitfit' },
  { type: 'full' },
  { type: 'head-only' },
];
const pauseAt = 3;
const texts = [
  'A lovely evening by the sea',
  'We waited an hour!',
  'soup',
  'Best pancakes in town, and the queue was short.',
];

/** The encoders of all families, each in a folder of its name. */
function writeModels(folder: string): void {
  for (const family of families) {
    const target = join(folder, family);
    cpSync(join(fixtures, alike[family] ?? family), target, { recursive: true });
    if (!alike[family]) continue;
    const config = readJson(join(target, 'config.json'));
    const changed = { ...config, model_type: family, architectures: [classes[family]] };
    writeFileSync(join(target, 'config.json'), JSON.stringify(changed));
  }
}

const runs = families.flatMap((family, i) =>
  methods.map((method, j) => ({
    name: `${family}-${method.type}`,
    model: family,
    data: { train: 'rows.csv', test: 'rows.csv' },
    method,
    pooling: (i + j) % 2 ? 'mean' : 'cls',
    engine: (i + j) % 3 ? 'wasm' : 'webgpu',
    training: { epochs: 4, batchSize: 8, maxLength: 32, learningRate: 0.01 },
  })),
);

/** Logits by the exported file. */
async function onnxLogits(file: string, models: string, run: (typeof runs)[number]): Promise<number[]> {
  const { tokenizer } = await readEncoderFiles(async (name) => {
    const files = readFolder(join(models, run.model));
    return files.get(name) ?? null;
  });
  const ids = texts.map((text) => tokenizer.encode(text, run.training.maxLength));
  const session = await openExported({ ort }, readFileSync(file));
  const logits = await session.logits(
    makeBatch(
      ids,
      ids.map(() => 0),
      tokenizer.padId,
      run.training.maxLength,
    ),
  );
  await session.release();
  return [...logits];
}

const readFolderOrNone = (folder: string) => (existsSync(folder) ? readFolder(folder) : new Map<string, Uint8Array>());

/** @param root an empty folder */
export async function checkFamilies(root: string): Promise<void> {
  const [models, out, exports] = ['models', 'out', 'exports'].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ];
  mkdirSync(out, { recursive: true });
  writeModels(models);
  const trained = await runInBrowser(
    'check-python/page-families.ts',
    'familyRuns',
    { runs, texts, pauseAt },
    { models, data: fixtures, out },
  );
  for (const run of runs) {
    const folder = join(out, run.name);
    const bundle = readBundle(readFileSync(join(folder, 'ended.zip')), 'ended.zip');
    const { labels, encoder, state } = bundle;
    const all = {
      run: bundle.run,
      labels,
      encoder: encoder.config,
      tensors: state.trainable,
      scores: null,
      baseline: null,
    };
    for (const format of exportFormats(bundle.run.method))
      writeFolder(join(exports, run.name), exportFolder(all, format));
    const scripted = readRun({
      ...run,
      model: join(models, run.model),
      data: { train: join(fixtures, 'rows.csv'), test: join(fixtures, 'rows.csv') },
      training: { ...run.training, epochs: 1 },
    });
    mkdirSync(join(folder, 'script'));
    writeFileSync(join(folder, 'script', 'run.py'), pythonScript(scripted, encoder.config));
  }
  writeFileSync(join(root, 'texts.json'), JSON.stringify(texts));
  runPython('check_continued.py', [out, '--models', models]);
  for (const { name, method } of runs) {
    const { losses, resumed } = trained[name] ?? { losses: [], resumed: [] };
    const { steps } = readJson(join(out, name, 'continued', 'metrics.json'));
    const theirs = steps.map(({ loss }: { loss: number }) => loss);
    report(`${name}: losses after a pause, here`, worst(losses.slice(pauseAt), resumed), 1e-5);
    report(`${name}: losses after a pause, in Python`, worst(losses.slice(pauseAt), theirs), tolerances.losses);
    for (const format of ['adapterhub', 'plain'])
      for (const [path, bytes] of readFolderOrNone(join(out, name, 'continued', format)))
        writeFolder(join(exports, name, `${format}-continued`), new Map([[path, bytes]]));
    if (!('bottleneck' in method || 'rank' in method)) continue;
    const { encoder, run } = readBundle(readFileSync(join(out, name, 'ended.zip')), 'ended.zip');
    const saved = importAdapter(readFolder(join(out, name, 'script', 'adapter')), encoder.config).method;
    report(
      `${name}: the method of its script's adapter differs`,
      Number(JSON.stringify(saved) !== JSON.stringify(run.method)),
      0,
    );
  }
  const answers = join(root, 'logits.json');
  runPython('check_exports.py', [exports, '--models', models, '--texts', join(root, 'texts.json'), '--json', answers]);
  const theirs: Record<string, number[][]> = readJson(answers);
  for (const run of runs) {
    const ours = trained[run.name]?.logits.flat() ?? [];
    report(
      `${run.name}: the exported ONNX file`,
      worst(ours, await onnxLogits(join(out, run.name, 'model.onnx'), models, run)),
      1e-4,
    );
    const places = Object.keys(theirs).filter((path) => path.startsWith(`${run.name}/`));
    report(`${run.name}: formats that Python did not answer`, Number(places.length < 1), 0);
    for (const path of places)
      report(path, worst(ours, theirs[path]?.flat() ?? []), path.includes('continued') ? 1e-3 : 1e-4);
  }
}
