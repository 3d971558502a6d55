import { useTranslation } from 'react-i18next';
import type { RegressionEvaluation } from '../../training/records/records.ts';
import { ChartFrame } from '../charts/ChartFrame.tsx';
import { NumbersChart } from '../charts/NumbersChart.tsx';
import { formatAnswer, formatCount } from '../format.ts';

/** Predicted against true numbers, the frozen baseline's beside the run's. */
export default function ScatterPanel({ outcome: { points, rows } }: { outcome: RegressionEvaluation }) {
  const { t } = useTranslation();
  const frozen = points.flatMap(({ target, base }) => (base === null ? [] : [{ x: target, y: base }]));
  return (
    <div data-testid="scatter">
      <ChartFrame
        title={t('kinds.scatter.title')}
        note={t('kinds.scatter.note', { shown: formatCount(points.length), rows: formatCount(rows) })}
        table={{
          head: [t('kinds.scatter.true'), t('run.chart.adapted'), t('run.chart.baseline')],
          rows: points.map(({ target, adapted, base }) => [
            String(target),
            formatAnswer(adapted),
            formatAnswer(base ?? undefined),
          ]),
        }}
      >
        <NumbersChart
          adapted={points.map(({ target, adapted }) => ({ x: target, y: adapted }))}
          frozen={frozen}
          names={{
            true: t('kinds.scatter.true'),
            predicted: t('kinds.scatter.predicted'),
            adapted: t('run.chart.adapted'),
            frozen: t('run.chart.baseline'),
          }}
        />
      </ChartFrame>
    </div>
  );
}
