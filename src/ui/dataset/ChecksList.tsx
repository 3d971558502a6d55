import { Button, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { CheckName, Finding } from '../../data/checks/checks.ts';
import { fixesOfAll, fixOrder } from '../../data/checks/fix-all.ts';
import { labelOf } from '../../data/rows/row-labels.ts';
import type { Texts } from '../../data/rows/texts.ts';
import type { TaskKind } from '../../model/task-kind.ts';
import { fixRows } from '../../store/dataset/fix.ts';
import { datasetStore } from '../../store/dataset/state.ts';
import { formatTexts } from '../format.ts';
import { useLocked } from '../use-locked.ts';
import classes from './ChecksList.module.css';

type FixName = Exclude<
  CheckName,
  'imbalance' | 'one-class' | 'one-number' | 'too-many-classes' | 'cut-off' | 'unknown-tokens'
>;

/** Characters shown of an example. */
const maxCharacters = 100;

interface ChecksListProps {
  /** Null: the rows have not been checked yet. */
  findings: readonly Finding[] | null;
  /** Whether they are of rows that have changed since. */
  stale: boolean;
  /** What the rows are labelled with; absent: one class. */
  kind?: TaskKind | undefined;
}

/** Faults of the rows, with examples and a way to put each right. */
export function ChecksList({ findings, stale, kind = 'single-label' }: ChecksListProps) {
  const fixAll = fixesOfAll[kind];
  const mending = useStore(datasetStore, (state) => state.mending);
  const columns = useStore(datasetStore, ({ data }) => data?.columns);
  const locked = useLocked('task');
  const { t } = useTranslation();
  /** The column of a pair's text that is missing, by its name in the file. */
  const emptyColumn = ({ text }: Texts) =>
    text.trim() === '' ? (columns?.text ?? t('dataset.import.text')) : (columns?.second ?? t('dataset.import.second'));
  const fixes = fixOrder.filter((name) => findings?.some(({ check, fix }) => check === name && fix));
  return (
    <section aria-labelledby="checks-title" aria-busy={stale}>
      <Title order={3} size="sm" id="checks-title">
        {t('dataset.checks.title')}
      </Title>
      {findings === null && (
        <Text size="sm" c="dimmed">
          {t('dataset.checks.looking')}
        </Text>
      )}
      {findings?.length === 0 && <Text size="sm">{t('dataset.checks.none')}</Text>}
      {fixes.length > 1 && (
        <>
          <Button
            size="xs"
            my="xs"
            loading={mending === fixAll}
            disabled={locked || stale || mending !== null}
            onClick={() => fixRows(fixAll)}
          >
            {t('dataset.checks.fixAll')}
          </Button>
          <Text size="xs" mb="xs">
            {t('dataset.checks.order', {
              order: fixes
                .map((name, i) => `${i + 1} ${t(`dataset.checks.fixes.${name}`)}`)
                .join(t('dataset.checks.between')),
            })}
          </Text>
        </>
      )}
      {findings?.map(({ check, severity, count, labels = [], examples, fix }) => (
        <div key={check} className={classes.check}>
          <Text size="sm" fw={severity === 'note' ? 400 : 600} c={severity === 'error' ? 'red' : 'inherit'}>
            {check === 'one-number' ? t('kinds.oneNumber') : t(`dataset.checks.names.${check}`, { count })}
            {labels.length > 0 && ` (${labels.slice(0, 5).join(', ')})`}
          </Text>
          {examples.slice(0, 3).map(({ part, row }) => (
            <Text key={`${part}${row.line}${formatTexts(row)}`} size="xs" c="dimmed">
              {row.line > 0 ? `${row.line}: ` : ''}
              {check === 'half-empty' && `${emptyColumn(row)}: `}
              {formatTexts(row).slice(0, maxCharacters)} → {labelOf(kind, row)}
            </Text>
          ))}
          {fix && (
            <Button
              size="compact-xs"
              variant="light"
              loading={mending === fix}
              disabled={locked || stale || mending !== null}
              onClick={() => fixRows(fix)}
            >
              {t('dataset.checks.fix', { name: t(`dataset.checks.fixes.${check as FixName}`) })}
            </Button>
          )}
        </div>
      ))}
    </section>
  );
}
