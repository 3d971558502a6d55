import { Slider, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { atThreshold, chooseThreshold, type Found, thresholdStore } from '../../store/kinds/threshold.ts';
import type { MultiLabelEvaluation } from '../../training/records/records.ts';
import { colors } from '../colors.ts';
import { formatCount, formatShare } from '../format.ts';
import classes from './Kinds.module.css';

const shown = (value: number | null) => (value === null ? '–' : formatShare(value));

/** Precision, recall and F1 of each label above a threshold that a person moves, the frozen baseline's F1 beside it. */
export function ThresholdPanel({ outcome }: { outcome: MultiLabelEvaluation }) {
  const threshold = useStore(thresholdStore, (state) => state.threshold);
  const { t } = useTranslation();
  const { labels, there, rows, thresholds, adapted, base } = outcome;
  const ours = atThreshold(outcome, adapted, threshold);
  const theirs = base && atThreshold(outcome, base, threshold);
  const cells = ({ precision, recall, f1 }: Found, frozen: number | undefined) => (
    <>
      <td>{shown(precision)}</td>
      <td>{shown(recall)}</td>
      <td>{shown(f1)}</td>
      {theirs && <td className="frozen-text">{shown(frozen ?? null)}</td>}
    </>
  );
  return (
    <section aria-labelledby="threshold-title" data-testid="threshold">
      <Title order={2} id="threshold-title">
        {t('kinds.threshold.title')}
      </Title>
      <Text size="xs">
        {t('kinds.threshold.label')} <b>{formatShare(threshold)}</b>
      </Text>
      <Slider
        size="sm"
        color={colors.trained}
        min={thresholds[0] ?? 0.05}
        max={thresholds.at(-1) ?? 0.95}
        step={0.05}
        label={null}
        thumbLabel={t('kinds.threshold.label')}
        thumbProps={{ 'aria-valuetext': formatShare(threshold) }}
        value={threshold}
        onChange={(value) => chooseThreshold(Number(value.toFixed(2)))}
      />
      {/* A list longer than its frame scrolls, also by keyboard. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: see above */}
      <section className={classes.long} tabIndex={0} aria-label={t('kinds.threshold.scores')}>
        <table className={classes.scores}>
          <thead>
            <tr>
              <th scope="col">{t('kinds.threshold.name')}</th>
              <th scope="col">{t('kinds.threshold.there')}</th>
              <th scope="col">{t('kinds.threshold.precision')}</th>
              <th scope="col">{t('kinds.threshold.recall')}</th>
              <th scope="col">{t('kinds.threshold.f1')}</th>
              {theirs && <th scope="col">{t('kinds.threshold.base')}</th>}
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">{t('kinds.threshold.micro')}</th>
              <td>{formatCount(there.reduce((sum, count) => sum + count, 0))}</td>
              {cells(ours.micro, theirs?.micro.f1)}
            </tr>
            <tr>
              <th scope="row">{t('kinds.threshold.macro')}</th>
              <td />
              {cells({ precision: null, recall: null, f1: ours.macroF1 }, theirs?.macroF1)}
            </tr>
            {labels.map((label, at) => {
              const found = ours.labels[at];
              return (
                found && (
                  <tr key={label}>
                    <th scope="row">{label}</th>
                    <td>{formatCount(there[at] ?? 0)}</td>
                    {cells(found, theirs?.labels[at]?.f1)}
                  </tr>
                )
              );
            })}
          </tbody>
        </table>
      </section>
      <Text size="xs" mt={4}>
        {theirs
          ? t('kinds.threshold.exactBase', { ours: formatShare(ours.exact), theirs: formatShare(theirs.exact) })
          : t('kinds.threshold.exact', { ours: formatShare(ours.exact) })}
      </Text>
      <Text size="xs" c="dimmed">
        {t('kinds.threshold.note', { rows: formatCount(rows) })}
      </Text>
    </section>
  );
}
