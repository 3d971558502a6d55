/**
 * npm run check:tokens: token ids against transformers' AutoTokenizer on many configurations. PYTHON names the interpreter.
 * With --record FILE it writes some configurations with Python's ids instead, for tests/data/recorded-tokens.test.ts.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import { readTokenizer } from '../../src/files/encoder-files.ts';
import { runCommand } from '../support/command.ts';
import { project, runPython } from '../support/python.ts';

const expectation = z.object({
  name: z.string(),
  rows: z.array(z.object({ ids: z.array(z.number()), tokens: z.array(z.string().nullable()) })).optional(),
  refusal: z.string().optional(),
});
type Expectation = z.infer<typeof expectation>;

/** Description of a difference from Python; null where there is none. */
async function difference({ rows, refusal }: Expectation, folder: string, texts: readonly string[]) {
  const read = async (name: string) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name)) : null);
  const tokenizer = await readTokenizer(read).catch((error: Error) => error);
  if (tokenizer instanceof Error)
    return refusal !== undefined && tokenizer.message.includes(refusal) ? null : tokenizer.message;
  if (!rows) return 'it is not refused';
  const ours = texts.map((text) => tokenizer.ids(text));
  const wrong = texts.flatMap((text, i) => {
    const pieces = ours[i]?.map((id) => tokenizer.pieceOf(id));
    const isEqual = JSON.stringify([ours[i], pieces]) === JSON.stringify([rows[i]?.ids, rows[i]?.tokens]);
    return isEqual ? [] : [`${JSON.stringify(text)}: Python ${rows[i]?.tokens.join(' ')}, here ${pieces?.join(' ')}`];
  });
  return wrong.length === 0 ? null : `${wrong.length} texts, such as ${wrong.slice(0, 3).join('\n      ')}`;
}

/** Whether `npm run tokens` itself agrees, on the folder of one configuration. */
function commandAgrees(folder: string, out: string, { rows }: Expectation): boolean {
  const texts = join(project, 'tests/tokens/texts.json');
  const args = ['run', '-s', 'tokens', '--', '--model', folder, '--texts', texts, '--json', out];
  const { status } = spawnSync('npm', args, { cwd: project, stdio: ['ignore', 'ignore', 'ignore'] });
  if (!rows) return status !== 0 && !existsSync(out);
  return status === 0 && JSON.stringify(JSON.parse(readFileSync(out, 'utf8'))) === JSON.stringify(rows);
}

/** Files of each configuration, written by Python, with the expected result. */
function written(work: string, every: number): { folder: string; expected: Expectation }[] {
  runPython('tokens/check_tokens.py', [work, String(every)]);
  return readdirSync(work)
    .flatMap((name) => (name.endsWith('.json') ? [Number.parseInt(name, 10)] : []))
    .sort((a, b) => a - b)
    .map((number) => {
      const json = JSON.parse(readFileSync(join(work, `${number}.json`), 'utf8'));
      return { folder: join(work, String(number)), expected: expectation.parse(json) };
    });
}

const every = 7;
/** Names of the configurations that are recorded, each of another kind. */
const recordedNames = [
  'bert uncased, vocab.txt',
  'bert, cased in the settings',
  'flags of added tokens',
  'added_tokens.json and special_tokens_map.json',
  "the course's",
  'Replace, Strip and Prepend',
  'Punctuation merged_with_next',
  'Split at (?<=[.!?])\\s',
  'Digits False',
  'words as they are',
  'BPE with suffixes',
  'BPE with prefixes, fuse_unk True',
  'BPE of bytes, Metaspace first True',
  'roberta of vocab.json and merges.txt, prefix True',
  'CamembertTokenizer',
  'Unigram of whole texts, byte_fallback True',
];

runCommand(async () => {
  const { values } = parseArgs({ options: { record: { type: 'string' } } });
  const work = mkdtempSync(join(tmpdir(), 'tokens-'));
  const texts = z.array(z.string()).parse(JSON.parse(readFileSync(join(project, 'tests/tokens/texts.json'), 'utf8')));
  try {
    if (values.record) {
      const some = texts.filter((_, i) => i % every === 0);
      record(values.record, written(work, every), some);
      return 0;
    }
    return await compareAll(written(work, 1), texts, join(work, 'written'));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
});

async function compareAll(
  cases: { folder: string; expected: Expectation }[],
  texts: readonly string[],
  out: string,
): Promise<number> {
  let [passed, failed] = [0, 0];
  const report = (name: string, wrong: string | null) => {
    if (wrong === null) passed++;
    else failed++;
    console.log(wrong === null ? `ok    ${name}` : `FAIL  ${name}\n      ${wrong}`);
  };
  for (const { folder, expected } of cases) {
    const name = `${expected.refusal === undefined ? '' : 'refused: '}${expected.name}`;
    report(name, await difference(expected, folder, texts));
  }
  for (const one of [cases.at(0), cases.at(-1)])
    if (one) {
      const isRight = commandAgrees(one.folder, out, one.expected);
      report(`npm run tokens: ${one.expected.name}`, isRight ? null : 'the command writes something else');
      rmSync(out, { force: true });
    }
  console.log(`${texts.length} texts for each configuration`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed > 0 || passed === 0 ? 1 : 0;
}

/** Records files of a few configurations with Python's ids for all texts, for tests without Python. */
function record(path: string, cases: { folder: string; expected: Expectation }[], texts: readonly string[]): void {
  const chosen = cases.filter(({ expected }) => recordedNames.includes(expected.name));
  const recorded = chosen.map(({ folder, expected: { name, rows } }) => ({
    name,
    files: Object.fromEntries(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')])),
    ids: rows?.map(({ ids }) => ids),
  }));
  writeFileSync(path, gzipSync(JSON.stringify({ texts, recorded }), { level: 9 }));
}
