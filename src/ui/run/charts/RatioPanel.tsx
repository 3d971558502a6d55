import { useTranslation } from 'react-i18next';
import { costOf } from '../../../store/page/selectors.ts';
import { ChartFrame } from '../../charts/ChartFrame.tsx';
import { RatioRing } from '../../charts/RatioRing.tsx';
import { formatCount, formatShare } from '../../format.ts';
import { usePage } from '../../use-page.ts';

/** How much of the whole trains. */
export function RatioPanel() {
  const encoder = usePage((state) => state.encoder);
  const task = usePage((state) => state.task);
  const method = usePage(({ run }) => run.method);
  const { t } = useTranslation();
  const cost = costOf({ encoder, task }, method);
  if (!cost) return null;
  const { trainable, total, ratioOfAll } = cost;
  const rows = [
    [t('run.chart.trainable'), formatCount(trainable)],
    [t('run.chart.frozen'), formatCount(total - trainable)],
  ];
  return (
    <ChartFrame
      title={t('run.chart.ratio')}
      term="trainable"
      note={t('run.chart.ratioNote')}
      table={{ head: [t('run.chart.part'), t('run.chart.value')], rows }}
    >
      <RatioRing trainable={trainable} frozen={total - trainable} share={formatShare(ratioOfAll)} />
    </ChartFrame>
  );
}
