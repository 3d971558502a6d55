import { Badge, Button, Group, Modal } from '@mantine/core';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { closeRows, openRows } from '../../store/dataset/actions.ts';
import { openImport } from '../../store/dataset/import.ts';
import { faultsIn, lookThrough } from '../../store/dataset/report.ts';
import { datasetStore, isOwn, type OwnData, testShareOf } from '../../store/dataset/state.ts';
import { useLocked } from '../use-locked.ts';
import { usePage } from '../use-page.ts';
import { ImportDialog } from './ImportDialog.tsx';
import { OwnRows } from './OwnRows.tsx';
import { useWork } from './use-work.ts';

/** The way to one's own rows, and to what is in them. */
export function OwnDataControls() {
  const data = useStore(datasetStore, (state) => state.data);
  const chosen = usePage(({ run }) => isOwn(run));
  const locked = useLocked('task');
  const { t } = useTranslation();
  return (
    <Group gap="xs" mt="xs">
      <Button size="xs" variant="light" disabled={locked} onClick={() => openImport('rows')}>
        {t('dataset.own.use')}
      </Button>
      {data && chosen && <RowsControls data={data} />}
      <ImportDialog />
    </Group>
  );
}

/** The way to the rows, with the number of kinds of faults in them, and the view itself. */
function RowsControls({ data }: { data: OwnData }) {
  const opened = useStore(datasetStore, (state) => state.opened);
  const testShare = usePage(({ run }) => testShareOf(run));
  const seed = usePage(({ run }) => run.training.seed);
  const look = useCallback(() => lookThrough(data, { testShare, seed }), [data, testShare, seed]);
  const { value: report, stale } = useWork(look);
  const { t } = useTranslation();
  const faults = report ? faultsIn(report.findings) : 0;
  return (
    <>
      <Button size="xs" variant="light" onClick={openRows}>
        {t('dataset.own.rows')}
      </Button>
      {faults > 0 && (
        <Badge color="orange" variant="light">
          {t('dataset.own.faults', { count: faults })}
        </Badge>
      )}
      <Modal
        opened={opened}
        onClose={closeRows}
        size="xl"
        title={t('dataset.own.title', { name: data.name })}
        closeButtonProps={{ 'aria-label': t('page.close') }}
      >
        <OwnRows data={data} report={report} stale={stale} />
      </Modal>
    </>
  );
}
