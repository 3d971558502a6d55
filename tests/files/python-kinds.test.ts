import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { fileLines, kindLines } from '../../src/files/export/python-kinds.ts';
import { pythonScript } from '../../src/files/export/python-script.ts';
import { readEncoderConfig } from '../../src/model/encoder-config.ts';
import { taskKinds } from '../../src/model/task-kind.ts';
import { readRun } from '../../src/training/run.ts';
import { parseErrors } from '../support/python-grammar.ts';

const encoder = readEncoderConfig(JSON.parse(readFileSync('tests/golden/models/tiny/config.json', 'utf8')));
const folder = mkdtempSync(join(tmpdir(), 'python-kinds-'));
afterAll(() => rmSync(folder, { recursive: true }));

const runOf = (data: object, rest: object = {}) =>
  readRun({
    name: 'of-kinds',
    data: { train: 'a.jsonl', test: 'a.jsonl', ...data },
    method: { type: 'houlsby' },
    ...rest,
  });

/** What the script's `read` makes of a file, in Python. */
function readInPython(data: object, file: string, content: string): unknown {
  const run = runOf({ ...data, train: file, test: file });
  const { imports, define, rows } = fileLines(run, file);
  const script = pythonScript(run, encoder);
  const read = script.slice(script.indexOf('def read(path)'), script.indexOf('\ntrain, test'));
  writeFileSync(join(folder, file), content);
  const code = [...imports, 'import json', ...define, read, `print(json.dumps(read(${JSON.stringify(file)})))`].join(
    '\n',
  );
  expect(read).toContain(rows);
  const { stdout, stderr } = spawnSync('python3', ['-c', code], { cwd: folder, encoding: 'utf8' });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

const several = { kind: 'multi-label', text: 'text', label: 'labels' };
const words = { kind: 'token', text: 'words', label: 'tags' };
const tagged = [
  [
    ['New', 'York'],
    ['B-PLACE', 'I-PLACE'],
  ],
  [['rains'], ['O']],
];

test.each([
  [
    'lists in JSON lines',
    several,
    'a.jsonl',
    '{"text":"t","labels":["x","y"]}\n{"text":"u","labels":[]}\n',
    [
      ['t', ['x', 'y']],
      ['u', []],
    ],
  ],
  [
    'names between separators',
    { ...several, separator: '|' },
    'a.csv',
    'text,labels\nt,x | y\nu,\n',
    [
      ['t', ['x', 'y']],
      ['u', []],
    ],
  ],
  ['lists in cells', several, 'b.csv', 'text,labels\nt,"[""x"", ""y""]"\n', [['t', ['x', 'y']]]],
  [
    'columns of a class each',
    { kind: 'multi-label', text: 'text', classes: ['x', 'y'] },
    'a.tsv',
    'text\tx\ty\nt\t1\t0\n',
    [['t', ['x']]],
  ],
  ['numbers', { kind: 'regression', text: 'text', label: 'score' }, 'c.csv', 'text,score\nt,2.5\n', [['t', 2.5]]],
  ['words in JSON', words, 'a.json', JSON.stringify(tagged.map(([w, t]) => ({ words: w, tags: t }))), tagged],
  ['words in CoNLL’s form', words, 'a.conll', '-DOCSTART- O\n\nNew B-PLACE\nYork I-PLACE\n\nrains O\n', tagged],
  [
    'words in CoNLL-U',
    words,
    'a.conllu',
    '# text\n1\tNew\t_\tB-PLACE\t_\t_\t_\t_\t_\t_\n2\tYork\t_\tI-PLACE\t_\t_\t_\t_\t_\t_\n\n1\trains\t_\tO\t_\t_\t_\t_\t_\t_\n',
    tagged,
  ],
] as const)('%s are read', (_, data, file, content, expected) => {
  expect(readInPython(data, file, content)).toEqual(expected);
});

describe.each(taskKinds)('%s', (kind) => {
  const settings = [
    [{}, {}],
    [{ validationShare: 0.2 }, { choose: 'best-epoch', patience: 2, microBatches: 3 }],
  ] as const;

  test.each(settings)('is Python that parses, with its loss and measure: %j', (data, training) => {
    for (const type of ['houlsby', 'full']) {
      const script = pythonScript(
        runOf({ kind, text: 'text', label: 'label', ...data }, { method: { type }, training }),
        encoder,
      );
      expect(parseErrors(script)).toBe('');
      const { loss, summed, measure } = kindLines[kind];
      expect(script).toContain('microBatches' in training ? summed : loss);
      expect(script).toContain(`{${measure}:.4f}`);
    }
  });
});
