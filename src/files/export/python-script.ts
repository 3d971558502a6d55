import { pairMark } from '../../data/rows/texts.ts';
import { rowsAtOnce } from '../../engine/micro-batches.ts';
import type { EncoderConfig } from '../../model/encoder-config.ts';
import { hasAdapterHeads } from '../../model/encoder-family.ts';
import { hasValidation, isPair, kindOf, type Run } from '../../training/run.ts';
import { testShareField } from '../../training/run-fields.ts';
import { encoderSource } from '../encoder-source.ts';
import { adapterHubConfig } from './adapterhub-config.ts';
import { headWords } from './heads.ts';
import { oneLine, plainMarkdown } from './plain-text.ts';
import {
  adapterImports,
  adapterModelLines,
  baseLine,
  configCall,
  configClasses,
  fromBase,
  poolingLines,
  pythonLiteral,
  roundingLines,
  tokenizerOptions,
} from './python-code.ts';
import { columnsOf, fileLines, kindLines } from './python-kinds.ts';
import { moduleName } from './trained.ts';

/** A run as a short Python script on `adapters` and transformers, or as a notebook of the same cells. */

interface Cell {
  title: string;
  code: string[];
}

/** Names that transformers gives the schedules. */
const schedules = { linear: 'linear', cosine: 'cosine', constant: 'constant_with_warmup' } as const;

function setUp(run: Run, encoder: EncoderConfig): Cell {
  const config = adapterHubConfig(run.method, encoder);
  const { plain, imports } = source(run);
  return {
    title: `Needs: pip install ${config ? 'adapters==1.3.0' : 'torch transformers==4.57.6'}${imports.length > 0 ? ' datasets' : ''}`,
    code: [
      ...plain,
      'import random',
      '',
      'import torch',
      ...imports,
      ...(config
        ? adapterImports(encoder, configClasses(config), ['AutoTokenizer', 'get_scheduler'])
        : ['from transformers import AutoModel, AutoTokenizer, get_scheduler']),
      '',
      baseLine(encoderSource(run.model)),
      'device = "cuda" if torch.cuda.is_available() else "cpu"',
      `torch.manual_seed(${run.training.seed})`,
    ],
  };
}

/** Source of the rows: the imports and lines that define `read`, and its arguments for each part. */
function source(run: Run): {
  /** Imports of Python's own modules, and others. */
  plain: readonly string[];
  imports: string[];
  read: string[];
  train: string;
  validation: string | undefined;
  test: string | undefined;
} {
  const { data: rows } = run;
  const validation = 'validation' in rows ? rows.validation : undefined;
  const { text, second } = columnsOf(run);
  const kind = kindOf(run);
  const cell = (column: string) =>
    kind === 'token' ? `listed(row[${pythonLiteral(column)}])` : `row[${pythonLiteral(column)}]`;
  const texts =
    second === undefined
      ? cell(text)
      : `${cell(text)}${isPair(run) ? ', ' : ` + ${JSON.stringify(pairMark)} + `}${cell(second)}`;
  const pairs = `(${texts}, ${kindLines[kind].label(run)})`;
  if ('hub' in rows) {
    const [name, revision] = rows.hub.split('@');
    const of = [name, ...(rows.subset === undefined ? [] : [rows.subset])].map(pythonLiteral).join(', ');
    const at = revision === undefined ? '' : `, revision=${pythonLiteral(revision)}`;
    const read = ['def read(split):', `    return [${pairs} for row in load_dataset(${of}, split=split${at})]`];
    const imports = ['from datasets import load_dataset'];
    return { plain: [], imports, read, train: rows.train, validation, test: rows.test };
  }
  const files = 'task' in rows ? { train: 'train.csv', test: 'test.csv' } : rows;
  const file = fileLines(run, files.train);
  const read = [
    ...file.define,
    'def read(path):',
    '    with open(path, newline="", encoding="utf-8-sig") as file:',
    `        return [${pairs} for row in ${file.rows}]`,
  ];
  return { plain: file.imports, imports: [], read, train: files.train, validation, test: files.test };
}

