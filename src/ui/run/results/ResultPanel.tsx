import { Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { TaskKind } from '../../../model/task-kind.ts';
import { stepsDone, testRowsOf } from '../../../store/page/selectors.ts';
import type { AnyScores, FrozenBaselines, HeadRecord } from '../../../training/records/records.ts';
import { isOwnBudgetBest, standingOf, stepsAgainst } from '../../../training/records/standing.ts';
import { kindOf } from '../../../training/run.ts';
import { gained, measureOf, measures } from '../../../training/scores/measures.ts';
import { formatCount } from '../../format.ts';
import { formatGain, formatMeasure, measureName } from '../../measure.ts';
import { usePage } from '../../use-page.ts';
import { LatencyText } from './LatencyText.tsx';
import classes from './ResultPanel.module.css';

/** How well the run does, and how well the frozen encoder does: with the run's own budget, and at its best. */
export function ResultPanel() {
  const measured = usePage((state) => standingOf(state) !== null);
  const latency = usePage((state) => state.latency);
  const method = usePage(({ run }) => run.method);
  const { t } = useTranslation();
  return (
    <section className={classes.result} aria-labelledby="result-title">
      <Title order={2} id="result-title">
        {t('run.result.title')}
      </Title>
      {measured ? (
        <Accuracies />
      ) : (
        <Text size="sm" c="dimmed">
          {t('run.result.later')}
        </Text>
      )}
      {latency && (
        <Text size="sm" data-testid="latency">
          {t('run.result.latency')} <LatencyText latency={latency} method={method} />
        </Text>
      )}
    </section>
  );
}

function Accuracies() {
  const state = usePage((page) => page);
  const { t } = useTranslation();
  const standing = standingOf(state);
  if (!standing) return null;
  const { on, epoch, scores } = standing;
  const { baselines, final, outcome, run } = state;
  const kind = kindOf(run);
  const measure = measureOf(kind, scores);
  const rows = formatCount(outcome?.rows ?? testRowsOf(state));
  const steps = baselines && stepsAgainst(stepsDone(state), baselines);
  return (
    <>
      <table className={classes.accuracies} data-testid="result">
        <thead className="out-of-sight">
          <tr>
            <th>{t('run.result.of')}</th>
            <th>{measureName(t, kind)}</th>
            <th>{measures[kind][0].share ? t('run.result.gain') : t('kinds.result.gain')}</th>
          </tr>
        </thead>
        <tbody>
          <tr className={classes.own}>
            <th scope="row">{t('run.result.run')}</th>
            <td>{formatMeasure(kind, measure)}</td>
            <td />
          </tr>
          {baselines &&
            frozenRows(baselines).map(([name, head]) => (
              <tr key={name}>
                <th scope="row">{t(`run.result.${name}`, budgetOf(head))}</th>
                <td>{head[on] ? formatMeasure(kind, measureOf(kind, head[on])) : '…'}</td>
                <td>{gainOver(kind, head[on], measure)}</td>
              </tr>
            ))}
        </tbody>
      </table>
      <Text size="xs" c="dimmed" mih="1.2rem">
        {kind === 'single-label'
          ? t(`run.result.on.${on}`, { rows })
          : t(`kinds.result.on.${on}`, { rows, measure: measureName(t, kind) })}
        {t('runs.frontier.sentences')}
        {baselines === null && t('run.result.baselineLater')}
        {final && run.training.choose === 'best-epoch' && t('run.result.chosen', { epoch })}
      </Text>
      {kind !== 'single-label' && <OtherMeasures kind={kind} ours={scores} theirs={baselines?.best[on] ?? null} />}
      {steps?.farFewer && (
        <Text size="xs">
          {t('run.result.farFewer', { run: formatCount(steps.run), baseline: formatCount(steps.baseline) })}
        </Text>
      )}
    </>
  );
}

interface OtherMeasuresProps {
  kind: TaskKind;
  ours: AnyScores;
  theirs: AnyScores | null;
}

/** What else is measured, where accuracy does not say it: F1 of entities, rows whose labels are all right, ranks. */
function OtherMeasures({ kind, ours, theirs }: OtherMeasuresProps) {
  const { t } = useTranslation();
  return measures[kind].slice(1).map(({ key }, at) => {
    const [value, base] = [measureOf(kind, ours, at + 1), measureOf(kind, theirs, at + 1)];
    if (value === null) return null;
    const words = { name: measureName(t, kind, at + 1), ours: formatMeasure(kind, value, at + 1) };
    return (
      <Text key={key} size="xs" data-testid={`measure-${key}`}>
        {base === null
          ? t('kinds.result.alsoAlone', words)
          : t('kinds.result.also', { ...words, theirs: formatMeasure(kind, base, at + 1) })}
      </Text>
    );
  });
}

/** Which baselines there are to tell apart: one, where the run's own budget is the best. */
function frozenRows(baselines: FrozenBaselines): ['frozen' | 'sameBudget' | 'best', HeadRecord][] {
  const { sameBudget, best } = baselines;
  if (sameBudget === null) return [['best', best]];
  if (isOwnBudgetBest(baselines)) return [['frozen', best]];
  return [
    ['sameBudget', sameBudget],
    ['best', best],
  ];
}

const budgetOf = ({ epochs, learningRate }: HeadRecord) => ({ count: epochs, rate: learningRate ?? '?' });

function gainOver(kind: TaskKind, scores: AnyScores | null, ours: number | null): string {
  const theirs = measureOf(kind, scores);
  return ours === null || theirs === null ? '' : formatGain(kind, gained(kind, ours, theirs));
}
