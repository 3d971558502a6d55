import type { TaskKind } from '../../model/task-kind.ts';
import { isPair, kindOf, type Run } from '../../training/run.ts';
import { pythonLiteral } from './python-code.ts';

/** What the script of a run says by the kind of its task: labels, losses and scores. */

export interface KindLines {
  /** The label of a `row` of the file, as an expression. */
  label: (run: Run) => string;
  /** The line that lists the classes; empty where a number is asked for. */
  labels: string;
  /** How many outputs the head has. */
  outputs: string;
  /** The labels of a batch, from the `names` of its rows. */
  targets: readonly string[];
  /** The mean loss of a batch's answers. */
  loss: string;
  /** Its sum, which is divided by the answers of all pieces. */
  summed: string;
  /** Answers of a batch. */
  count: string;
  /** Lines that score `test_batches`, and the measure's name in them. */
  score: readonly string[];
  measure: string;
}

const cell = (column: string) => `row[${pythonLiteral(column)}]`;
/** A list as JSON has it, or a cell of names. */
const listed = (column: string) => `listed(${cell(column)})`;

/** The columns that a run names, or the page's own names. */
export function columnsOf(run: Run): { text: string; label: string; second: string | undefined } {
  const named: { text?: string | undefined; label?: string | undefined; second?: string | undefined } =
    'task' in run.data ? {} : run.data;
  const pair = isPair(run);
  const { text = pair ? 'text1' : 'text', label = 'label', second = pair ? 'text2' : undefined } = named;
  return { text, label, second };
}

const classesOf = ({ data }: Run) => ('classes' in data ? data.classes : undefined);

const named = 'labels = sorted({name for row in train for name in row[-1]})';
const tensor = (of: string) => `    return enc, torch.tensor(${of}, device=device)`;

export const kindLines: Record<TaskKind, KindLines> = {
  'single-label': {
    label: (run) => `str(${cell(columnsOf(run).label)}).strip()`,
    labels: 'labels = sorted({row[-1] for row in train})',
    outputs: 'len(labels)',
    targets: [tensor('[labels.index(name) for name in names]')],
    loss: 'torch.nn.functional.cross_entropy(logits(enc), classes)',
    summed: 'torch.nn.functional.cross_entropy(logits(enc), classes, reduction="sum")',
    count: 'len(classes)',
    score: [
      'right = sum((logits(enc).argmax(-1) == classes).sum().item() for enc, classes in test_batches)',
      'accuracy = right / len(test)',
    ],
    measure: 'accuracy',
  },
  'multi-label': {
    label: (run) => {
      const classes = classesOf(run);
      return classes
        ? `[name for name in ${pythonLiteral([...classes])} if str(row[name]).strip().lower() not in ("", "0", "false")]`
        : listed(columnsOf(run).label);
    },
    labels: named,
    outputs: 'len(labels)',
    targets: [tensor('[[float(label in of_row) for label in labels] for of_row in names]')],
    loss: 'torch.nn.functional.binary_cross_entropy_with_logits(logits(enc), classes)',
    summed:
      'torch.nn.functional.binary_cross_entropy_with_logits(logits(enc), classes, reduction="none").mean(-1).sum()',
    count: 'len(classes)',
    score: [
      'given, there = (torch.cat(part) for part in zip(*[(logits(enc) > 0, classes > 0) for enc, classes in test_batches]))',
      'micro_f1 = 2 * (given & there).sum().item() / max(1, (given.sum() + there.sum()).item())',
    ],
    measure: 'micro_f1',
  },
  regression: {
    label: (run) => `float(${cell(columnsOf(run).label)})`,
    labels: '',
    outputs: '1',
    targets: [tensor('[[number] for number in names]')],
    loss: 'torch.nn.functional.mse_loss(logits(enc), classes)',
    summed: 'torch.nn.functional.mse_loss(logits(enc), classes, reduction="sum")',
    count: 'len(classes)',
    score: [
      'said, true = (torch.cat(part).flatten() for part in zip(*[(logits(enc), classes) for enc, classes in test_batches]))',
      'pearson = torch.corrcoef(torch.stack([said, true]))[0, 1].item()',
    ],
    measure: 'pearson',
  },
  token: {
    label: (run) => listed(columnsOf(run).label),
    labels: named,
    outputs: 'len(labels)',
    targets: [
      '    # The first piece of a word has its tag; nothing is compared with the others.',
      '    words = [enc.word_ids(at) for at in range(len(rows))]',
      '    tags = [[labels.index(of_row[word]) if word is not None and word not in of_tokens[:at] else -100',
      '             for at, word in enumerate(of_tokens)] for of_row, of_tokens in zip(names, words)]',
      tensor('tags'),
    ],
    loss: 'torch.nn.functional.cross_entropy(logits(enc).flatten(0, 1), classes.flatten())',
    summed: 'torch.nn.functional.cross_entropy(logits(enc).flatten(0, 1), classes.flatten(), reduction="sum")',
    count: '(classes != -100).sum().item()',
    score: [
      'right = torch.cat([(logits(enc).argmax(-1) == classes)[classes != -100] for enc, classes in test_batches])',
      'accuracy = right.float().mean().item()  # of words',
    ],
    measure: 'accuracy',
  },
};

