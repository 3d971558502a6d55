import { Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { lessons, ownRuns, trainedAs } from '../../store/lessons/experiments.ts';
import type { LessonId } from '../../store/lessons/origin.ts';
import { type Guess, lessonsStore } from '../../store/lessons/state.ts';
import { runsStore } from '../../store/runs/state.ts';
import { formatShare } from '../format.ts';
import { useRunName } from '../runs/use-run-name.ts';
import classes from './Lessons.module.css';
import { guessWords, measureWords, pointsApart } from './lesson-words.ts';

interface CompareStepProps {
  id: LessonId;
  guess: Guess;
  measured: Guess;
}

/** The prediction beside what was measured, and the numbers that this was read from. */
export function CompareStep({ id, guess, measured }: CompareStepProps) {
  const { t } = useTranslation();
  const isNumber = typeof guess === 'number' && typeof measured === 'number';
  return (
    <>
      <dl className={classes.compare} aria-label={t('lessons.compare.head')} data-testid="compare">
        <div>
          <dt>{t('lessons.compare.guess')}</dt>
          <dd>{guessWords(t, id, guess)}</dd>
        </div>
        <div>
          <dt>{t('lessons.compare.measured')}</dt>
          <dd data-testid="measured">{guessWords(t, id, measured)}</dd>
        </div>
        <div>
          <dt>{t('lessons.compare.off')}</dt>
          <dd>
            {isNumber
              ? pointsApart(t, guess, measured)
              : t(guess === measured ? 'lessons.compare.hit' : 'lessons.compare.missed')}
          </dd>
        </div>
      </dl>
      {id === 'identity' ? <StrengthsTable /> : id === 'forgetting' ? <ForgottenTable /> : <RunsTable id={id} />}
    </>
  );
}

/** The experiment's runs, then the learner's own. */
function RunsTable({ id }: { id: LessonId }) {
  const runs = useStore(runsStore, (kept) => kept.runs);
  const nameOf = useRunName();
  const { t } = useTranslation();
  const { setUps, measures } = lessons[id];
  const rows = [
    ...setUps.flatMap((setUp) => {
      const record = trainedAs(id, setUp, runs);
      return record ? [{ name: t(`lessons.setUps.${setUp.name}`), record }] : [];
    }),
    ...ownRuns(id, runs).map((record) => ({ name: nameOf(record), record })),
  ];
  return (
    <Numbers
      head={[t('lessons.compare.run'), ...measures.map((measure) => t(`lessons.compare.measures.${measure}`))]}
      rows={rows.map(({ name, record }) => ({
        key: record.id,
        cells: [name, ...measures.map((measure) => measureWords(t, measure, record))],
      }))}
    />
  );
}

function StrengthsTable() {
  const identity = useStore(lessonsStore, (state) => state.identity);
  const { t } = useTranslation();
  const bySteps = [...identity].sort((a, b) => a.steps - b.steps);
  const points = (share: number) => pointsApart(t, 100 * share, 0);
  const [first] = bySteps;
  return (
    <Numbers
      head={['', t('lessons.compare.strength')]}
      rows={[
        { key: 'before', cells: [t('lessons.compare.beforeTraining'), points(first?.before ?? 0)] },
        ...bySteps.map(({ steps, after }) => ({
          key: String(steps),
          cells: [t('lessons.compare.afterSteps', { steps }), points(after)],
        })),
      ]}
    />
  );
}

function ForgottenTable() {
  const forgetting = useStore(lessonsStore, (state) => state.forgetting);
  const { t } = useTranslation();
  const bySteps = [...forgetting].sort((a, b) => a.steps - b.steps);
  return (
    <Numbers
      head={[t('lessons.compare.firstTask'), t('lessons.compare.before'), t('lessons.compare.after')]}
      rows={bySteps.flatMap((found) =>
        (['adapters', 'full'] as const).map((way) => ({
          key: `${way} ${found.steps}`,
          cells: [
            `${t(`forgetting.ways.${way}`)} (${found.steps})`,
            formatShare(found[way].before),
            formatShare(found[way].after),
          ],
        })),
      )}
    />
  );
}

interface NumbersProps {
  head: string[];
  rows: { key: string; cells: string[] }[];
}

function Numbers({ head, rows }: NumbersProps) {
  return (
    <Table fz="xs" verticalSpacing={2} data-testid="numbers">
      <Table.Thead>
        <Table.Tr>
          {head.map((cell) => (
            <Table.Th key={cell}>{cell}</Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map(({ key, cells }) => (
          <Table.Tr key={key}>
            {cells.map((cell, i) => (
              <Table.Td key={head[i]}>{cell}</Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
