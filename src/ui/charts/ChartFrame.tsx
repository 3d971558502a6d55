import { Button, Table, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';

export interface ChartTable {
  head: string[];
  rows: (string | number)[][];
}

interface ChartFrameProps {
  title: string;
  /** What it is measured on. */
  note: string;
  /** The same numbers for those who do not see the picture. */
  table: ChartTable;
  /** Shown while there is nothing to draw. */
  empty?: string | undefined;
  tools?: ReactNode;
  children: ReactNode;
}

/** Rows of a table view; a longer history keeps its end. */
const mostRows = 100;

/** A chart with its title, what it is measured on, and a table of the same numbers. */
export function ChartFrame({ title, note, table, empty, tools, children }: ChartFrameProps) {
  const [asTable, setAsTable] = useState(false);
  const { t } = useTranslation();
  return (
    <section className="chart" aria-label={title}>
      <div className="controls">
        <Text fw={600} size="sm">
          {title}
        </Text>
        <div className="grow" />
        {tools}
        <Button size="compact-xs" variant="subtle" onClick={() => setAsTable(!asTable)} aria-pressed={asTable}>
          {t(asTable ? 'chart.picture' : 'chart.table')}
        </Button>
      </div>
      <div className="chart-body">
        {empty ? <div className="chart-empty">{empty}</div> : asTable ? <NumbersTable {...table} /> : children}
      </div>
      <Text size="xs" c="dimmed">
        {note}
      </Text>
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
        {rows.slice(-mostRows).map((row) => (
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
