import { Button, SegmentedControl, Table, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { textsOf } from '../../../data/rows/texts.ts';
import { writeSentence } from '../../../store/run/try-it.ts';
import type { FlippedRow } from '../../../training/records/records.ts';
import { formatCount, formatProbability, formatTexts } from '../../format.ts';
import { usePage } from '../../use-page.ts';
import classes from './FlippedPanel.module.css';

type Column = 'text' | 'label' | 'confidence';
const columns = ['text', 'label', 'confidence'] as const satisfies readonly Column[];
/** Rows drawn at once. */
const maxRows = 50;

/** Test rows that the adapter fixed, and those that it broke. */
export function FlippedPanel() {
  const outcome = usePage((state) => state.outcome);
  const [kind, setKind] = useState<'fixed' | 'broken'>('fixed');
  const { t } = useTranslation();
  const measured = outcome?.baseConfusion ? outcome : null;
  const shown = measured?.flipped.filter(({ adapted, label }) => (adapted === label) === (kind === 'fixed')) ?? [];
  return (
    <section aria-labelledby="flipped-title">
      <Title order={2} id="flipped-title">
        {t('run.flipped.title')}
      </Title>
      <SegmentedControl
        size="xs"
        fullWidth
        disabled={!measured}
        aria-label={t('run.flipped.title')}
        value={kind}
        onChange={(value) => setKind(value as typeof kind)}
        data={[
          { value: 'fixed', label: t('run.flipped.fixed', { amount: formatCount(measured?.fixed ?? 0) }) },
          { value: 'broken', label: t('run.flipped.broken', { amount: formatCount(measured?.broken ?? 0) }) },
        ]}
      />
      <Text size="xs" c="dimmed" my={4} mih="2.4rem">
        {measured ? t('run.flipped.note', { rows: formatCount(measured.rows) }) : t('run.flipped.empty')}
      </Text>
      {/* As high when empty as when full: what stands below keeps its place. */}
      <div className={classes.rows}>
        {measured && shown.length === 0 && <Text size="xs">{t('run.flipped.none')}</Text>}
        {measured && shown.length > 0 && <FlippedTable rows={shown} labels={measured.labels} />}
      </div>
    </section>
  );
}

const sorters: Record<Column, (a: FlippedRow, b: FlippedRow) => number> = {
  text: (a, b) => a.text.localeCompare(b.text),
  label: (a, b) => a.label - b.label,
  confidence: (a, b) => b.confidence - a.confidence,
};

function FlippedTable({ rows, labels }: { rows: readonly FlippedRow[]; labels: readonly string[] }) {
  const [sortBy, setSortBy] = useState<Column>('confidence');
  const { t } = useTranslation();
  const sorted = [...rows].sort(sorters[sortBy]).slice(0, maxRows);
  return (
    // A list longer than its frame scrolls, also by keyboard.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
    <section className={classes.scroll} tabIndex={0} aria-label={t('run.flipped.rows')}>
      <Table fz="xs" verticalSpacing={3} horizontalSpacing={4} stickyHeader>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th key={column} aria-sort={sortBy === column ? 'other' : 'none'}>
                <Button size="compact-xs" variant="subtle" px={2} onClick={() => setSortBy(column)}>
                  {t(`run.flipped.${column}`)}
                  {sortBy === column ? ' ▾' : ''}
                </Button>
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {sorted.map((row) => (
            <Table.Tr key={`${formatTexts(row)}${row.label}`}>
              <Table.Td>
                <button
                  type="button"
                  className="link-like"
                  title={t('run.flipped.try')}
                  onClick={() => writeSentence(row.text, { ...textsOf(row), label: labels[row.label] ?? '' })}
                >
                  {formatTexts(row)}
                </button>
              </Table.Td>
              <Table.Td>
                {labels[row.label]}
                <br />
                <span className="frozen-text">{labels[row.base]}</span>
                <br />
                <span className="trained-text">{labels[row.adapted]}</span>
              </Table.Td>
              <Table.Td>{formatProbability(row.confidence)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}
