import { Alert, Button, Table, Text, Title } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { isBuiltInEncoder } from '../../data/built-in/tasks.ts';
import { useMessage } from '../../i18n/messages.ts';
import { methodTypes } from '../../model/methods.ts';
import { groupOf } from '../../store/classroom/average.ts';
import { countsOf } from '../../store/classroom/hand-in.ts';
import { testRowsOfTask } from '../../store/classroom/measure.ts';
import {
  averageId,
  classStore,
  dropTestRows,
  isRanked,
  type Ranked,
  type Score,
  takeTestRows,
} from '../../store/classroom/state.ts';
import { takeBuiltIn } from '../../store/encoder/state.ts';
import { isBusy } from '../../store/page/selectors.ts';
import { runTitle } from '../../store/runs/naming.ts';
import { ChartFrame } from '../charts/ChartFrame.tsx';
import { FrontierChart } from '../charts/FrontierChart.tsx';
import { colors } from '../colors.ts';
import { FilePicker } from '../controls/FilePicker.tsx';
import { formatCount, formatShare } from '../format.ts';
import { looks } from '../runs/FrontierPanel.tsx';
import { useRunName } from '../runs/use-run-name.ts';
import { usePage } from '../use-page.ts';
import classes from './Classroom.module.css';
import { useLearnerName, useSettingsWords } from './words.ts';

const accuracyIn = (score: Score | undefined): number | null => (score && 'accuracy' in score ? score.accuracy : null);

