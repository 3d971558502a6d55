import { useTranslation } from 'react-i18next';
import { type MethodType, methodTypes } from '../../model/methods.ts';
import { differences } from '../../store/naming.ts';
import type { Run } from '../../training/run.ts';
import { useTaskTitle } from '../use-task-title.ts';

/** Settings by their path in the run file, and the text that names them on the page. */
const labels = {
  model: 'encoder.name',
  pooling: 'method.pooling',
  'data.task': 'task.label',
  'data.train': 'runs.file',
  'data.test': 'runs.testFile',
  'data.testShare': 'runs.testShare',
  'data.limit': 'task.trainRows',
  'data.testLimit': 'task.testRows',
  'method.type': 'method.label',
  'method.bottleneck': 'method.bottleneck',
  'method.activation': 'method.activation',
  'method.dropout': 'method.dropout',
  'method.scaling': 'method.scaling',
  'method.without': 'method.without',
  'method.rank': 'method.rank',
  'method.alpha': 'method.alpha',
  'training.learningRate': 'training.learningRate',
  'training.epochs': 'training.epochs',
  'training.batchSize': 'training.batchSize',
  'training.microBatches': 'training.microBatches',
  'training.maxLength': 'training.maxLength',
  'training.schedule': 'training.schedule',
  'training.warmup': 'training.warmup',
  'training.weightDecay': 'training.weightDecay',
  'training.seed': 'training.seed',
} as const;
type Known = keyof typeof labels;

/** Differences named before the rest is only counted. */
const mostNamed = 3;

const isMethodType = (value: string): value is MethodType => methodTypes.some((type) => type === value);

/** A setting's value as the page calls it where it is chosen. */
function useValueName(): (path: string, value: string) => string {
  const titleOf = useTaskTitle();
  const { t } = useTranslation();
  return (path, value) => {
    if (value === '') return t('runs.none');
    if (path === 'data.task') return titleOf(value);
    return path === 'method.type' && isMethodType(value) ? t(`method.names.${value}`) : value;
  };
}

/** In words, what a run has different from another. */
export function DifferenceText({ before, after }: { before: Run; after: Run }) {
  const nameOf = useValueName();
  const { t } = useTranslation();
  const list = differences(before, after);
  if (list.length === 0) return <>{t('runs.same')}</>;
  const other = before.method.type !== after.method.type;
  // Another method has other knobs: naming the method says it.
  const worth = list.filter(({ path }) => !other || path === 'method.type' || !path.startsWith('method.'));
  const named = worth.slice(0, mostNamed).map(({ path, before: was, after: is }) => {
    // A setting without a control of its own goes by its name in the run file.
    const label = path in labels ? t(labels[path as Known]) : path;
    return t('runs.difference', { label, before: nameOf(path, was), after: nameOf(path, is) });
  });
  const rest = worth.length - named.length;
  return <>{[...named, ...(rest > 0 ? [t('runs.more', { amount: rest })] : [])].join(t('runs.separator'))}</>;
}
