import { Alert, Button, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useMessage } from '../../i18n/messages.ts';
import { openImport } from '../../store/dataset/import.ts';
import { datasetStore } from '../../store/dataset/state.ts';
import { linkStore } from '../../store/share/link.ts';
import {
  dismissDifferences,
  linkedRowsStore,
  type RowDifference,
  takeBuiltInTask,
  takeLinkedRows,
  takeRowsHere,
} from '../../store/share/rows.ts';
import { ImportDialog } from '../dataset/ImportDialog.tsx';
import { formatCount } from '../format.ts';
import { usePage } from '../use-page.ts';

/** Notice that the run names rows that are not here: a person is asked for them, and told where others came. */
export function MissingRows() {
  const hidden = useStore(linkStore, ({ hide }) => hide.includes('task'));
  return (
    <>
      <Question />
      <Differences />
      {/* Else the task's panel has it. */}
      {hidden && <ImportDialog />}
    </>
  );
}

function Question() {
  const name = usePage((state) => state.missingRows);
  const { facts, packed } = useStore(linkStore);
  const own = useStore(datasetStore, ({ data }) => data?.name);
  const problem = useStore(linkedRowsStore, (state) => state.problem);
  const say = useMessage();
  const { t } = useTranslation();
  if (name === null) return null;
  const sentences = [
    facts ? t('share.rows.needsRows', { name, rows: formatCount(facts.rows) }) : t('share.rows.needs', { name }),
    ...(facts?.test ? [t('share.rows.needsTest', { test: formatCount(facts.test) })] : []),
    ...(facts?.columns ? [t('share.rows.columns', facts.columns)] : []),
    ...(facts?.columns?.second === undefined ? [] : [t('share.rows.second', { second: facts.columns.second })]),
    ...(own === name ? [t('share.rows.others')] : []),
    ...(packed && !problem ? [t('share.rows.brought'), ...(own ? [t('share.rows.makeWay', { name: own })] : [])] : []),
  ];
  return (
    <Alert color="blue" title={t('share.rows.title')} data-testid="missing-rows">
      <Text size="sm">{sentences.join(' ')}</Text>
      {problem && <Text size="sm">{say(problem)}</Text>}
      <Group mt="xs" gap="xs">
        {packed && !problem && (
          <Button size="compact-sm" onClick={() => void takeLinkedRows()}>
            {t('share.rows.take')}
          </Button>
        )}
        <Button size="compact-sm" variant={packed && !problem ? 'light' : 'filled'} onClick={() => openImport('rows')}>
          {t('share.rows.choose')}
        </Button>
        {own === name && (
          <Button size="compact-sm" variant="light" onClick={takeRowsHere}>
            {t('share.rows.here')}
          </Button>
        )}
        <Button size="compact-sm" variant="default" onClick={takeBuiltInTask}>
          {t('share.rows.instead')}
        </Button>
      </Group>
    </Alert>
  );
}

function Differences() {
  const differences = useStore(linkedRowsStore, (state) => state.differences);
  const asked = usePage((state) => state.missingRows);
  const facts = useStore(linkStore, (state) => state.facts);
  const have = useStore(datasetStore, ({ data }) => data?.rows.length ?? 0);
  const { t } = useTranslation();
  if (!facts || asked !== null || !differences || differences.length === 0) return null;
  const msg = (difference: RowDifference) =>
    t(`share.rows.differsIn.${difference === 'test' && facts.test === null ? 'noTest' : difference}`, {
      have: formatCount(have),
      want: formatCount(difference === 'test' ? (facts.test ?? 0) : facts.rows),
      ...facts.columns,
    });
  return (
    <Alert color="yellow" title={t('share.rows.differ')} data-testid="other-rows">
      {differences.map((difference) => (
        <Text key={difference} size="sm">
          {msg(difference)}
        </Text>
      ))}
      <Text size="sm">{t('share.rows.differHelp')}</Text>
      <Group mt="xs" gap="xs">
        <Button size="compact-sm" variant="light" onClick={() => openImport('rows')}>
          {t('share.rows.another')}
        </Button>
        <Button size="compact-sm" variant="default" onClick={dismissDifferences}>
          {t('share.rows.goOn')}
        </Button>
      </Group>
    </Alert>
  );
}
