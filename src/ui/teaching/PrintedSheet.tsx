import { Table, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Block, Sheet } from '../../store/teaching/sheet.ts';
import { today } from '../format.ts';
import classes from './PrintedSheet.module.css';

/** A sheet on paper; not shown on a screen. `signed`: with room for a name and the date. */
export function PrintedSheet({ sheet: { title, kind, blocks }, signed }: { sheet: Sheet; signed: boolean }) {
  const { t } = useTranslation();
  return (
    <section className={classes.sheet} aria-hidden="true" data-testid="sheet">
      <Title order={2}>{title}</Title>
      <Text size="sm" fw={600}>
        {kind}
      </Text>
      {signed && (
        <div className={classes.head}>
          <span>{t('teaching.name')}</span>
          <span className={classes.blank} />
          <span>{t('teaching.date')}</span>
          <span className={classes.blank}>{today()}</span>
        </div>
      )}
      {blocks.map((block, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a sheet's blocks stay in their order
        <PrintedBlock key={i} block={block} />
      ))}
    </section>
  );
}

function PrintedBlock({ block }: { block: Block }) {
  switch (block.type) {
    case 'heading':
      return (
        <Title order={3} size="h6">
          {block.text}
        </Title>
      );
    case 'text':
      return <p>{block.text}</p>;
    case 'list':
      return (
        <ul>
          {block.items.map((item) => (
            <li key={item}>{item}</li>
          ))}
        </ul>
      );
    case 'table':
      return <Table withTableBorder withColumnBorders fz="sm" data={{ head: block.head, body: block.rows }} />;
    case 'lines':
      return Array.from({ length: block.count }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: empty lines are all alike
        <div key={i} className={classes.line} />
      ));
    case 'box':
      return <div className={classes.box}>{block.text}</div>;
  }
}
