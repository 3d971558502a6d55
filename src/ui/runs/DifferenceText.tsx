import { useTranslation } from 'react-i18next';
import { differences } from '../../store/runs/naming.ts';
import type { Run } from '../../training/run.ts';
import { settingName, settingValue } from './run-words.ts';

/** Differences named before the rest is only counted. */
const maxNamed = 3;

/** The differences of a run from another, in words. */
export function DifferenceText({ before, after }: { before: Run; after: Run }) {
  const { t } = useTranslation();
  const list = differences(before, after);
  if (list.length === 0) return <>{t('runs.same')}</>;
  const other = before.method.type !== after.method.type;
  // Another method has other knobs: naming the method says it.
  const worth = list.filter(({ path }) => !other || path === 'method.type' || !path.startsWith('method.'));
  const named = worth.slice(0, maxNamed).map(({ path, before: was, after: is }) =>
    t('runs.difference', {
      label: settingName(t, path),
      before: settingValue(t, path, was),
      after: settingValue(t, path, is),
    }),
  );
  const rest = worth.length - named.length;
  return <>{[...named, ...(rest > 0 ? [t('runs.more', { amount: rest })] : [])].join(t('runs.separator'))}</>;
}
