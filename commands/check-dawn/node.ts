/** npm run check:dawn [-- --record]: the engine without a browser, on SwiftShader, against recorded values and Chromium's fields. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandError, runCommand } from '../support/command.ts';
import { dawnFolder } from '../support/dawn.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const swiftShader = '/usr/lib/chromium/vk_swiftshader_icd.json';
const models = join(root, 'tests/golden/models');
const recordedRuns = ['houlsby-gelu-mean-pooling', 'lora-r4-query-value'].map((run) =>
  join(root, 'tests/golden/runs', run),
);
/** Record of a run of two epochs, made with --record: in Chromium, on onnxruntime-web. */
const recordFile = join(root, 'tests/golden/train-two-epochs.json');
const lossTolerance = 1e-4;
const shape = '1,32,2,64,4,16,4';

const env = { ...process.env, VK_DRIVER_FILES: swiftShader, VK_ICD_FILENAMES: swiftShader };

let failures = 0;
function report(name: string, fault: string | null): void {
  if (fault !== null) failures++;
  console.log(fault === null ? `ok    ${name}` : `FAIL  ${name}: ${fault}`);
}

interface Outcome {
  code: number | null;
  output: string;
}

function run(command: string, args: readonly string[], more: Record<string, string> = {}): Outcome {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    env: { ...env, ...more },
  });
  return { code: status, output: `${stdout}${stderr}` };
}

const script = (name: string, args: readonly string[], more?: Record<string, string>): Outcome =>
  run(process.execPath, ['--import', 'tsx', join(root, 'commands', name, 'node.ts'), ...args], more);

const ended = ({ code, output }: Outcome) => (code === 0 ? null : `ended with ${code}\n${output.slice(-2000)}`);

/** Losses by which runs of two epochs are compared. */
interface Losses {
  steps: number[];
  epochs: number[];
  /** Losses on the test rows: the run's, and the baseline's of the same budget. */
  test: number[];
}

function trainTwoEpochs(folder: string, flags: readonly string[]): Losses {
  const rows = Array.from(
    { length: 24 },
    (_, i) => `it was ${i % 2 ? 'lovely and great' : 'awful and sad'} ${i},${i % 2}`,
  );
  writeFileSync(join(folder, 'rows.csv'), `text,label\n${rows.join('\n')}\n`);
  const method = { type: 'houlsby', bottleneck: 4, dropout: 0.1 };
  const training = { epochs: 2, batchSize: 8, maxLength: 24, learningRate: 0.005 };
  const config = join(folder, 'run.json');
  const model = join(models, 'tiny');
  writeFileSync(config, JSON.stringify({ name: 'two', model, data: { train: 'rows.csv' }, method, training }));
  const out = join(folder, 'out');
  const fault = ended(script('train', ['--config', config, '--out', out, ...flags]));
  if (fault !== null) throw new CommandError(`train ${flags.join(' ')} ${fault}`);
  const { steps, epochs, final, baseline } = JSON.parse(readFileSync(join(out, 'metrics.json'), 'utf8'));
  for (const file of ['run.zip', 'model.onnx', 'trainable.safetensors', 'adapterhub/adapter_config.json'])
    if (!existsSync(join(out, file))) throw new CommandError(`train ${flags.join(' ')} wrote no ${file}.`);
  return {
    steps: steps.map(({ loss }: { loss: number }) => loss),
    epochs: epochs.map(({ trainLoss }: { trainLoss: number }) => trainLoss),
    test: [final.test.loss, baseline.sameBudget.test.loss],
  };
}

function checkTraining(folder: string): void {
  const ours = trainTwoEpochs(folder, ['--host', 'dawn']);
  const theirs: Losses = JSON.parse(readFileSync(recordFile, 'utf8'));
  for (const key of ['steps', 'epochs', 'test'] as const) {
    const off = theirs[key].map((loss, i) => Math.abs((ours[key][i] ?? Number.NaN) - loss));
    const right = ours[key].length === theirs[key].length && off.every((value) => value <= lossTolerance);
    report(
      `train, losses of ${theirs[key].length} ${key}`,
      right ? null : `${ours[key]} where ${theirs[key]} is recorded`,
    );
  }
}

