import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { finish } from '../../src/base/work.ts';
import { isPairTask, kindOfTask } from '../../src/data/built-in/kinds.ts';
import { readBuiltInTask } from '../../src/data/built-in/rows.ts';
import { builtInEncoders, builtInTasks, retiredEncoder, usualEncoders } from '../../src/data/built-in/tasks.ts';
import { checkRows, checkTokens } from '../../src/data/checks/checks.ts';
import { isOfPairs, makeDatasetOf } from '../../src/data/dataset.ts';
import { readTokenizer } from '../../src/files/encoder-files.ts';

const folder = 'public/datasets';
const readFrom = (path: string) => async (file: string) =>
  existsSync(`${path}/${file}`) ? new Uint8Array(readFileSync(`${path}/${file}`)) : null;
const tokenizerOf = (encoder: string) => readTokenizer(readFrom(`public/models/${encoder}`));

test.each(builtInTasks.map((task) => [task.name, task] as const))('%s', async (name, task) => {
  const rows = await readBuiltInTask(name, readFrom(`${folder}/${name}`));
  const kind = kindOfTask(name);
  const dataset = makeDatasetOf(kind, rows, { name, seed: 0 });
  expect({ trainRows: rows.train.length, testRows: rows.test.length, labels: dataset.labels }).toEqual({
    trainRows: task.trainRows,
    testRows: task.testRows,
    labels: task.labels,
  });
  expect(isOfPairs(dataset)).toBe(isPairTask(name));
  // What the product warns of in others' data must not be in its own; spam is rare, and says so.
  const findings = finish(checkRows(rows, kind)).map(({ check, count }) => [check, count]);
  expect(findings).toEqual(name === 'sms_spam' ? [['imbalance', expect.any(Number)]] : []);
  const tokenizer = await tokenizerOf(usualEncoders[task.language].name);
  const tokens = checkTokens(rows, tokenizer, task.defaults.maxLength);
  expect(tokens.filter(({ severity }) => severity !== 'note')).toEqual([]);
});

test.each(['en', 'zh'] as const)('the usual encoder of %s has the layers that are stated', (language) => {
  const { name, layers } = usualEncoders[language];
  const config = JSON.parse(readFileSync(`public/models/${name}/config.json`, 'utf8'));
  expect(config).toMatchObject({ num_hidden_layers: layers });
});

test('verse-small reads traditional characters as the simplified ones', async () => {
  const tokenizer = await tokenizerOf('verse-small');
  const simplified = '举头望明月，低头思故乡。';
  expect(tokenizer.encode('舉頭望明月，低頭思故鄉。', 32)).toEqual(tokenizer.encode(simplified, 32));
  expect(tokenizer.tokens({ text: simplified }, 32).join('')).toContain(simplified);
});

test('every folder of rows is in the table and credited', () => {
  const folders = readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [entry.name] : [],
  );
  expect(folders.toSorted()).toEqual(builtInTasks.map(({ name }) => name).toSorted());
  const [readme, notice] = [readFileSync(`${folder}/README.md`, 'utf8'), readFileSync('NOTICE', 'utf8')];
  for (const name of folders) {
    expect(readme).toContain(`| ${name} |`);
    expect(notice).toMatch(new RegExp(`\\b${name}\\b`));
  }
});

test('every folder of an encoder is one to choose, but for the retired one', () => {
  expect(readdirSync('public/models').toSorted()).toEqual([...builtInEncoders, retiredEncoder].toSorted());
});

test.each([...builtInEncoders, retiredEncoder])('%s has a card with origin and licence, and its credit', (name) => {
  const card = readFileSync(`public/models/${name}/README.md`, 'utf8');
  expect(card).toMatch(/^# /);
  for (const part of ['Origin', 'Quality', 'Licence']) expect(card).toContain(`**${part}.**`);
  expect(readFileSync('NOTICE', 'utf8')).toContain(`public/models/${name}`);
});
