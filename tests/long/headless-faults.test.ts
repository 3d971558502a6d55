import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** `npm run train` under faults: what was trained stays on the disk, and `--resume` comes to the undisturbed weights. */

let folder: string;
let undisturbed: Buffer;
const mounted: string[] = [];

const rows = Array.from(
  { length: 60 },
  (_, i) => `it was ${i % 2 ? 'lovely and great' : 'awful and sad'} ${i},${i % 2}`,
);
const run = {
  name: 'faults',
  model: resolve('tests/golden/models/tiny'),
  data: { train: 'rows.csv', validationShare: 0.2 },
  method: { type: 'houlsby', bottleneck: 4, dropout: 0.1 },
  engine: 'wasm',
  training: { epochs: 16, batchSize: 4, maxLength: 16, choose: 'best-epoch' },
};
const epoch = (number: number) => new RegExp(`epoch ${number}: `);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'headless-faults-'));
  writeFileSync(join(folder, 'rows.csv'), `text,label\n${rows.join('\n')}\n`);
  writeFileSync(join(folder, 'run.json'), JSON.stringify(run));
  const { code, output } = await train('undisturbed');
  expect(code, output).toBe(0);
  undisturbed = weights('undisturbed');
});
afterAll(() => {
  for (const at of mounted) mount(['umount', at]);
  rmSync(folder, { recursive: true, force: true });
});

const weights = (out: string) => readFileSync(join(folder, out, 'trainable.safetensors'));
const filesOf = (out: string) => readdirSync(join(folder, out)).sort();

interface Outcome {
  /** As a shell has it: of a process that a signal has ended, 128 and the signal's number. */
  code: number;
  output: string;
}

/** Runs the command to its end. @param act once the output fits `at` */
async function train(
  out: string,
  flags: readonly string[] = [],
  { at, act }: { at: RegExp; act: (child: ChildProcess) => void } = { at: /^\b$/, act: () => {} },
): Promise<Outcome> {
  const words = ['--import', 'tsx', 'commands/train/node.ts', '--config', join(folder, 'run.json')];
  const child = spawn(process.execPath, [...words, '--out', join(folder, out), '--onnx', 'none', ...flags]);
  let output = '';
  let acted = false;
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => {
      output += text;
      if (acted || !at.test(output)) return;
      acted = true;
      act(child);
    });
  // A signal that comes as the process is about to exit with its code finds no one to hear it.
  const code = await new Promise<number>((done) =>
    child.on('close', (code, signal) => done(code ?? 128 + constants.signals[signal ?? 'SIGKILL'])),
  );
  return { code, output };
}

/** Ends in the undisturbed run's weights, and leaves no checkpoint. */
async function goesOn(out: string): Promise<string> {
  const { code, output } = await train(out, ['--resume']);
  expect(code, output).toBe(0);
  expect(output).toMatch(/Going on after step [1-9]/);
  expect(weights(out).equals(undisturbed)).toBe(true);
  expect(filesOf(out)).toEqual(['adapterhub', 'metrics.json', 'run.zip', 'trainable.safetensors']);
  return output;
}

/** Processes that a process has started, and those that they have. */
function descendants(pid: number | undefined): number[] {
  const parents = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const children = parents.flatMap(([child, parent]) => (parent === pid && child !== undefined ? [child] : []));
  return children.flatMap((child) => [child, ...descendants(child)]);
}

const commandLine = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
};

function mount(command: readonly string[]): void {
  const asRoot = process.getuid?.() === 0 ? command : ['sudo', '-n', ...command];
  execFileSync(asRoot[0] ?? '', asRoot.slice(1));
}

/** A file system in memory as an output folder. */
function smallDisk(out: string, options: string): void {
  const at = join(folder, out);
  mkdirSync(at);
  mount(['mount', '-t', 'tmpfs', '-o', `mode=777,${options}`, 'tmpfs', at]);
  mounted.push(at);
}