/** The validation rows: of a source of their own, or a share of each class's training rows. */
function validationRows(run: Run, named: string | undefined): string[] {
  const { data: rows, training } = run;
  if (named !== undefined) return [`validation = read(${pythonLiteral(named)})`];
  const share = rows.validationShare;
  if (share === undefined) return [];
  if (kindOf(run) !== 'single-label')
    return [
      `random.Random(${training.seed}).shuffle(train)`,
      `validation = [train.pop() for _ in range(round(${share} * len(train)))]`,
    ];
  return [
    `random.Random(${training.seed}).shuffle(train)`,
    'of_class = [[row for row in train if row[-1] == label] for label in labels]',
    `cuts = [min(round(${share} * len(rows)), len(rows) - 1) for rows in of_class]  # at least one row of a class trains`,
    'validation = [row for rows, cut in zip(of_class, cuts) for row in rows[: max(0, cut)]]',
    'train = [row for rows, cut in zip(of_class, cuts) for row in rows[max(0, cut) :]]',
  ];
}

function data(run: Run): Cell {
  const { training, data: rows } = run;
  const { read, train, validation, test } = source(run);
  const { labels } = kindLines[kindOf(run)];
  const share = ('testShare' in rows ? rows.testShare : undefined) ?? testShareField.default;
  const split =
    test === undefined
      ? [
          `train = read(${pythonLiteral(train)})`,
          `random.Random(${training.seed}).shuffle(train)`,
          `test = [train.pop() for _ in range(round(${share} * len(train)))]`,
        ]
      : [`train, test = read(${pythonLiteral(train)}), read(${pythonLiteral(test)})`];
  return {
    title: labels === '' ? 'The rows' : 'The rows, and the classes in the order of their names',
    code: [
      ...read,
      '',
      ...split,
      ...(labels === '' ? [] : [labels]),
      ...(rows.limit === undefined
        ? []
        : [`train = random.Random(${training.seed}).sample(train, min(${rows.limit}, len(train)))`]),
      ...validationRows(run, validation),
      ...(rows.testLimit === undefined ? [] : [`test = test[:${rows.testLimit}]`]),
    ],
  };
}

/** Trained without dropout of the encoder's or the head's own; some configurations have names of their own for it. */
const withoutDropout = ({ family }: EncoderConfig): string =>
  family === 'distilbert'
    ? ', dropout=0.0, attention_dropout=0.0, seq_classif_dropout=0.0'
    : family === 'modernbert'
      ? ', embedding_dropout=0.0, attention_dropout=0.0, mlp_dropout=0.0'
      : ', hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, classifier_dropout=0.0';

function model(run: Run, encoder: EncoderConfig): Cell {
  const config = adapterHubConfig(run.method, encoder);
  const { outputs, labels } = kindLines[kindOf(run)];
  const [ofClasses, ofWords] = [labels !== '', kindOf(run) === 'token'];
  const start = [`tokenizer = ${fromBase('AutoTokenizer', run)}`];
  const withAdapter = config
    ? [
        ...start,
        `name = ${pythonLiteral(moduleName(run.name))}`,
        ...adapterModelLines(run, encoder, withoutDropout(encoder)),
        ...roundingLines(run),
        `model.add_adapter(name, config=${configCall(config)})`,
      ]
    : null;
  const trainAdapter = ['model.train_adapter(name)  # freezes everything else', 'model.to(device)'];
  if (withAdapter && hasAdapterHeads(encoder.family))
    return {
      title: `The frozen encoder with its adapter (${run.method.type}) and a linear head`,
      code: [
        ...withAdapter,
        ...headWords[kindOf(run)]
          .call(outputs, ofClasses ? `,\n${' '.repeat(20)}id2label=dict(enumerate(labels))` : '')
          .split('\n'),
        ...trainAdapter,
        'trained = [p for p in model.parameters() if p.requires_grad]',
        '',
        'def logits(enc):',
        ...(run.pooling === 'cls' || ofWords
          ? ['    return model(**enc).logits']
          : [
              '    states = model.base_model(**enc).last_hidden_state',
              ...poolingLines(run, '    '),
              '    return model.heads[name]((states,), cls_output=pooled)[0]',
            ]),
      ],
    };
  const bareHead = `head = torch.nn.Linear(model.config.hidden_size, ${outputs}).to(device)`;
  const logits = [
    'trained = [p for p in [*model.parameters(), *head.parameters()] if p.requires_grad]',
    '',
    'def logits(enc):',
    '    states = model(**enc).last_hidden_state',
    ...(ofWords ? ['    return head(states)'] : [...poolingLines(run, '    '), '    return head(pooled)']),
  ];
  if (withAdapter)
    return {
      title: `The frozen encoder with its adapter (${run.method.type}) and a linear head, which the library has none for`,
      code: [...withAdapter, ...trainAdapter, bareHead, ...logits],
    };
  const trains = {
    full: '"pooler" not in key',
    bitfit: 'key.endswith(".bias") and "pooler" not in key',
    'head-only': 'False',
  }[run.method.type as 'full' | 'bitfit' | 'head-only'];
  return {
    title: `The encoder (${run.method.type}) and a linear head`,
    code: [
      ...start,
      `model = ${fromBase('AutoModel', run, withoutDropout(encoder))}.float().to(device)`,
      ...roundingLines(run),
      bareHead,
      'for key, parameter in model.named_parameters():',
      `    parameter.requires_grad = ${trains}`,
      ...logits,
    ],
  };
}

