import { Button, Group, Modal, NumberInput, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { checkRows, majorityAccuracy } from '../../../data/checks.ts';
import { toCsv } from '../../../data/edit.ts';
import { openImport } from '../../../store/data-import.ts';
import { changeTestShare, setTestRows, undoRows } from '../../../store/own-data.ts';
import { isOwn, type OwnData, ownStore, splitOf, testShareOf } from '../../../store/own-rows.ts';
import { formatCount, formatShare } from '../../format.ts';
import { saveFile } from '../../save-file.ts';
import { useLocked } from '../../use-locked.ts';
import { usePage } from '../../use-page.ts';
import { TokenChecks } from '../models/TokenChecks.tsx';
import { ChecksList } from './ChecksList.tsx';
import { ImportDialog } from './ImportDialog.tsx';
import { RowsTable } from './RowsTable.tsx';

/** The way to one's own rows, and to what is in them. */
export function OwnDataControls() {
  const data = useStore(ownStore, (state) => state.data);
  const chosen = usePage(({ run }) => isOwn(run));
  const [opened, setOpened] = useState(false);
  const locked = useLocked();
  const { t } = useTranslation();
  return (
    <Group gap="xs" mt="xs">
      <Button size="xs" variant="light" disabled={locked} onClick={() => openImport('rows')}>
        {t('own.use')}
      </Button>
      {data && chosen && (
        <>
          <Button size="xs" variant="light" onClick={() => setOpened(true)}>
            {t('own.rows')}
          </Button>
          <Modal
            opened={opened}
            onClose={() => setOpened(false)}
            size="xl"
            title={t('own.title', { name: data.name })}
            closeButtonProps={{ 'aria-label': t('close') }}
          >
            <OwnRows data={data} />
          </Modal>
        </>
      )}
      <ImportDialog />
    </Group>
  );
}

function OwnRows({ data }: { data: OwnData }) {
  const run = usePage((state) => state.run);
  const { t } = useTranslation();
  const split = useMemo(() => splitOf(data, run), [data, run]);
  const findings = useMemo(() => checkRows(split), [split]);
  return (
    <>
      <Text size="sm">
        {t('own.summary', {
          train: t('own.trainRows', { count: split.train.length, amount: formatCount(split.train.length) }),
          test: t('own.testRows', { count: split.test.length, amount: formatCount(split.test.length) }),
        })}
      </Text>
      <Text size="xs">{t('own.majority', { share: formatShare(majorityAccuracy(split)) })}</Text>
      <SplitControls data={data} />
      <ChecksList findings={findings} />
      <TokenChecks />
      <RowsTable data={data} />
    </>
  );
}

function SplitControls({ data }: { data: OwnData }) {
  const share = usePage(({ run }) => testShareOf(run));
  const undoable = useStore(ownStore, ({ past }) => past.length > 0);
  const locked = useLocked();
  const { t } = useTranslation();
  return (
    <Group gap="xs" my="xs" align="end">
      {!data.test && (
        <NumberInput
          size="xs"
          label={t('own.split')}
          disabled={locked}
          min={1}
          max={90}
          value={Math.round(100 * share)}
          onChange={(percent) => {
            if (typeof percent === 'number' && percent >= 1 && percent <= 90) changeTestShare(percent / 100);
          }}
        />
      )}
      <Button size="xs" variant="default" disabled={locked} onClick={() => openImport('test')}>
        {t('own.testFile')}
      </Button>
      {data.test && (
        <Button size="xs" variant="default" disabled={locked} onClick={() => setTestRows(null)}>
          {t('own.testCut')}
        </Button>
      )}
      <Button size="xs" variant="default" disabled={locked || !undoable} onClick={undoRows}>
        {t('own.undo')}
      </Button>
      <Button size="xs" variant="default" onClick={() => saveFile('rows.csv', toCsv(data.rows), 'text/csv')}>
        {t('own.download')}
      </Button>
    </Group>
  );
}
