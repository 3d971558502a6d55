import { Button, Table, Text } from '@mantine/core';
import { type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TermId } from '../../store/glossary/terms.ts';
import { attempt } from '../../store/page/attempt.ts';
import { csvOf } from '../csv.ts';
import { Term } from '../glossary/Term.tsx';
import { saveFile } from '../save-file.ts';
import classes from './ChartFrame.module.css';
import { savePicture } from './save-picture.ts';

export interface ChartTable {
  head: string[];
  rows: (string | number)[][];
}

interface ChartFrameProps {
  title: string;
  /** The title's word in the glossary. */
  term?: TermId;
  /** Note on what it is measured on. */
  note: string;
  /** The picture's numbers, for those who do not see it. */
  table: ChartTable;
  /** Shown while there is nothing to draw. */
  empty?: string | undefined;
  tools?: ReactNode;
  /** Under the picture. */
  footer?: ReactNode;
  children: ReactNode;
}

const shownIf = (shown: boolean) => ({ visibility: shown ? 'visible' : 'hidden' }) as const;

/** Rows of a table view; a longer history keeps its end. */
const maxRows = 100;

/** A chart with its title, what it is measured on, a table of the same numbers, and both as files. */
export function ChartFrame({ title, term, note, table, empty, tools, footer, children }: ChartFrameProps) {
  const [asTable, setAsTable] = useState(false);
  const figure = useRef<HTMLElement>(null);
  const { t } = useTranslation();
  return (
    <section className={classes.chart} aria-label={title} ref={figure}>
      <div className={`controls ${classes.head}`}>
        <Text fw={600} size="sm" component="h3">
          {term ? <Term id={term}>{title}</Term> : title}
        </Text>
        <div className="grow" />
        {tools}
      </div>
      {/* A table longer than its frame scrolls, also by keyboard. */}
      <div className={classes.body} tabIndex={asTable ? 0 : undefined}>
        {empty ? <div className={classes.empty}>{empty}</div> : asTable ? <NumbersTable {...table} /> : children}
      </div>
      {footer}
      <div className={classes.foot}>
        <Text size="xs" c="dimmed" className="grow">
          {note}
        </Text>
        <Button size="compact-xs" variant="subtle" px={4} onClick={() => setAsTable(!asTable)} aria-pressed={asTable}>
          {t(asTable ? 'run.chart.picture' : 'run.chart.table')}
        </Button>
        {/* Out of sight they keep their room: the note does not break anew when they appear. */}
        <Button
          size="compact-xs"
          variant="subtle"
          px={4}
          style={shownIf(!empty)}
          aria-label={t('run.chart.saveCsv', { title })}
          onClick={() => saveFile(`${title}.csv`, csvOf([table.head, ...table.rows]), 'text/csv')}
        >
          CSV
        </Button>
        <Button
          size="compact-xs"
          variant="subtle"
          px={4}
          style={shownIf(!empty && !asTable)}
          aria-label={t('run.chart.savePng', { title })}
          onClick={() => {
            const { current } = figure;
            if (current) attempt(() => savePicture(current, `${title}.png`));
          }}
        >
          PNG
        </Button>
      </div>
    </section>
  );
}

function NumbersTable({ head, rows }: ChartTable) {
  return (
    <Table stickyHeader striped fz="xs" verticalSpacing={2}>
      <Table.Thead>
        <Table.Tr>
          {head.map((cell) => (
            <Table.Th key={cell}>{cell}</Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.slice(-maxRows).map((row) => (
          <Table.Tr key={row.join()}>
            {row.map((cell, i) => (
              <Table.Td key={head[i]}>{cell}</Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