/** The run that `trainTwoEpochs` trained, stopped in its second epoch and gone on with: the same weights, bit for bit. */
async function checkResuming(folder: string): Promise<void> {
  const out = join(folder, 'stopped');
  const flags = ['--config', join(folder, 'run.json'), '--out', out, '--host', 'dawn'];
  const begun = spawn(process.execPath, ['--import', 'tsx', join(root, 'commands/train/node.ts'), ...flags], {
    cwd: root,
    env,
  });
  let output = '';
  for (const stream of [begun.stdout, begun.stderr])
    stream.on('data', (text: Buffer) => {
      const before = output;
      output += text;
      if (!before.includes('took') && output.includes('both frozen baselines took')) begun.kill('SIGINT');
    });
  const code = await new Promise<number | null>((done) => begun.on('close', done));
  report('train, stopped by Ctrl-C', code === 130 && output.includes('Go on with') ? null : `${code}\n${output}`);
  const resumed = script('train', [...flags, '--resume']);
  report(
    'train, gone on with',
    ended(resumed) ?? (resumed.output.includes('Going on after step') ? null : resumed.output),
  );
  const [whole, parts] = ['out', 'stopped'].map((name) => readFileSync(join(folder, name, 'trainable.safetensors')));
  report('train, gone on to the same weights', whole && parts?.equals(whole) ? null : 'they differ');
}

/** Names of all fields, nested ones included; elements of a list share theirs. */
function fields(value: unknown, at = ''): string[] {
  if (Array.isArray(value)) return fields(value[0], `${at}[]`);
  if (typeof value !== 'object' || value === null) return [at];
  return Object.entries(value).flatMap(([name, inner]) => fields(inner, `${at}.${name}`));
}

function checkBench(folder: string): void {
  const [onDawn, inChromium] = ['dawn', 'chromium'].map((host) => {
    const json = join(folder, `${host}.json`);
    report(
      `bench in ${host}`,
      ended(script('bench', ['--shape', shape, '--steps', '2', '--host', host, '--json', json])),
    );
    return JSON.parse(readFileSync(json, 'utf8'));
  });
  const [ours, theirs] = [fields(onDawn).sort(), fields(inChromium).sort()];
  const different = [
    ...ours.filter((name) => !theirs.includes(name)),
    ...theirs.filter((name) => !ours.includes(name)),
  ];
  report('bench, the same fields', different.length === 0 ? null : different.join(', '));
  const off = Math.abs(onDawn.loss - inChromium.loss);
  report('bench, the same loss', off <= lossTolerance ? null : `${onDawn.loss} and ${inChromium.loss}`);
}

/** Unpacks the archive where nothing of the project is, and runs it. */
function checkKit(folder: string): void {
  const packed = ended(script('kit', []));
  report('kit', packed);
  if (packed !== null) return;
  const kit = join(folder, 'kit');
  run('mkdir', ['-p', kit]);
  report('kit, unpacked', ended(run('tar', ['-C', kit, '-xJf', join(dawnFolder, 'kit.tar.xz')])));
  const bare = { PATH: '/usr/bin:/bin', NODE_PATH: '' };
  const inKit = (...args: string[]) => run(join(kit, 'node'), [join(kit, 'run.mjs'), ...args], bare);
  // The quickest two: that the kit computes the same is already checked above.
  const runs = ['head-only', 'bitfit'].map((name) => join(kit, 'runs', name));
  report('kit, verify', ended(inKit('verify', ...runs)));
  const json = join(folder, 'kit.jsonl');
  report('kit, bench', ended(inKit('bench', `--shapes=${shape}`, '--train=head', '--steps=2', `--json=${json}`)));
  const lines = existsSync(json) ? readFileSync(json, 'utf8').trim().split('\n') : [];
  report('kit, bench writes a line', lines.length === 1 ? null : `${lines.length} lines`);
  const { code, output } = run(join(kit, 'node'), [join(kit, 'run.mjs'), 'verify', ...runs], {
    VK_DRIVER_FILES: '/nowhere.json',
    VK_ICD_FILENAMES: '/nowhere.json',
  });
  report('kit, told that there is no card', code === 1 && output.includes('found no graphics card') ? null : output);
}

runCommand(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'check-dawn-'));
  try {
    if (process.argv.includes('--record')) {
      const record = trainTwoEpochs(folder, ['--host', 'chromium', '--engine', 'wasm']);
      writeFileSync(recordFile, `${JSON.stringify(record, null, 2)}\n`);
      console.log(`Wrote ${recordFile}.`);
      return 0;
    }
    if (!existsSync(swiftShader))
      throw new CommandError(`${swiftShader} is missing: apt-get install -y chromium libvulkan1`);
    report('verify', ended(script('verify', [...recordedRuns, '--models', models, '--host', 'dawn'])));
    checkTraining(folder);
    await checkResuming(folder);
    checkBench(folder);
    checkKit(folder);
    console.log(failures === 0 ? 'The engine does the same without a browser.' : `${failures} checks failed.`);
    return failures === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
