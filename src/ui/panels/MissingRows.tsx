import { Alert, Button, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useSay } from '../../i18n/say.ts';
import { openImport } from '../../store/data-import.ts';
import { linkStore } from '../../store/link.ts';
import {
  dismissDifferences,
  linkedRowsStore,
  type RowDifference,
  takeBuiltInTask,
  takeLinkedRows,
  takeRowsHere,
} from '../../store/linked-rows.ts';
import { ownStore } from '../../store/own-rows.ts';
import { formatCount } from '../format.ts';
import { usePage } from '../use-page.ts';
import { ImportDialog } from './data/ImportDialog.tsx';

/** The run names rows that are not here: a person is asked for them, and told where others came. */
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
  const own = useStore(ownStore, ({ data }) => data?.name);
  const problem = useStore(linkedRowsStore, (state) => state.problem);
  const say = useSay();
  const { t } = useTranslation();
  if (name === null) return null;
  const sentences = [
    facts ? t('linked.needsRows', { name, rows: formatCount(facts.rows) }) : t('linked.needs', { name }),
    ...(facts?.test ? [t('linked.needsTest', { test: formatCount(facts.test) })] : []),
    ...(facts?.columns ? [t('linked.columns', facts.columns)] : []),
    ...(own === name ? [t('linked.others')] : []),
    ...(packed && !problem ? [t('linked.brought'), ...(own ? [t('linked.makeWay', { name: own })] : [])] : []),
  ];
  return (
    <Alert color="blue" title={t('linked.title')} data-testid="missing-rows">
      <Text size="sm">{sentences.join(' ')}</Text>
      {problem && <Text size="sm">{say(problem)}</Text>}
      <Group mt="xs" gap="xs">
        {packed && !problem && (
          <Button size="compact-sm" onClick={() => void takeLinkedRows()}>
            {t('linked.take')}
          </Button>
        )}
        <Button size="compact-sm" variant={packed && !problem ? 'light' : 'filled'} onClick={() => openImport('rows')}>
          {t('linked.choose')}
        </Button>
        {own === name && (
          <Button size="compact-sm" variant="light" onClick={takeRowsHere}>
            {t('linked.here')}
          </Button>
        )}
        <Button size="compact-sm" variant="default" onClick={takeBuiltInTask}>
          {t('linked.instead')}
        </Button>
      </Group>
    </Alert>
  );
}

function Differences() {
  const differences = useStore(linkedRowsStore, (state) => state.differences);
  const asked = usePage((state) => state.missingRows);
  const facts = useStore(linkStore, (state) => state.facts);
  const have = useStore(ownStore, ({ data }) => data?.rows.length ?? 0);
  const { t } = useTranslation();
  if (!facts || asked !== null || !differences || differences.length === 0) return null;
  const said = (difference: RowDifference) =>
    t(`linked.differsIn.${difference === 'test' && facts.test === null ? 'noTest' : difference}`, {
      have: formatCount(have),
      want: formatCount(difference === 'test' ? (facts.test ?? 0) : facts.rows),
      ...facts.columns,
    });
  return (
    <Alert color="yellow" title={t('linked.differ')} data-testid="other-rows">
      {differences.map((difference) => (
        <Text key={difference} size="sm">
          {said(difference)}
        </Text>
      ))}
      <Text size="sm">{t('linked.differHelp')}</Text>
      <Group mt="xs" gap="xs">
        <Button size="compact-sm" variant="light" onClick={() => openImport('rows')}>
          {t('linked.another')}
        </Button>
        <Button size="compact-sm" variant="default" onClick={dismissDifferences}>
          {t('linked.goOn')}
        </Button>
      </Group>
    </Alert>
  );
}
