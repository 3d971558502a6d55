import { Button, Group, NumberInput, Progress, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { doInSlices } from '../../base/work.ts';
import { conllPieces, csvPieces } from '../../data/rows/edit.ts';
import { useMessage } from '../../i18n/messages.ts';
import { changeTestShare, setTestRows, undoRows } from '../../store/dataset/actions.ts';
import { openImport } from '../../store/dataset/import.ts';
import type { RowsReport } from '../../store/dataset/report.ts';
import { datasetStore, type OwnData, testShareOf } from '../../store/dataset/state.ts';
import { testShareField } from '../../training/run-fields.ts';
import { TokenChecks } from '../encoder/TokenChecks.tsx';
import { formatCount, formatShare } from '../format.ts';
import { saveFile } from '../save-file.ts';
import { useLocked } from '../use-locked.ts';
import { usePage } from '../use-page.ts';
import { ChecksList } from './ChecksList.tsx';
import { RowsTable } from './RowsTable.tsx';

/** One's own rows: what is in them, what is wrong with them, and how they are cut in two. */
export function OwnRows({ data, report, stale }: { data: OwnData; report: RowsReport | null; stale: boolean }) {
  return (
    <>
      <RowsSummary data={data} report={report} />
      <SplitControls data={data} />
      <LeftOutText />
      <ChecksList findings={report?.findings ?? null} stale={stale} kind={data.kind} />
      <TokenChecks />
      <RowsTable data={data} />
    </>
  );
}

function RowsSummary({ data: { rows, test }, report }: { data: OwnData; report: RowsReport | null }) {
  const { t } = useTranslation();
  const all = rows.length + (test?.length ?? 0);
  if (!report)
    return (
      <>
        <Text size="sm">{t('dataset.own.looking', { count: all, amount: formatCount(all) })}</Text>
        {/* As high as the line that takes its place. */}
        <Group h={17}>
          <Progress flex={1} size="xs" value={100} animated aria-label={t('dataset.checks.looking')} />
        </Group>
      </>
    );
  return (
    <>
      <Text size="sm">
        {t('dataset.own.summary', {
          train: t('dataset.own.trainRows', { count: report.train, amount: formatCount(report.train) }),
          test: t('dataset.own.testRows', { count: report.test, amount: formatCount(report.test) }),
        })}
      </Text>
      {report.majority !== null && (
        <Text size="xs">{t('dataset.own.majority', { share: formatShare(report.majority) })}</Text>
      )}
    </>
  );
}

/** How many rows of the file were left out, why the first was, and how many spans were mended. */
function LeftOutText() {
  const leftOut = useStore(datasetStore, (state) => state.leftOut);
  const say = useMessage();
  const { t } = useTranslation();
  if (!leftOut) return null;
  return (
    <Text size="xs" role="status">
      {leftOut.count > 0 && t('kinds.leftOut', { count: leftOut.count })}{' '}
      {leftOut.first && t('kinds.leftOutFirst', { why: say(leftOut.first) })}{' '}
      {leftOut.mended > 0 && t('kinds.mended', { count: leftOut.mended })}
    </Text>
  );
}

function SplitControls({ data }: { data: OwnData }) {
  const [least, most] = [100 * testShareField.min, 100 * testShareField.max];
  const share = usePage(({ run }) => testShareOf(run));
  const undoable = useStore(datasetStore, ({ past }) => past.length > 0);
  const locked = useLocked('task');
  const { t } = useTranslation();
  return (
    <Group gap="xs" my="xs" align="end">
      {!data.test && (
        <NumberInput
          size="xs"
          label={t('dataset.own.split')}
          disabled={locked}
          min={least}
          max={most}
          value={Math.round(100 * share)}
          onChange={(percent) => {
            if (typeof percent === 'number' && percent >= least && percent <= most) changeTestShare(percent / 100);
          }}
        />
      )}
      <Button size="xs" variant="default" disabled={locked} onClick={() => openImport('test')}>
        {t('dataset.own.testFile')}
      </Button>
      {data.test && (
        <Button size="xs" variant="default" disabled={locked} onClick={() => setTestRows(null)}>
          {t('dataset.own.testCut')}
        </Button>
      )}
      <Button size="xs" variant="default" disabled={locked || !undoable} onClick={undoRows}>
        {t('dataset.own.undo')}
      </Button>
      <DownloadButton data={data} />
    </Group>
  );
}

function DownloadButton({ data: { rows, kind } }: { data: OwnData }) {
  const [writing, setWriting] = useState(false);
  const { t } = useTranslation();
  const download = () => {
    setWriting(true);
    const ofWords = kind === 'token';
    const [name, type] = ofWords ? ['rows.conll', 'text/plain'] : ['rows.csv', 'text/csv'];
    doInSlices(ofWords ? conllPieces(rows) : csvPieces(rows), (pieces) => {
      saveFile(name, new Blob(pieces, { type }), type);
      setWriting(false);
    });
  };
  return (
    <Button size="xs" variant="default" loading={writing} onClick={download}>
      {t(kind === 'token' ? 'kinds.download' : 'dataset.own.download')}
    </Button>
  );
}