/** Accuracy on the same rows against trainable parameters, and the average of those that agree. */
export function Leaderboard() {
  const { entries, scores, measuring } = useStore(classStore);
  const hasEncoder = usePage(({ encoder }) => encoder !== null);
  const { t } = useTranslation();
  const ranked = useMemo(() => entries.filter(isRanked), [entries]);
  const sorted = useMemo(() => {
    const trainable = (entry: Ranked) => countsOf(entry.trained).trainable;
    const accuracy = ({ id }: Ranked) => accuracyIn(scores[id]) ?? -1;
    return [...ranked].sort((a, b) => accuracy(b) - accuracy(a) || trainable(a) - trainable(b));
  }, [ranked, scores]);
  return (
    <section aria-label={t('classroom.board.title')} className={classes.section}>
      <Title order={3} size="h5">
        {t('classroom.board.title')}
      </Title>
      <Text size="sm">{t('classroom.board.about')}</Text>
      <RowsChoice />
      <OtherEncoders ranked={ranked} />
      <Text size="xs" c="dimmed" role="status" mih="1.2rem">
        {!hasEncoder ? t('classroom.board.waits') : measuring ? t('classroom.board.measuring') : ''}
      </Text>
      {ranked.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t('classroom.board.empty')}
        </Text>
      ) : (
        <>
          <Table.ScrollContainer minWidth={640} type="native" tabIndex={0}>
            <Table fz="sm" data-testid="leaderboard">
              <Table.Thead>
                <Table.Tr>
                  {(['place', 'learner', 'settings', 'trainable', 'accuracy'] as const).map((column) => (
                    <Table.Th key={column}>{t(`classroom.board.${column}`)}</Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {sorted.map((entry) => (
                  <RankedRow key={entry.id} entry={entry} place={placeOf(entry, sorted, scores)} />
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
          <Average ranked={ranked} />
          <Chart ranked={sorted} />
        </>
      )}
    </section>
  );
}

/** Place of an entry, from 1 on; equal accuracies share one. Null: it has none. */
function placeOf({ id }: Ranked, all: readonly Ranked[], scores: Readonly<Record<string, Score>>): number | null {
  const accuracy = accuracyIn(scores[id]);
  if (accuracy === null) return null;
  return 1 + all.filter((other) => (accuracyIn(scores[other.id]) ?? -1) > accuracy).length;
}

function RankedRow({ entry, place }: { entry: Ranked; place: number | null }) {
  const score = useStore(classStore, (state) => state.scores[entry.id]);
  const nameOf = useLearnerName();
  const settingsOf = useSettingsWords();
  const { t } = useTranslation();
  return (
    <Table.Tr>
      <Table.Td>{place ?? '–'}</Table.Td>
      <Table.Td className={classes.name}>{nameOf(entry)}</Table.Td>
      <Table.Td>{settingsOf(entry.trained.run)}</Table.Td>
      <Table.Td>
        {t('classroom.board.counts', {
          trainable: formatCount(countsOf(entry.trained).trainable),
          share: formatShare(countsOf(entry.trained).ratioOfAll),
        })}
      </Table.Td>
      <Table.Td>
        <ScoreWords score={score} />
      </Table.Td>
    </Table.Tr>
  );
}

function ScoreWords({ score }: { score: Score | undefined }) {
  const say = useMessage();
  const { t } = useTranslation();
  if (!score) return <>–</>;
  if ('why' in score) return <>{say(score.why)}</>;
  return <>{t('classroom.board.onRows', { accuracy: formatShare(score.accuracy), rows: formatCount(score.rows) })}</>;
}

/** The rows that everybody is measured on. */
function RowsChoice() {
  const rows = useStore(classStore, (state) => state.rows);
  const problem = useStore(classStore, (state) => state.rowsProblem);
  const say = useMessage();
  const { t } = useTranslation();
  return (
    <>
      <div className="controls">
        <Text size="sm">
          {rows
            ? t('classroom.rows.file', { name: rows.name, rows: formatCount(rows.rows.length) })
            : t('classroom.rows.task', { rows: testRowsOfTask })}
        </Text>
        <FilePicker
          label={t('classroom.rows.choose')}
          onFiles={([file]) => file && void takeTestRows(file.path, file.blob)}
        />
        {rows && (
          <Button size="compact-xs" variant="subtle" onClick={dropTestRows}>
            {t('classroom.rows.drop')}
          </Button>
        )}
      </div>
      {problem && (
        <Alert color="red" role="alert">
          {say(problem)}
        </Alert>
      )}
    </>
  );
}

/** Built-in encoders that adapters need, and that are not the loaded one. */
function OtherEncoders({ ranked }: { ranked: readonly Ranked[] }) {
  const encoder = usePage((state) => state.encoder);
  const busy = usePage(isBusy);
  const { t } = useTranslation();
  if (!encoder) return null;
  const others = [...new Set(ranked.map(({ trained }) => trained.run.model))].filter(
    (name) => name !== encoder.name && isBuiltInEncoder(name),
  );
  return others.map((name) => (
    <div key={name} className="controls">
      <Text size="sm">{t('classroom.board.otherEncoder', { name })}</Text>
      <Button size="compact-xs" variant="light" disabled={busy} onClick={() => takeBuiltIn(name)}>
        {t('classroom.board.loadEncoder', { name })}
      </Button>
    </div>
  ));
}

/** Everybody's adapters averaged, and why some are not. */
function Average({ ranked }: { ranked: readonly Ranked[] }) {
  const score = useStore(classStore, ({ scores }) => scores[averageId]);
  const nameOf = useLearnerName();
  const runNameOf = useRunName();
  const { t } = useTranslation();
  const { group, others } = useMemo(() => groupOf(ranked), [ranked]);
  const [first] = group;
  return (
    <div data-testid="class-average">
      <Title order={3} size="h5">
        {t('classroom.average.title')}
      </Title>
      <Text size="sm">{t('classroom.average.about')}</Text>
      {first && group.length > 1 ? (
        <Text size="sm" fw={600}>
          {t('classroom.average.of', {
            count: group.length,
            run: runNameOf({ name: runTitle(first.trained.run), run: first.trained.run }),
          })}{' '}
          <ScoreWords score={score} />
        </Text>
      ) : (
        <Text size="sm">{t('classroom.average.none')}</Text>
      )}
      {others.map(({ one, differ }) => (
        <Text size="sm" key={one.id}>
          {t('classroom.average.differs', {
            name: nameOf(one),
            respects: differ.map((respect) => t(`classroom.average.respects.${respect}`)).join(t('share.and')),
          })}
        </Text>
      ))}
    </div>
  );
}

function Chart({ ranked }: { ranked: readonly Ranked[] }) {
  const scores = useStore(classStore, (state) => state.scores);
  const nameOf = useLearnerName();
  const { t } = useTranslation();
  const points = ranked.flatMap((entry) => {
    const accuracy = accuracyIn(scores[entry.id]);
    return accuracy === null ? [] : [{ entry, accuracy, counts: countsOf(entry.trained) }];
  });
  const average = accuracyIn(scores[averageId]);
  const groups = methodTypes.flatMap((type) => {
    const ofType = points.filter(({ entry }) => entry.trained.run.method.type === type);
    if (ofType.length === 0) return [];
    const drawn = ofType.map(({ counts, accuracy }) => ({
      share: counts.ratioOfAll,
      accuracy,
      spread: [0, 0] as [number, number],
    }));
    return [{ name: t(`run.method.names.${type}`), ...looks[type], line: false, points: drawn }];
  });
  return (
    <ChartFrame
      title={t('classroom.board.chart')}
      note={t('classroom.board.chartNote')}
      table={{
        head: [t('classroom.board.learner'), t('classroom.board.trainable'), t('classroom.board.accuracy')],
        rows: points.map(({ entry, accuracy, counts }) => [
          nameOf(entry),
          formatCount(counts.trainable),
          formatShare(accuracy),
        ]),
      }}
      empty={points.length === 0 ? t('classroom.board.noneMeasured') : undefined}
    >
      <FrontierChart
        groups={groups}
        levels={
          average === null
            ? []
            : [
                {
                  y: average,
                  label: t('classroom.average.level', { accuracy: formatShare(average) }),
                  color: colors.baseline,
                },
              ]
        }
        names={{ share: t('runs.trainable'), accuracy: t('runs.accuracy') }}
        formatShare={formatShare}
      />
    </ChartFrame>
  );
}
