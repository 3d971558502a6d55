import type { TaskKind } from '../../model/task-kind.ts';
import { isPair, kindOf, type Run } from '../../training/run.ts';
import type { Carded } from './model-card.ts';
import { pythonLiteral } from './python-code.ts';
import { PythonFloat } from './python-json.ts';

/** What AdapterHub's files and the code of an export say of a head, by the kind of task. */

interface HeadWords {
  /** What the model is, in the first sentence of its card. */
  title: (classes: number, texts: string) => string;
  /** The Hub's name of the task. */
  pipeline: string;
  /** Fields of AdapterHub's head beside those that all have. */
  fields: object;
  /** The call that adds such a head to AdapterHub's model. @param names a last argument with the names of its classes */
  call: (outputs: number | string, names?: string) => string;
  /** What the code reads. */
  input: string;
  /** Lines that print what the model says. @param logits the call that asks it */
  use: (logits: string) => readonly string[];
}

const call =
  (method: string, own = ''): HeadWords['call'] =>
  (outputs, names = '') =>
    `model.${method}(name, num_labels=${outputs}, layers=1, activation_function=None${own}${names})`;
/** A tagging head takes neither of these. */
const pooled = { bias: true, use_pooler: false };

export const headWords: Record<TaskKind, HeadWords> = {
  'single-label': {
    title: (classes, texts) => `A classifier of ${texts} (${classes} classes)`,
    pipeline: 'text-classification',
    fields: { head_type: 'classification', ...pooled },
    call: call('add_classification_head'),
    input: 'texts',
    use: (logits) => [`print([labels[i] for i in ${logits}.argmax(-1)])`],
  },
  'multi-label': {
    title: (classes, texts) => `A classifier of ${texts} (${classes} classes, any number of them each)`,
    pipeline: 'text-classification',
    fields: { head_type: 'multilabel_classification', ...pooled },
    call: call('add_classification_head', ', multilabel=True'),
    input: 'texts',
    use: (logits) => [
      '# A class is given where its probability is above a half.',
      `for row in ${logits}.sigmoid():`,
      '    print([label for label, share in zip(labels, row) if share > 0.5])',
    ],
  },
  regression: {
    title: (_, texts) => `A model that gives ${texts} a number each`,
    pipeline: 'text-classification',
    // AdapterHub has no head of its own for it: one output is trained on numbers.
    fields: { head_type: 'classification', ...pooled },
    call: call('add_classification_head'),
    input: 'texts',
    use: (logits) => [`print(${logits}.flatten().tolist())`],
  },
  token: {
    title: (classes) => `A tagger of words (${classes} tags)`,
    pipeline: 'token-classification',
    fields: { head_type: 'tagging' },
    call: call('add_tagging_head'),
    input: 'sentences',
    use: () => [
      'sentences = [["Some", "words"]]',
      'enc, tokens = logits(sentences)',
      'for row, words in enumerate(sentences):',
      '    # The first piece of a word has its tag; a word that was cut off has none.',
      '    ids = enc.word_ids(row)',
      '    print([(word, labels[tokens[row, ids.index(at)].argmax()] if at in ids else None) for at, word in enumerate(words)])',
    ],
  },
};

/** What the code of an export asks a model about. */
export interface AskedWords {
  /** What it reads, in words. */
  texts: string;
  /** Names of its arguments. */
  input: string;
  /** A call of `logits`. */
  call: string;
}

export function askedWords(run: Pick<Run, 'data'>): AskedWords {
  return isPair(run)
    ? { texts: 'pairs of texts', input: 'firsts, seconds', call: 'logits(["Some text."], ["Another text."])' }
    : { texts: 'texts', input: headWords[kindOf(run)].input, call: 'logits(["Some text."])' };
}

/** Names of the outputs: of a number AdapterHub's own for a single one. */
const outputNames = (labels: readonly string[]): readonly string[] => (labels.length === 0 ? ['LABEL_0'] : labels);

/** Configuration of AdapterHub's head. */
export function headConfig({ run, labels }: Pick<Carded, 'run' | 'labels'>): object {
  const names = outputNames(labels);
  return {
    activation_function: null,
    dropout_prob: new PythonFloat(0),
    ...headWords[kindOf(run)].fields,
    label2id: Object.fromEntries(names.map((label, index) => [label, index])),
    // Must be written: the default is two.
    layers: 1,
    num_labels: names.length,
  };
}

/** The line that names the classes; none where a number is asked for. */
export const labelLines = ({ labels }: Pick<Carded, 'labels'>): string[] =>
  labels.length === 0 ? [] : [`labels = ${pythonLiteral([...labels])}`];
