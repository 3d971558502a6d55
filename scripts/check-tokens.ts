/** npm run check:tokens: token ids against transformers' AutoTokenizer on many configurations. PYTHON names the interpreter. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { readTokenizer } from '../src/files/encoder-files.ts';
import { CommandError, runCommand } from './support/workbench.ts';

const project = fileURLToPath(new URL('..', import.meta.url));
const python = process.env.PYTHON ?? 'python3';
const expectation = z.object({
  name: z.string(),
  rows: z.array(z.object({ ids: z.array(z.number()), tokens: z.array(z.string().nullable()) })).optional(),
  refusal: z.string().optional(),
});
type Expectation = z.infer<typeof expectation>;

/** What differs from Python; null where nothing does. */
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

/** `npm run tokens` itself, on the folder of one configuration. */
function commandAgrees(folder: string, out: string, { rows }: Expectation): boolean {
  const texts = join(project, 'tests/tokens/texts.json');
  const args = ['run', '-s', 'tokens', '--', '--model', folder, '--texts', texts, '--json', out];
  const { status } = spawnSync('npm', args, { cwd: project, stdio: ['ignore', 'ignore', 'ignore'] });
  if (!rows) return status !== 0 && !existsSync(out);
  return status === 0 && JSON.stringify(JSON.parse(readFileSync(out, 'utf8'))) === JSON.stringify(rows);
}

runCommand(async () => {
  const work = mkdtempSync(join(tmpdir(), 'tokens-'));
  const texts = z.array(z.string()).parse(JSON.parse(readFileSync(join(project, 'tests/tokens/texts.json'), 'utf8')));
  let [passed, failed] = [0, 0];
  const report = (name: string, wrong: string | null) => {
    if (wrong === null) passed++;
    else failed++;
    console.log(wrong === null ? `ok    ${name}` : `FAIL  ${name}\n      ${wrong}`);
  };
  try {
    const { status } = spawnSync(python, [join(project, 'python/check_tokens.py'), work], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, HF_HUB_OFFLINE: '1', TOKENIZERS_PARALLELISM: 'false', PYTHONWARNINGS: 'ignore' },
    });
    if (status !== 0) throw new CommandError(`python/check_tokens.py ended with ${status}.`);
    const numbers = readdirSync(work).flatMap((name) => (name.endsWith('.json') ? [Number.parseInt(name, 10)] : []));
    const cases = numbers
      .sort((a, b) => a - b)
      .map((number) => {
        const json = JSON.parse(readFileSync(join(work, `${number}.json`), 'utf8'));
        return { folder: join(work, String(number)), expected: expectation.parse(json) };
      });
    for (const { folder, expected } of cases) {
      const name = `${expected.refusal === undefined ? '' : 'refused: '}${expected.name}`;
      report(name, await difference(expected, folder, texts));
    }
    for (const one of [cases.at(0), cases.at(-1)])
      if (one) {
        const isRight = commandAgrees(one.folder, join(work, 'out', '..', 'written'), one.expected);
        report(`npm run tokens: ${one.expected.name}`, isRight ? null : 'the command writes something else');
        rmSync(join(work, 'written'), { force: true });
      }
    if (process.env.RECORD) record(process.env.RECORD, cases, texts);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  console.log(`${texts.length} texts for each configuration`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed > 0 || passed === 0 ? 1 : 0;
});

/** Files of a few configurations with Python's ids for all texts, for tests without Python. */
function record(path: string, cases: { folder: string; expected: Expectation }[], texts: readonly string[]): void {
  const recorded = cases.map(({ folder, expected: { name, rows, refusal } }) => ({
    name,
    files: Object.fromEntries(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')])),
    ...(rows ? { ids: rows.map(({ ids }) => ids) } : { refusal }),
  }));
  writeFileSync(path, JSON.stringify({ texts, recorded }));
}
