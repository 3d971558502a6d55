import { Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { stepsDone, testRowsOf } from '../../../store/page/selectors.ts';
import type { FrozenBaselines, HeadRecord, ScoredRows } from '../../../training/records/records.ts';
import { isOwnBudgetBest, standingOf, stepsAgainst } from '../../../training/records/standing.ts';
import { formatCount, formatPoints, formatShare } from '../../format.ts';
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
  const { baselines, final, outcome, run } = state;
  const { on, epoch, scores } = standing;
  const steps = baselines && stepsAgainst(stepsDone(state), baselines);
  return (
    <>
      <table className={classes.accuracies} data-testid="result">
        <thead className="out-of-sight">
          <tr>
            <th>{t('run.result.of')}</th>
            <th>{t('run.chart.accuracy')}</th>
            <th>{t('run.result.gain')}</th>
          </tr>
        </thead>
        <tbody>
          <tr className={classes.own}>
            <th scope="row">{t('run.result.run')}</th>
            <td>{formatShare(scores.accuracy)}</td>
            <td />
          </tr>
          {baselines &&
            frozenRows(baselines).map(([name, head]) => (
              <tr key={name}>
                <th scope="row">{t(`run.result.${name}`, budgetOf(head))}</th>
                <td>{accuracyOf(head, on)}</td>
                <td>{gainOver(head, on, scores.accuracy)}</td>
              </tr>
            ))}
        </tbody>
      </table>
      <Text size="xs" c="dimmed" mih="1.2rem">
        {t(`run.result.on.${on}`, { rows: formatCount(outcome?.rows ?? testRowsOf(state)) })}
        {t('runs.frontier.sentences')}
        {baselines === null && t('run.result.baselineLater')}
        {final && run.training.choose === 'best-epoch' && t('run.result.chosen', { epoch })}
      </Text>
      {steps?.farFewer && (
        <Text size="xs">
          {t('run.result.farFewer', { run: formatCount(steps.run), baseline: formatCount(steps.baseline) })}
        </Text>
      )}
    </>
  );
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

function accuracyOf(head: HeadRecord, on: ScoredRows): string {
  const scores = head[on];
  return scores ? formatShare(scores.accuracy) : '…';
}

function gainOver(head: HeadRecord, on: ScoredRows, accuracy: number): string {
  const scores = head[on];
  return scores ? formatPoints(100 * (accuracy - scores.accuracy)) : '';
}
