import { Button, Checkbox, Table, Text } from '@mantine/core';
import { type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { originOf, originStore } from '../../store/lessons/origin.ts';
import { lessonsStore } from '../../store/lessons/state.ts';
import { viewStore } from '../../store/page/view.ts';
import {
  accuracyOf,
  baselineOf,
  type Column,
  columns,
  gainOf,
  memoryOf,
  nextSorting,
  type Sortable,
  type Sorting,
  secondOf,
  sortedRuns,
} from '../../store/runs/columns.ts';
import type { RunRecord } from '../../store/runs/records.ts';
import { canBeDrawn, restoreRun, runsStore, toggleOverlay } from '../../store/runs/state.ts';
import { testScoresOf } from '../../training/records/standing.ts';
import { kindOf, taskName } from '../../training/run.ts';
import { measures } from '../../training/scores/measures.ts';
import { csvOf } from '../csv.ts';
import { formatBytes, formatDuration, formatLoss, formatShare } from '../format.ts';
import { formatGain, namedMeasure } from '../measure.ts';
import { LatencyText } from '../run/results/LatencyText.tsx';
import { saveFile } from '../save-file.ts';
import { usePage } from '../use-page.ts';
import { DifferenceText } from './DifferenceText.tsx';
import { RunMenu } from './RunMenu.tsx';
import classes from './RunsPanel.module.css';
import { useRunName } from './use-run-name.ts';

/** Every run so far: what it was, what it differs in from the one before, what came out. */
export function RunsPanel() {
  const runs = useShownRuns();
  const [deleted, setDeleted] = useState<RunRecord | null>(null);
  const { t } = useTranslation();
  const nameOf = useRunName(runs);
  const [sorting, setSorting] = useState<Sorting | null>(null);
  const shown = sortedRuns(runs, sorting);
  const ofKinds = shown.some(({ run }) => kindOf(run) !== 'single-label');
  return (
    <section aria-labelledby="runs-title">
      <div className="controls">
        <Text component="h3" id="runs-title" fw={600} size="sm">
          {t('runs.title')}
        </Text>
        <div className="grow" />
        {deleted && (
          <Button
            size="compact-xs"
            variant="light"
            onClick={() => {
              restoreRun(deleted);
              setDeleted(null);
            }}
          >
            {t('runs.undo', { name: nameOf(deleted) })}
          </Button>
        )}
        {runs.length > 0 && (
          <Button
            size="compact-xs"
            variant="subtle"
            onClick={() => saveFile('runs.csv', runsCsv(runs, nameOf), 'text/csv')}
          >
            {t('runs.csv')}
          </Button>
        )}
      </div>
      <ReopenedText />
      {shown.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t('runs.empty')}
        </Text>
      ) : (
        <Table.ScrollContainer minWidth={640} type="native" tabIndex={0}>
          <Table
            fz="xs"
            verticalSpacing={3}
            horizontalSpacing={4}
            className={classes.runs}
            aria-labelledby="runs-title"
          >
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('runs.draw')}</Table.Th>
                {columns.map((column) =>
                  column === 'changed' ? (
                    <Table.Th key={column}>{t('runs.changed')}</Table.Th>
                  ) : (
                    <SortableHead
                      key={column}
                      column={column}
                      name={ofKinds && isMeasure(column) ? t(`kinds.${measureHeads[column]}`) : t(`runs.${column}`)}
                      sorting={sorting}
                      onSort={setSorting}
                    />
                  ),
                )}
                <Table.Th>
                  <span className="out-of-sight">{t('runs.actions')}</span>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {shown.map((run) => (
                <RunRow
                  key={run.id}
                  run={run}
                  name={nameOf(run)}
                  before={runs[runs.indexOf(run) - 1]}
                  onDelete={setDeleted}
                />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </section>
  );
}

/** Every run; beside a lesson, those of its experiment. */
function useShownRuns(): readonly RunRecord[] {
  const runs = useStore(runsStore, (state) => state.runs);
  const lesson = useStore(lessonsStore, (state) => state.open);
  const inLesson = useStore(viewStore, ({ view }) => view === 'lessons');
  return useMemo(() => (inLesson ? runs.filter((run) => originOf(run) === lesson) : runs), [runs, inLesson, lesson]);
}

/** Whether what a reopened run had trained came with it; said until the settings change. */
function ReopenedText() {
  const reopened = useStore(runsStore, (state) => state.reopened);
  const run = usePage((state) => state.run);
  const { t } = useTranslation();
  const nameOf = useRunName();
  return (
    <Text size="xs" role="status" mih="1.2rem">
      {reopened?.run === run ? t(`runs.reopened.${reopened.weights}`, { name: nameOf(reopened) }) : ''}
    </Text>
  );
}

/** Heads of what is measured where not all runs are of one class a row. */
const measureHeads = { accuracy: 'measure', gain: 'gain', macroF1: 'secondMeasure' } as const;

const isMeasure = (column: Sortable): column is keyof typeof measureHeads => column in measureHeads;

interface SortableHeadProps {
  column: Sortable;
  name: string;
  sorting: Sorting | null;
  onSort: (sorting: Sorting | null) => void;
}

function SortableHead({ column, name, sorting, onSort }: SortableHeadProps) {
  const { t } = useTranslation();
  const direction = sorting?.column === column ? sorting.direction : null;
  return (
    <Table.Th aria-sort={direction ?? 'none'}>
      <button
        type="button"
        className={classes.sort}
        title={t('runs.sort')}
        onClick={() => onSort(nextSorting(sorting, column))}
      >
        {name}
        <span aria-hidden="true">{direction === null ? '↕' : direction === 'ascending' ? '↑' : '↓'}</span>
      </button>
    </Table.Th>
  );
}

interface RunRowProps {
  run: RunRecord;
  /** The name that tells it from the others. */
  name: string;
  before: RunRecord | undefined;
  onDelete: (run: RunRecord) => void;
}

function RunRow({ run, name, before, onDelete }: RunRowProps) {
  const drawn = useStore(runsStore, ({ overlaid }) => overlaid.includes(run.id));
  const origin = useStore(originStore, (state) => state.origin);
  const drawable = usePage((state) => canBeDrawn(run, state.run, origin));
  const current = useStore(runsStore, (state) => state.current === run.id);
  const { t } = useTranslation();
  const lesson = originOf(run);
  const kind = kindOf(run.run);
  const memory = memoryOf(run);
  const scores = testScoresOf(run);
  const gain = gainOf(run);
  const unfinished = run.status === 'done' ? '' : ` (${t(`runs.status.${run.status}`)})`;
  const cells: Record<Column, ReactNode> = {
    name: (
      <>
        {run.pinned && <span title={t('runs.pinned')}>★ </span>}
        {name}
        {unfinished}
        {lesson !== 'playground' && (
          <Text size="xs" c="dimmed" component="span" display="block">
            {t('lessons.link', { title: t(`lessons.${lesson}.title`) })}
          </Text>
        )}
      </>
    ),
    changed: before ? <DifferenceText before={before.run} after={run.run} /> : t('runs.first'),
    trainable: formatShare(run.counts.ratioOfAll),
    accuracy: scores && namedMeasure(t, kind, accuracyOf(run)),
    gain: gain === null ? null : formatGain(kind, gain),
    macroF1: scores && namedMeasure(t, kind, secondOf(run), 1),
    loss: scores && formatLoss(scores.loss),
    time: formatDuration(run.milliseconds),
    latency: run.latency && <LatencyText latency={run.latency} method={run.run.method} />,
    memory: memory === null ? null : formatBytes(memory),
  };
  return (
    <Table.Tr aria-current={current ? 'true' : undefined} data-current={current}>
      <Table.Td>
        <Checkbox
          size="xs"
          aria-label={t('runs.drawRun', { name })}
          disabled={current || !drawable}
          title={drawable ? undefined : t('runs.otherTask')}
          checked={current || (drawable && drawn)}
          onChange={() => toggleOverlay(run.id)}
        />
      </Table.Td>
      {columns.map((column) => (
        <Table.Td key={column}>{cells[column] ?? '–'}</Table.Td>
      ))}
      <Table.Td>
        <RunMenu run={run} name={name} onDelete={() => onDelete(run)} />
      </Table.Td>
    </Table.Tr>
  );
}

/** The table as a file, numbers unrounded. */
function runsCsv(runs: readonly RunRecord[], nameOf: (run: RunRecord) => string): string {
  const head = ['name', 'status', 'task', 'method', 'trainable', 'ratio_of_all', 'ratio_of_base'];
  const ofKinds = runs.some(({ run }) => kindOf(run) !== 'single-label');
  // Of several kinds of runs, each row says what is measured.
  const measured = ofKinds
    ? ['kind', 'measure', 'value', 'baseline', 'second_value']
    : ['accuracy', 'baseline_accuracy', 'macro_f1'];
  const more = ['test_loss', 'steps', 'seconds', 'memory_bytes', 'seed', 'device'];
  const latency = ['forward_ms', 'forward_ms_without', 'forward_rows', 'forward_tokens'];
  const rows = runs.map((run) => [
    nameOf(run),
    run.status,
    taskName(run.run),
    run.run.method.type,
    run.counts.trainable,
    run.counts.ratioOfAll,
    run.counts.ratioOfBase,
    ...(ofKinds ? [kindOf(run.run), measures[kindOf(run.run)][0].name] : []),
    accuracyOf(run) ?? '',
    baselineOf(run) ?? '',
    secondOf(run) ?? '',
    testScoresOf(run)?.loss ?? '',
    run.stepsDone,
    run.milliseconds / 1000,
    memoryOf(run) ?? '',
    run.run.training.seed,
    run.device,
    run.latency?.adapted ?? '',
    run.latency?.base ?? '',
    run.latency?.examples ?? '',
    run.latency?.tokens ?? '',
  ]);
  return csvOf([[...head, ...measured, ...more, ...latency], ...rows]);
}
