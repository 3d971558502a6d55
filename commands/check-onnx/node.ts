/** npm run check:onnx: exported ONNX files of all recorded runs in Python's onnxruntime. PYTHON names the interpreter. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../support/command.ts';
import { project, runPython } from '../support/python.ts';
import { runInBrowser } from '../support/workbench.ts';
import type { Question } from './page.ts';

const golden = join(project, 'tests/golden');

const words = (count: number) => Array.from({ length: count }, (_, i) => `word ${i}`).join(' ');

/** Two texts a row: short ones, and such that one or both must be cut. */
const pairs = [
  ['is it raining?', 'it is pouring'],
  ['short', words(60)],
  [words(60), 'short'],
  [words(60), words(60)],
  [words(13), words(60)],
];

runCommand(async () => {
  const { cases }: { cases: { text: string }[] } = JSON.parse(
    readFileSync(join(golden, 'tokenizer/tiny.json'), 'utf8'),
  );
  const texts = [...cases.map(({ text }) => [text]), [words(100)], ...pairs];
  const names = readdirSync(join(golden, 'runs'));
  const exports = mkdtempSync(join(tmpdir(), 'bottleneck-onnx-'));
  const mounts = { runs: join(golden, 'runs'), model: join(golden, 'models/tiny'), out: exports };
  const write = (question: Pick<Question, 'names' | 'vocabularyOnly'>, from = mounts) =>
    runInBrowser('check-onnx/page.ts', 'writeRecordedExports', { texts, engine: 'auto', ...question }, from);
  const kinds = join(golden, 'task-kinds');
  const ofPairs = ['pair-houlsby-mean-pooling', 'pair-lora-r4'];
  try {
    await write({ names, vocabularyOnly: false });
    await write({ names: names.slice(0, 1), vocabularyOnly: true });
    await write({ names: ofPairs, vocabularyOnly: false }, { ...mounts, runs: kinds });
    runPython('check_onnx.py', [exports]);
    return 0;
  } finally {
    rmSync(exports, { recursive: true, force: true });
  }
});
