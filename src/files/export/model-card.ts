import { familyFacts, hasAdapterHeads } from '../../model/encoder-family.ts';
import { trainingPlan } from '../../model/methods.ts';
import { countParameters } from '../../model/parameters.ts';
import { outputsOf } from '../../model/task-kind.ts';
import type { HeadRecord } from '../../training/records/records.ts';
import { isOwnBudgetBest } from '../../training/records/standing.ts';
import { isPair, kindOf } from '../../training/run.ts';
import { measured } from '../../training/scores/measures.ts';
import { encoderSource } from '../encoder-source.ts';
import { adapterHubConfig } from './adapterhub-config.ts';
import { askedWords, headWords, labelLines } from './heads.ts';
import { oneLine, plainMarkdown } from './plain-text.ts';
import {
  adapterImports,
  adapterModelLines,
  baseLine,
  configCall,
  configClasses,
  fromBase,
  poolingLines,
  roundingLines,
  tokenizerOptions,
} from './python-code.ts';
import type { Trained } from './trained.ts';

/** README.md of an export: a model card for the Hugging Face Hub with the exact code that loads the folder. */

/** Everything that a card describes: a trained run without its tensors. */
export type Carded = Omit<Trained, 'tensors'>;

const yamlText = (text: string) => JSON.stringify(text);

const dataName = ({ data }: Carded['run']): string =>
  'task' in data ? data.task : 'hub' in data ? data.hub : (data.test ?? data.train);

/** The metadata that the Hub reads; the licence is chosen by the person who publishes. */
function frontMatter({ run, scores, license }: Carded, library: string, tags: readonly string[]): string {
  const kind = kindOf(run);
  const { pipeline } = headWords[kind];
  const lines = [
    '---',
    `license: ${license ?? 'unknown'}`,
    `library_name: ${library}`,
    `pipeline_tag: ${pipeline}`,
    `base_model: ${yamlText(encoderSource(run.model).base)}`,
    'tags:',
    ...tags.map((tag) => `- ${tag}`),
  ];
  if (scores)
    lines.push(
      ...(kind === 'single-label' ? ['metrics:', '- accuracy', '- f1'] : []),
      'model-index:',
      `- name: ${yamlText(run.name)}`,
      '  results:',
      '  - task:',
      `      type: ${pipeline}`,
      '    dataset:',
      `      name: ${yamlText(dataName(run))}`,
      `      type: ${yamlText('hub' in run.data ? run.data.hub : 'text')}`,
      '    metrics:',
      ...measured(kind, scores)
        .slice(1)
        .flatMap(({ name, value }) => [
          `    - type: ${metricType(name)}`,
          ...(name === 'accuracy' ? [] : [`      name: ${name}`]),
          `      value: ${value}`,
        ]),
    );
  return [...lines, '---'].join('\n');
}

/** The Hub's name of a measure. */
const metricType = (name: string): string => (/F1/.test(name) ? 'f1' : name.toLowerCase().replaceAll(' ', '-'));

function scoreTable({ run, scores, baseline }: Carded): string {
  if (!scores) return 'The test rows had not been read yet: there are no scores.';
  const kind = kindOf(run);
  const row = (name: string, s: typeof scores) =>
    `| ${[name, ...measured(kind, s).map(({ value, share }) => (share ? `${(100 * value).toFixed(2)} %` : value.toFixed(4)))].join(' | ')} |`;
  const columns = measured(kind, scores).map(({ name }) => name);
  const frozen = (name: string, head: HeadRecord<typeof scores> | null) => (head?.test ? [row(name, head.test)] : []);
  const isOne = baseline !== null && isOwnBudgetBest(baseline);
  return [
    `| ${['on the test rows', ...columns].join(' | ')} |`,
    `| ${['---', ...columns.map(() => '---')].join(' | ')} |`,
    row('this', scores),
    ...(baseline && !isOne ? frozen('frozen encoder, head trained in the same way', baseline.sameBudget) : []),
    ...(baseline ? frozen('frozen encoder, head trained as serves it best', baseline.best) : []),
  ].join('\n');
}

function counts({ run, encoder, labels }: Carded): string {
  const { trainable, head } = countParameters(
    encoder,
    trainingPlan(run.method, encoder.layers),
    outputsOf(kindOf(run), labels.length),
  );
  return `${trainable} parameters were trained, ${head} of them in the head.`;
}

