import { SegmentedControl, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ClassEvaluation } from '../../../training/records/records.ts';
import { colors } from '../../colors.ts';
import { formatCount } from '../../format.ts';
import classes from './ConfusionPanel.module.css';

/** Beyond so many classes a matrix is a blur: the commonest mix-ups are listed. */
const maxClasses = 14;
const maxListed = 12;

/** Which class is taken for which. */
export function ConfusionPanel({ outcome }: { outcome: ClassEvaluation }) {
  const [side, setSide] = useState<'adapted' | 'baseline'>('adapted');
  const { t } = useTranslation();
  const { kind, labels, confusion, baseConfusion, rows } = outcome;
  const title = t(kind === 'token' ? 'kinds.confusion.title' : 'run.confusion.title');
  const matrix = side === 'baseline' && baseConfusion ? baseConfusion : confusion;
  return (
    <section aria-labelledby="confusion-title">
      <Title order={2} id="confusion-title">
        {title}
      </Title>
      {baseConfusion && (
        <SegmentedControl
          size="xs"
          fullWidth
          aria-label={title}
          value={side}
          onChange={(value) => setSide(value as typeof side)}
          data={(['adapted', 'baseline'] as const).map((value) => ({ value, label: t(`run.chart.${value}`) }))}
        />
      )}
      {labels.length <= maxClasses ? (
        <Matrix labels={labels} matrix={matrix} />
      ) : (
        <MixUps labels={labels} matrix={matrix} />
      )}
      <Text size="xs" c="dimmed">
        {t(kind === 'token' ? 'kinds.confusion.note' : 'run.confusion.note', { rows: formatCount(rows) })}
      </Text>
    </section>
  );
}

interface MatrixProps {
  labels: readonly string[];
  /** Counts by (true class, answer). (C, C) */
  matrix: readonly (readonly number[])[];
}

function Matrix({ labels, matrix }: MatrixProps) {
  const { t } = useTranslation();
  const most = Math.max(1, ...matrix.flat());
  return (
    <table className={classes.matrix}>
      <thead>
        <tr>
          <th scope="col">{t('run.confusion.corner')}</th>
          {labels.map((label, i) => (
            <th key={label} scope="col" title={label} aria-label={label}>
              {i + 1}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {labels.map((label, row) => (
          <tr key={label}>
            <th scope="row" title={label}>
              {row + 1} {label}
            </th>
            {labels.map((answer, column) => {
              const count = matrix[row]?.[column] ?? 0;
              const strength = Math.round(45 * (count / most));
              const color = row === column ? colors.frozen : colors.trained;
              return (
                <td
                  key={answer}
                  title={t('run.chart.onRows', { name: `${label} → ${answer}`, rows: count })}
                  style={{ background: `color-mix(in srgb, ${color} ${strength}%, transparent)` }}
                >
                  {count || ''}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function MixUps({ labels, matrix }: MatrixProps) {
  const list = matrix
    .flatMap((counts, row) => counts.map((count, column) => ({ count, row, column })))
    .filter(({ count, row, column }) => count > 0 && row !== column)
    .sort((a, b) => b.count - a.count)
    .slice(0, maxListed);
  return (
    <ol className={classes.mixUps}>
      {list.map(({ count, row, column }) => (
        <li key={`${row}.${column}`}>
          {labels[row]} → {labels[column]}: {count}
        </li>
      ))}
    </ol>
  );
}