/** How a file is read: the imports, what opens its rows, and the function that `label` reads lists with. */
export interface FileLines {
  imports: readonly string[];
  /** Lines that define what `rows` needs. */
  define: readonly string[];
  /** The rows of an open `file`, as an expression. */
  rows: string;
}

type Layout = { format?: string | undefined; delimiter?: string | undefined } | undefined;

const conllLines = ({ text, label }: { text: string; label: string }) => [
  'def sentences(file):  # a word and its tag a line, an empty line behind each sentence',
  '    words, tags = [], []',
  '    for line in [*file, ""]:',
  '        cells = line.split("\\t") if "\\t" in line else line.split()',
  '        if not line.strip():',
  '            if words:',
  `                yield {${pythonLiteral(text)}: words, ${pythonLiteral(label)}: tags}`,
  '            words, tags = [], []',
  '        elif not line.startswith(("# ", "-DOCSTART-")):',
  '            # CoNLL-U counts its words; the parts of a contraction stand on lines of their own.',
  '            numbered = len(cells) == 10',
  '            if not numbered or cells[0].isdigit():',
  '                words.append(cells[1 if numbered else 0].strip())',
  '                tags.append(cells[3 if numbered else -1].strip())',
  '',
];

/** Lists stand in JSON as they are, and in a cell as JSON, or with a separator between their names. */
function listedLines(kind: TaskKind, separator: string | undefined): string[] {
  const split =
    kind === 'token'
      ? 'cell.split()'
      : `[name.strip() for name in cell.split(${pythonLiteral(separator ?? ';')}) if name.strip()]`;
  return [
    'def listed(cell):',
    '    if isinstance(cell, list):',
    '        return cell',
    `    return json.loads(cell) if cell.startswith("[") else ${split}`,
    '',
  ];
}

/** @param path of the training rows */
export function fileLines(run: Run, path: string): FileLines {
  const kind = kindOf(run);
  const layout: Layout = 'layout' in run.data ? run.data.layout : undefined;
  const format = layout?.format ?? /\.(\w+)$/.exec(path.replace(/\.gz$/, ''))?.[1]?.toLowerCase();
  const separator = 'separator' in run.data ? run.data.separator : undefined;
  const lists = kind === 'token' || (kind === 'multi-label' && !classesOf(run));
  const define = lists ? listedLines(kind, separator) : [];
  if (kind === 'token' && /^(conll|conllu|bio|iob2?)$/.test(format ?? ''))
    return { imports: ['import json'], define: [...define, ...conllLines(columnsOf(run))], rows: 'sentences(file)' };
  if (format === 'jsonl' || format === 'ndjson')
    return { imports: ['import json'], define, rows: 'map(json.loads, file)' };
  if (format === 'json') return { imports: ['import json'], define, rows: 'json.load(file)' };
  const delimiter = layout?.delimiter ?? (format === 'tsv' ? '\t' : ',');
  const told = delimiter === ',' ? '' : `, delimiter=${pythonLiteral(delimiter)}`;
  return {
    imports: ['import csv', ...(lists ? ['import json'] : [])],
    define,
    rows: `csv.DictReader(file${told})`,
  };
}