/** Text of a fenced block that no content can end early. */
function fenced(language: string, text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** Sentence on what `base` is, and where a person gets it. */
function baseWords({ run }: Carded): string {
  const { kind, base, revision } = encoderSource(run.model, '../');
  if (kind === 'hub')
    return `the encoder: its name on the Hub${revision === null ? '' : `, at revision \`${revision}\``}, or a folder of it`;
  if (kind === 'folder') return 'the folder of the encoder, which lay on the computer that it was trained on';
  return `the folder of the encoder, which comes with Bottleneck and is exported beside this one, as \`${base}\``;
}

/** Sentence on what a model of pairs must be given. */
const pairWords = ({ run, encoder }: Carded): string =>
  !isPair(run)
    ? ''
    : encoder.tokenTypes > 1
      ? ' It reads a first and a second text in one row, told apart by their `token_type_ids`: without these it answers otherwise.'
      : ' It reads a first and a second text in one row, with the separator between them.';

/** Sentence on the weights of the encoder that the adapter fits, where they are not the files' own. */
const bitsWords = ({ run }: Carded): string =>
  run.frozenBits === 32 ? '' : ` with its matrices rounded to ${run.frozenBits} bits (the code below does it)`;

const card = (
  trained: Carded,
  library: string,
  tags: readonly string[],
  requirements: string,
  code: string[],
): string =>
  [
    frontMatter(trained, library, tags),
    '',
    `# ${plainMarkdown(trained.run.name)}`,
    '',
    `${headWords[kindOf(trained.run)].title(trained.labels.length, askedWords(trained.run).texts)} on the frozen encoder \`${oneLine(trained.run.model).replaceAll('`', "'")}\`${bitsWords(trained)}, method \`${trained.run.method.type}\`, trained with Bottleneck in a browser. ${counts(trained)}`,
    '',
    scoreTable(trained),
    '',
    '## Load it',
    '',
    `\`pip install ${requirements}\`. \`base\` is ${baseWords(trained)}; \`folder\` is this folder.${pairWords(trained)}`,
    '',
    fenced('python', code.join('\n')),
    '',
    '## How it was trained',
    '',
    'The run file, `run.json`:',
    '',
    fenced('json', JSON.stringify(trained.run, null, 2)),
    '',
    ...(trained.license
      ? []
      : ['Set `license` at the top before publishing: it depends on the encoder and on the data.', '']),
  ].join('\n');

/** Lines that all snippets begin with: the encoder and the folder. */
const start = ({ run }: Carded): string[] => [baseLine(encoderSource(run.model, '../')), 'folder = "."', ''];
const encode = ({ run, encoder }: Carded): string[] => [
  ...(kindOf(run) === 'token'
    ? ['    enc = tokenizer(sentences, is_split_into_words=True,']
    : [`    enc = tokenizer(${askedWords(run).input},`]),
  ...tokenizerOptions(run, encoder).map((line) => `                    ${line}`),
];
const pooled = ({ run }: Carded): string[] => poolingLines(run, '        ');
const tokenizer = ({ run }: Carded) => `tokenizer = ${fromBase('AutoTokenizer', run)}`;
const adapterModel = ({ run, encoder }: Carded) => [...adapterModelLines(run, encoder), ...roundingLines(run)];
const headOfFile = (head: string) => ['# The head is a plain linear layer beside the adapter.', `head = ${head}`];
const bareModel = ({ run }: Carded) => [`model = ${fromBase('AutoModel', run)}.float()`, ...roundingLines(run)];
const use = ({ run }: Carded) => ['', ...headWords[kindOf(run)].use(askedWords(run).call)];
/** Line that begins the function. */
const begin = ({ run }: Carded) => `def logits(${askedWords(run).input}):`;

/** Lines after `model`, `tokenizer` and `name` are defined: AdapterHub's own heads pool [CLS] only. */
function adapterHubLogits(trained: Carded): string[] {
  if (kindOf(trained.run) === 'token')
    return [
      '',
      begin(trained),
      ...encode(trained),
      '    with torch.no_grad():',
      '        return enc, model(**enc).logits',
      ...use(trained),
    ];
  const own =
    trained.run.pooling === 'cls'
      ? ['    with torch.no_grad():', '        return model(**enc).logits']
      : [
          '    # The head was trained on the mean over tokens, which the library cannot say: model(**enc) would pool [CLS].',
          '    with torch.no_grad():',
          '        states = model.base_model(**enc).last_hidden_state',
          ...pooled(trained),
          '        return model.heads[name]((states,), cls_output=pooled)[0]',
        ];
  return ['', begin(trained), ...encode(trained), ...own, ...use(trained)];
}

/** Such lines for a bare encoder `model` and the two tensors of a linear `head`. */
const plainLogits = (trained: Carded): string[] => [
  '',
  '',
  begin(trained),
  ...encode(trained),
  '    with torch.no_grad():',
  '        states = model(**enc).last_hidden_state',
  ...(kindOf(trained.run) === 'token'
    ? ['        return enc, states @ head["weight"].T + head["bias"]']
    : [...pooled(trained), '        return pooled @ head["weight"].T + head["bias"]']),
  '',
  ...use(trained),
];