test('Ctrl-C stops a run, which goes on only as the same run on the same rows', async () => {
  const stopped = await train('int', [], { at: epoch(5), act: (child) => child.kill('SIGINT') });
  expect(stopped.code, stopped.output).toBe(130);
  expect(stopped.output).toMatch(
    /Stopped\. .*checkpoint\.zip holds it after step \d+\. Go on with: npm run train -- .*--resume\n$/,
  );
  expect(stopped.output).not.toMatch(epoch(7));
  const kept = filesOf('int');
  expect(kept).toEqual(['checkpoint.previous.zip', 'checkpoint.zip']);

  const again = await train('int');
  expect([again.code, again.output]).toEqual([1, expect.stringContaining('of a run that did not end')]);

  const [config, data] = [join(folder, 'run.json'), join(folder, 'rows.csv')];
  writeFileSync(config, JSON.stringify({ ...run, training: { ...run.training, learningRate: 0.5 } }));
  const other = await train('int', ['--resume']);
  writeFileSync(config, JSON.stringify(run));
  expect([other.code, other.output]).toEqual([
    1,
    expect.stringContaining('training.learningRate: 0.002 in the checkpoint, 0.5 in the run file'),
  ]);

  copyFileSync(data, `${data}.kept`);
  writeFileSync(data, readFileSync(data, 'utf8').replace('lovely', 'pretty'));
  const changed = await train('int', ['--resume']);
  copyFileSync(`${data}.kept`, data);
  expect(changed.output).toMatch(/rows differ from the bundle's/);
  expect(changed.code).toBe(3);
  expect(filesOf('int')).toEqual(kept);

  await goesOn('int');
  const steps = (out: string): { loss: number }[] =>
    JSON.parse(readFileSync(join(folder, out, 'metrics.json'), 'utf8')).steps;
  expect(steps('int').map(({ loss }) => loss)).toEqual(steps('undisturbed').map(({ loss }) => loss));
});

test('SIGTERM in the baseline stops a run, a second one at once', async () => {
  const stopped = await train('term', [], { at: /baseline …/, act: (child) => child.kill('SIGTERM') });
  expect(stopped.code, stopped.output).toBe(143);
  const hurried = await train('term', ['--resume'], {
    at: /onnxruntime-web on/,
    act: (child) => {
      child.kill('SIGTERM');
      setTimeout(() => child.kill('SIGTERM'), 700);
    },
  });
  expect(hurried.code, hurried.output).toBe(143);
  await goesOn('term');
});

test('a Chromium that is killed, and a page of it', async () => {
  for (const [out, wanted] of [
    ['browser', /chrom.*--remote-debugging-pipe/s],
    ['page', /--type=renderer/],
  ] as const) {
    const kill = ({ pid }: ChildProcess) => {
      for (const each of descendants(pid)) if (wanted.test(commandLine(each))) process.kill(each, 'SIGKILL');
    };
    const broken = await train(out, [], { at: epoch(4), act: kill });
    expect(broken.code, broken.output).toBe(3);
    expect(broken.output).toMatch(/Chromium ended before the work was done.*\n.*holds it after step \d+\. Go on with/);
    await goesOn(out);
  }
});

test('the command itself is killed, and its newest checkpoint damaged', async () => {
  let started: number[] = [];
  const kill = (child: ChildProcess) => {
    started = descendants(child.pid);
    child.kill('SIGKILL');
  };
  const killed = [await train('kill', [], { at: epoch(2), act: kill })];
  // The first step of each part is saved, so that there are two checkpoints now.
  killed.push(await train('kill', ['--resume'], { at: epoch(6), act: kill }));
  expect(killed.map(({ code }) => code)).toEqual([137, 137]);
  expect(started.length).toBeGreaterThan(0);
  // Its browser does not outlive it.
  const chromium = () => started.filter((pid) => /chrom/.test(commandLine(pid)));
  await expect.poll(chromium, { timeout: 30_000 }).toEqual([]);
  const newest = join(folder, 'kill', 'checkpoint.zip');
  const bytes = readFileSync(newest);
  bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1);
  writeFileSync(newest, bytes);
  expect(await goesOn('kill')).toMatch(/warning: .*damaged.* checkpoint\.previous\.zip, the one before, is used/);
});

test('a full disk is told once, and again at the end; with room, the run goes on', async () => {
  smallDisk('full', 'size=2m');
  const ballast = join(folder, 'full', 'ballast');
  /** Takes what is left of the disk. */
  const fill = () => {
    expect(() => writeFileSync(ballast, new Uint8Array(2 ** 22))).toThrow('ENOSPC');
  };
  const warning = /warning: .*checkpoint\.zip could not be written: no space is left .* Training goes on without it\./g;
  const early = await train('full', [], { at: /parameters train/, act: fill });
  expect(early.code, early.output).toBe(1);
  expect(early.output.match(warning)).toHaveLength(1);
  expect(early.output).toMatch(/could not be written: no space is left on the disk.*\nNothing of the run is kept/);
  rmSync(ballast);
  const late = await train('full', [], { at: epoch(4), act: fill });
  expect(late.code, late.output).toBe(3);
  expect(late.output.match(warning)?.length ?? 0).toBeLessThan(2);
  expect(late.output).toMatch(/metrics\.json could not be written: no space.*\n.*holds it after step \d+\. Go on with/);
  rmSync(ballast);
  await goesOn('full');
});

test('a folder that cannot be written is told before anything is trained', async () => {
  smallDisk('read-only', 'ro');
  const refused: [out: string, reason: string][] = [
    ['read-only', 'the disk is read-only (EROFS)'],
    ['run.json', 'there is a file of that name (EEXIST)'],
    ['run.json/out', 'a folder above it is a file (ENOTDIR)'],
  ];
  for (const [out, reason] of refused) {
    const { code, output } = await train(out);
    expect([code, output.split('\n').length], output).toEqual([1, 2]);
    expect(output).toContain(reason);
  }
  expect(existsSync(join(folder, 'read-only', 'metrics.json'))).toBe(false);
});
