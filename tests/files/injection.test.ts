import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { toCsv } from '../../src/data/rows/edit.ts';
import { exportCard, exportFormats } from '../../src/files/export/export.ts';
import { pythonNotebook, pythonScript } from '../../src/files/export/python-script.ts';
import { readEncoderConfig } from '../../src/model/encoder-config.ts';
import { readRun } from '../../src/training/run.ts';
import { csvOf } from '../../src/ui/csv.ts';

/** Names, labels and texts that want to be more than text, in whatever the page writes for other programs. */

const encoder = readEncoderConfig(JSON.parse(readFileSync('tests/golden/models/tiny/config.json', 'utf8')));

const hostile = [
  'x\nimport os; os.system("id")\n#',
  'x\r\n\r\n<img src=x onerror=alert(1)>',
  '"""\nimport os\n"""',
  "'; import os; '",
  '[click](javascript:alert(1)) ![](https://page.example/seen.png)',
  '`</code><script>alert(1)</script>`',
  '---\nlicense: mit\n---\n# Another card',
  '```\n# out of the block\n```',
  '{{constructor.constructor("alert(1)")()}} $t(page.title)',
  '\u2028import os\u2029import os\u0085import os\fimport os',
];

const calm = (run: object = {}) =>
  readRun({
    name: 'calm',
    model: 'calm',
    method: { type: 'lora' },
    data: { train: 'a.csv', test: 'b.csv', text: 'text', label: 'label' },
    ...run,
  });
const attacked = (text: string, method: object) =>
  calm({ name: text, model: text, method, data: { train: text, test: text, text, label: text } });
const methods = [{ type: 'houlsby' }, { type: 'lora' }, { type: 'head-only' }];
const cases = hostile.flatMap((text) => methods.map((method) => [text, method] as const));

/** What scripts import and call, as Python itself reads them; what their strings say is left out. */
function doings(scripts: string[]): string[][] {
  const code = [
    'import ast, json, sys',
    'def doings(script):',
    '    tree = ast.parse(script)',
    '    for node in ast.walk(tree):',
    '        if isinstance(node, ast.Constant) and isinstance(node.value, str): node.value = ""',
    '    acts = [n for n in ast.walk(tree) if isinstance(n, (ast.Import, ast.ImportFrom, ast.Call))]',
    '    return sorted(ast.unparse(n.func if isinstance(n, ast.Call) else n) for n in acts)',
    'print(json.dumps([doings(script) for script in json.load(sys.stdin)]))',
  ].join('\n');
  const input = JSON.stringify(scripts);
  const { status, stdout, stderr } = spawnSync('python3', ['-c', code], { input, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

test('a script does the same, whatever the names in its run say', () => {
  const scripts = cases.map(([text, method]) => pythonScript(attacked(text, method), encoder));
  const plain = methods.map((method) => pythonScript(calm({ method }), encoder));
  const [byHostile, byCalm] = [doings(scripts), doings(plain)];
  cases.forEach(([text], i) => {
    expect(byHostile[i], text).toEqual(byCalm[i % methods.length]);
  });
  expect(byCalm[0]).toContain('import torch');
});

/** Markdown outside of blocks of code, which show whatever they hold; backslashes and what they make plain are left out. */
function loose(markdown: string): string {
  const [, , ...parts] = markdown.split(/^---$/m);
  return parts
    .join('---')
    .replace(/^(`{3,})\w*\n[\s\S]*?\n\1$/gm, '')
    .replace(/`[^`\n]*`/g, '')
    .replace(/\\./g, '');
}

test.each(cases)('%j as a name and a label: the card for %j shows it, and is the same card', (text, method) => {
  const [format = 'plain'] = exportFormats(calm({ method }).method);
  const cardOf = (run: ReturnType<typeof calm>, labels: string[]) =>
    exportCard({ run, encoder, labels, scores: null, baseline: null }, format);
  const card = cardOf(attacked(text, method), [text, 'other']);
  const plain = cardOf(calm({ method }), ['one', 'other']);
  const headings = (markdown: string) => loose(markdown).match(/^#+ .{0,4}/gm)?.length;
  expect(headings(card)).toBe(headings(plain));
  expect(loose(card)).not.toMatch(/[<>]|\]\(|!\[/);
  const frontMatter = (markdown: string) => markdown.split(/^---$/m)[1]?.split('\n').length;
  expect(frontMatter(card)).toBe(frontMatter(plain));
});

test.each(hostile)('%j as a name: the notebook has the same cells, and its title is text', (text) => {
  const cellsOf = (run: ReturnType<typeof calm>): { cell_type: string; source: string[] }[] =>
    JSON.parse(pythonNotebook(run, encoder)).cells;
  const cells = cellsOf(attacked(text, { type: 'lora' }));
  expect(cells.map(({ cell_type }) => cell_type)).toEqual(cellsOf(calm()).map(({ cell_type }) => cell_type));
  const title = cells[0]?.source.join('') ?? '';
  expect(title.split(/\r|\n/)).toHaveLength(1);
  expect(title.replace(/\\./g, '')).not.toMatch(/[<>`]|\]\(/);
});

const formulas = ['=1+1', '+1', '-1+cmd|x', '@SUM(A1)', '\t=1', '\r=1', '=HYPERLINK("https://page.example")'];

test('a table that is meant for a spreadsheet holds no formula; rows come back as they were', () => {
  const cells = csvOf(formulas.map((text) => [text, 1]));
  for (const text of formulas) expect(cells).toContain(`'${text.replaceAll('"', '""')}`);
  // Rows are data: a quote in front of a text would be trained on.
  const rows = formulas.map((text, line) => ({ text, label: 'a', line }));
  for (const { text } of rows) expect(toCsv(rows)).toContain(`"${text.replaceAll('"', '""')}"`);
});