/** Lines that load the adapter, and what answers with it: the library's own head, or ours beside it. */
function adapterHubAnswer(trained: Carded): string[] {
  if (!hasAdapterHeads(trained.encoder.family))
    return [
      'model.load_adapter(folder, set_active=True, use_safetensors=True)',
      'model.eval()',
      ...headOfFile('load_file(f"{folder}/head.safetensors")'),
      ...labelLines(trained),
      ...plainLogits(trained),
    ];
  return [
    'name = model.load_adapter(folder, with_head=True, set_active=True, use_safetensors=True)',
    'model.eval()',
    ...labelLines(trained),
    '',
    ...adapterHubLogits(trained),
  ];
}

export function adapterHubCard(trained: Carded): string {
  const { encoder } = trained;
  const code = [
    'import torch',
    ...adapterImports(encoder, [], ['AutoTokenizer']),
    ...(hasAdapterHeads(encoder.family) ? [] : ['from safetensors.torch import load_file']),
    '',
    ...start(trained),
    tokenizer(trained),
    ...adapterModel(trained),
    '# Without use_safetensors=True the library looks for pytorch_adapter.bin only.',
    ...adapterHubAnswer(trained),
  ];
  const tags = ['adapter-transformers', trained.encoder.family, headWords[kindOf(trained.run)].pipeline];
  return card(trained, 'adapter-transformers', tags, 'adapters==1.3.0', code);
}

export function peftCard(trained: Carded): string {
  const code = [
    'import torch',
    'from peft import PeftModel',
    'from safetensors.torch import load_file',
    'from transformers import AutoModel, AutoTokenizer',
    '',
    ...start(trained),
    tokenizer(trained),
    ...bareModel(trained),
    'model = PeftModel.from_pretrained(model, folder).eval()',
    ...headOfFile('load_file(f"{folder}/head.safetensors")'),
    ...labelLines(trained),
    ...plainLogits(trained),
  ];
  return card(
    trained,
    'peft',
    ['lora', trained.encoder.family, headWords[kindOf(trained.run)].pipeline],
    'peft==0.21.2 transformers==4.57.6',
    code,
  );
}

/** README of `trainable.safetensors`: every trained tensor under PyTorch's name. */
export function plainCard(trained: Carded): string {
  const { run, encoder, labels } = trained;
  const config = adapterHubConfig(run.method, encoder);
  const { prefix } = familyFacts[encoder.family];
  const heads = hasAdapterHeads(encoder.family);
  const ownState = [
    `own = {key.removeprefix("${prefix}."): value for key, value in state.items() if key.startswith("${prefix}.")}`,
    'missing, unexpected = model.load_state_dict(own, strict=False)',
  ];
  const ownHead = ['head = {key: state[f"heads.golden.1.{key}"] for key in ("weight", "bias")}'];
  const load = config
    ? [
        'import torch',
        ...adapterImports(encoder, configClasses(config), ['AutoTokenizer']),
        'from safetensors.torch import load_file',
        '',
        ...start(trained),
        'name = "golden"',
        tokenizer(trained),
        ...adapterModel(trained),
        `model.add_adapter(name, config=${configCall(config)})`,
        ...(heads ? [headWords[kindOf(run)].call(outputsOf(kindOf(run), labels.length))] : []),
        'state = load_file(f"{folder}/trainable.safetensors")',
        ...(heads ? ['missing, unexpected = model.load_state_dict(state, strict=False)'] : ownState),
        'assert not unexpected, unexpected',
        'model.set_active_adapters(name)',
        'model.eval()',
        ...(heads ? [] : ownHead),
        ...labelLines(trained),
        ...(heads ? ['', ...adapterHubLogits(trained)] : plainLogits(trained)),
      ]
    : [
        'import torch',
        'from safetensors.torch import load_file',
        'from transformers import AutoModel, AutoTokenizer',
        '',
        ...start(trained),
        tokenizer(trained),
        ...bareModel(trained),
        'model.eval()',
        'state = load_file(f"{folder}/trainable.safetensors")',
        ...ownState,
        'assert not unexpected, unexpected',
        ...labelLines(trained),
        ...ownHead,
        ...plainLogits(trained),
      ];
  const requirements = config ? 'adapters==1.3.0' : 'torch transformers==4.57.6 safetensors';
  return card(trained, 'transformers', [encoder.family, headWords[kindOf(trained.run)].pipeline], requirements, load);
}
