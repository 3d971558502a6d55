import { Button, SegmentedControl, Table, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { writeSentence } from '../../../store/run/try-it.ts';
import { kindOf } from '../../../training/run.ts';
import { formatCount, formatTexts } from '../../format.ts';
import { usePage } from '../../use-page.ts';
import classes from './FlippedPanel.module.css';
import { flippedRows, type ShownFlip } from './flipped-rows.ts';

/** Rows drawn at once. */
const maxRows = 50;

/** Test rows that the adapter fixed, and those that it broke: of numbers, came closer to or moved away from. */
export function FlippedPanel() {
  const outcome = usePage((state) => state.outcome);
  const kind = usePage(({ run }) => kindOf(run));
  const [side, setSide] = useState<'fixed' | 'broken'>('fixed');
  const { t } = useTranslation();
  const flips = outcome && flippedRows(outcome, t('kinds.flipped.none'));
  const shown = flips?.filter(({ isFixed }) => isFixed === (side === 'fixed')) ?? [];
  const amounts = { fixed: formatCount(outcome?.fixed ?? 0), broken: formatCount(outcome?.broken ?? 0) };
  const name = (value: 'fixed' | 'broken') => {
    const amount = flips ? amounts[value] : formatCount(0);
    if (kind !== 'regression') return t(`run.flipped.${value}`, { amount });
    return t(value === 'fixed' ? 'kinds.flipped.closer' : 'kinds.flipped.farther', { amount });
  };
  const note = (rows: string) =>
    kind === 'single-label' ? t('run.flipped.note', { rows }) : t(`kinds.flipped.note.${kind}`, { rows });
  const empty = kind === 'single-label' ? t('run.flipped.empty') : t(`kinds.flipped.empty.${kind}`);
  return (
    <section aria-labelledby="flipped-title">
      <Title order={2} id="flipped-title">
        {t('run.flipped.title')}
      </Title>
      <SegmentedControl
        size="xs"
        fullWidth
        disabled={!flips}
        aria-label={t('run.flipped.title')}
        value={side}
        onChange={(value) => setSide(value as typeof side)}
        data={(['fixed', 'broken'] as const).map((value) => ({ value, label: name(value) }))}
      />
      <Text size="xs" c="dimmed" my={4} mih="2.4rem">
        {flips ? note(formatCount(outcome?.rows ?? 0)) : empty}
      </Text>
      {/* As high when empty as when full: what stands below keeps its place. */}
      <div className={classes.rows}>
        {flips && shown.length === 0 && <Text size="xs">{t('run.flipped.none')}</Text>}
        {flips && shown.length > 0 && <FlippedTable rows={shown} />}
      </div>
    </section>
  );
}

type Column = 'text' | 'label' | 'confidence';

const sorters: Record<Column, (a: ShownFlip, b: ShownFlip) => number> = {
  text: (a, b) => a.texts.text.localeCompare(b.texts.text),
  label: (a, b) => a.order - b.order,
  confidence: (a, b) => b.weight - a.weight,
};

const headOf = { 'multi-label': 'labels', regression: 'number', token: 'tag' } as const;

function FlippedTable({ rows }: { rows: readonly ShownFlip[] }) {
  const [sortBy, setSortBy] = useState<Column>('confidence');
  const kind = usePage(({ run }) => kindOf(run));
  const { t } = useTranslation();
  const sorted = [...rows].sort(sorters[sortBy]).slice(0, maxRows);
  // Several labels and numbers have no one confidence.
  const hasConfidence = rows.some(({ confidence }) => confidence !== null);
  const columns: Column[] = hasConfidence ? ['text', 'label', 'confidence'] : ['text', 'label'];
  const head = (column: Column) =>
    column === 'label' && kind !== 'single-label' ? t(`kinds.flipped.${headOf[kind]}`) : t(`run.flipped.${column}`);
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
                  {head(column)}
                  {sortBy === column ? ' ▾' : ''}
                </Button>
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {sorted.map((row) => (
            <Table.Tr key={row.key}>
              <Table.Td>
                <button
                  type="button"
                  className="link-like"
                  title={t('run.flipped.try')}
                  onClick={() => writeSentence(row.texts.text, row.example)}
                >
                  {row.word !== undefined && <b>{row.word} </b>}
                  {formatTexts(row.texts)}
                </button>
              </Table.Td>
              <Table.Td>
                {row.label}
                <br />
                <span className="frozen-text">{row.base}</span>
                <br />
                <span className="trained-text">{row.adapted}</span>
              </Table.Td>
              {hasConfidence && <Table.Td>{row.confidence}</Table.Td>}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}