/** Lines that score the test rows, at the end of an epoch or of the run. */
const scored = (run: Run): string[] => [
  'model.eval()',
  'with torch.no_grad():',
  ...kindLines[kindOf(run)].score.map((line) => `    ${line}`),
];

const indented = (lines: readonly string[]): string[] => lines.map((line) => `    ${line}`);

/** Lines for the end of each epoch, and after the last. */
function epochEnd(run: Run, lossOf: string): string[] {
  const { choose, patience } = run.training;
  const { summed, count, measure } = kindLines[kindOf(run)];
  const told = `test ${measure.replace('_', '-')} {${measure}:.4f}`;
  if (!hasValidation(run))
    return [...indented(scored(run)), `    print(f"epoch {epoch + 1}: loss {${lossOf}:.4f}, ${told}")`];
  const keeps = choose === 'best-epoch';
  const counts = keeps || patience !== undefined;
  return [
    '    model.eval()',
    '    with torch.no_grad():',
    `        losses = [(${summed}.item(), ${count})`,
    '                  for enc, classes in validation_batches]',
    '    validation_loss = sum(loss for loss, _ in losses) / sum(count for _, count in losses)',
    `    print(f"epoch {epoch + 1}: loss {${lossOf}:.4f}, validation loss {validation_loss:.4f}")`,
    ...(counts
      ? [
          '    if validation_loss < best_loss:',
          '        best_loss, best_epoch = validation_loss, epoch',
          ...(keeps ? ['        kept = [p.detach().clone() for p in trained]'] : []),
        ]
      : []),
    ...(patience === undefined ? [] : [`    if epoch - best_epoch >= ${patience}:`, '        break']),
    '',
    ...(keeps ? ['with torch.no_grad():', '    for p, best in zip(trained, kept):', '        p.copy_(best)'] : []),
    ...scored(run),
    `print(f"${told}")`,
  ];
}

function training(run: Run, encoder: EncoderConfig): Cell {
  const { training: t } = run;
  const kind = kindOf(run);
  const { targets, loss, summed, count } = kindLines[kind];
  const validates = hasValidation(run);
  const atOnce = rowsAtOnce(t);
  const pieces = atOnce < t.batchSize;
  const clip = t.clip === null ? [] : [`        torch.nn.utils.clip_grad_norm_(trained, ${t.clip})`];
  return {
    title: 'Training: AdamW, weight decay on matrices only',
    code: [
      'def collate(rows):',
      ...(isPair(run)
        ? [
            '    firsts, seconds, names = (list(column) for column in zip(*rows))',
            '    enc = tokenizer(firsts, seconds,',
          ]
        : [
            '    texts, names = (list(column) for column in zip(*rows))',
            `    enc = tokenizer(texts,${kind === 'token' ? ' is_split_into_words=True,' : ''}`,
          ]),
      ...tokenizerOptions(run, encoder).map((line) => `                    ${line}`),
      '    enc = enc.to(device)',
      ...targets,
      '',
      ...(pieces
        ? [
            `def pieces(rows):  # ${t.microBatches} to a batch, computed one after another: their gradients add up`,
            `    return [collate(rows[i : i + ${atOnce}]) for i in range(0, len(rows), ${atOnce})]`,
            '',
          ]
        : []),
      `batches = torch.utils.data.DataLoader(train, batch_size=${t.batchSize}, shuffle=True, collate_fn=${pieces ? 'pieces' : 'collate'})`,
      ...(validates
        ? [`validation_batches = torch.utils.data.DataLoader(validation, batch_size=${atOnce}, collate_fn=collate)`]
        : []),
      `test_batches = torch.utils.data.DataLoader(test, batch_size=${atOnce}, collate_fn=collate)`,
      `epochs, steps = ${t.epochs}, ${t.epochs} * len(batches)`,
      'optimizer = torch.optim.AdamW([',
      `    {"params": [p for p in trained if p.ndim >= 2], "weight_decay": ${t.weightDecay}},`,
      '    {"params": [p for p in trained if p.ndim < 2], "weight_decay": 0.0},',
      `], lr=${t.learningRate})`,
      `scheduler = get_scheduler("${schedules[t.schedule]}", optimizer, round(${t.warmup} * steps), steps)`,
      ...(validates && (t.choose === 'best-epoch' || t.patience !== undefined)
        ? ['best_loss, best_epoch = float("inf"), 0']
        : []),
      '',
      'for epoch in range(epochs):',
      '    model.train()',
      ...(pieces
        ? [
            '    for batch in batches:',
            `        total = sum(${count} for _, classes in batch)`,
            '        loss = 0.0',
            '        for enc, classes in batch:',
            `            part = ${summed} / total`,
            '            part.backward()',
            '            loss += part.item()',
          ]
        : ['    for enc, classes in batches:', `        loss = ${loss}`, '        loss.backward()']),
      ...clip,
      '        optimizer.step()',
      '        scheduler.step()',
      '        optimizer.zero_grad()',
      ...epochEnd(run, pieces ? 'loss' : 'loss.item()'),
    ],
  };
}

function saving(run: Run, encoder: EncoderConfig): Cell {
  const adapter = adapterHubConfig(run.method, encoder) !== null;
  const code = adapter
    ? hasAdapterHeads(encoder.family)
      ? ['model.save_adapter("adapter", name, with_head=True, use_safetensors=True)']
      : ['model.save_adapter("adapter", name, use_safetensors=True)', 'torch.save(head.state_dict(), "head.pt")']
    : [
        'state = {key: p for key, p in model.named_parameters() if p.requires_grad}',
        'torch.save({"encoder": state, "head": head.state_dict()}, "trained.pt")',
      ];
  return { title: 'What was trained', code };
}

function cells(run: Run, encoder: EncoderConfig): Cell[] {
  return [setUp(run, encoder), data(run), model(run, encoder), training(run, encoder), saving(run, encoder)];
}

const titleOf = ({ name, method, model: base }: Run) => oneLine(`${name}: ${method.type} on ${base}`);

/** The run as a script. */
export function pythonScript(run: Run, encoder: EncoderConfig): string {
  const body = cells(run, encoder).map(({ title, code }) => `# ${title}\n${code.join('\n')}\n`);
  return `# ${titleOf(run)}\n\n${body.join('\n')}`;
}

/** The run as a Jupyter notebook, in nbformat 4.5. */
export function pythonNotebook(run: Run, encoder: EncoderConfig): string {
  const source = (lines: string[]) => lines.map((line, i) => (i + 1 < lines.length ? `${line}\n` : line));
  const markdown = (id: string, line: string) => ({ cell_type: 'markdown', id, metadata: {}, source: [line] });
  const list = cells(run, encoder).flatMap(({ title, code }, i) => [
    markdown(`title-${i}`, `## ${title}`),
    { cell_type: 'code', id: `code-${i}`, metadata: {}, execution_count: null, outputs: [], source: source(code) },
  ]);
  const notebook = {
    cells: [markdown('title', `# ${plainMarkdown(titleOf(run))}`), ...list],
    metadata: { kernelspec: { display_name: 'Python 3', language: 'python', name: 'python3' } },
    nbformat: 4,
    nbformat_minor: 5,
  };
  return `${JSON.stringify(notebook, null, 1)}\n`;
}
