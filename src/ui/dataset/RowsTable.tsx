import {
  Button,
  Checkbox,
  Group,
  NativeSelect,
  Pagination,
  Table,
  Text,
  Textarea,
  TextInput,
  Title,
} from '@mantine/core';
import type { TFunction } from 'i18next';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addPairs, addRows, relabel, removeRows, typedPairs } from '../../data/rows/edit.ts';
import type { Row } from '../../data/rows/row.ts';
import { labelOf } from '../../data/rows/row-labels.ts';
import { arePairs, type Texts, textsOf } from '../../data/rows/texts.ts';
import type { TaskKind } from '../../model/task-kind.ts';
import { changeRows } from '../../store/dataset/actions.ts';
import { type FoundRows, listClasses, searchRows } from '../../store/dataset/report.ts';
import type { OwnData } from '../../store/dataset/state.ts';
import { TokenView } from '../encoder/TokenView.tsx';
import { formatCount, formatTexts } from '../format.ts';
import { useLocked } from '../use-locked.ts';
import { useWork } from './use-work.ts';

const rowsOnPage = 20;
const maxCharacters = 300;

type Chosen = ReadonlySet<number>;

/** The rows, to be searched, relabelled, deleted and added to. */
export function RowsTable({ data: { rows, kind = 'single-label' } }: { data: OwnData }) {
  const [words, setWords] = useState('');
  const [label, setLabel] = useState('');
  const [page, setPage] = useState(1);
  const [chosen, setChosen] = useState<Chosen>(new Set());
  const { t } = useTranslation();
  const search = useCallback(
    () => searchRows(rows, { words, label: label || undefined, kind }),
    [rows, words, label, kind],
  );
  const { value: found, stale } = useWork(search);
  const list = useCallback(() => listClasses(rows, kind), [rows, kind]);
  const labels = useWork(list).value ?? [];
  return (
    <section aria-labelledby="rows-title">
      <Title order={3} size="sm" id="rows-title">
        {t('dataset.table.title')}
      </Title>
      <div className="fields">
        <TextInput
          size="xs"
          label={t('dataset.table.search')}
          value={words}
          onChange={({ currentTarget }) => {
            setWords(currentTarget.value);
            setPage(1);
          }}
        />
        <NativeSelect
          size="xs"
          // Numbers have no classes to look for.
          display={kind === 'regression' ? 'none' : 'block'}
          label={kind === 'single-label' ? t('dataset.table.class') : t(`kinds.flipped.${headOf[kind]}`)}
          value={label}
          onChange={({ currentTarget }) => {
            setLabel(currentTarget.value);
            setPage(1);
          }}
          data={[
            { value: '', label: t('dataset.table.all') },
            ...labels.map(([value, count]) => ({ value, label: `${value} (${formatCount(count)})` })),
          ]}
        />
      </div>
      <Text size="xs" c={stale ? 'dimmed' : 'inherit'}>
        {found ? t('dataset.table.found', { count: found.places.length }) : t('dataset.checks.looking')}
      </Text>
      {found && (
        <FoundTable
          kind={kind}
          found={found}
          current={found.rows === rows}
          chosen={chosen}
          onChoose={setChosen}
          page={page}
        />
      )}
      <Pagination
        size="xs"
        aria-label={t('dataset.table.pages')}
        getControlProps={(control) => ({
          'aria-label': t(control === 'next' ? 'dataset.table.nextPage' : 'dataset.table.pageBefore'),
        })}
        total={Math.ceil((found?.places.length ?? 0) / rowsOnPage)}
        value={page}
        onChange={setPage}
      />
      <RowActions kind={kind} pairs={arePairs(rows)} chosen={chosen} onDone={() => setChosen(new Set())} />
    </section>
  );
}

const textsAt = (rows: readonly Row[], at: number): Texts => textsOf(rows[at] ?? { text: '' });
const headOf = { 'multi-label': 'labels', regression: 'number', token: 'tag' } as const;

interface FoundTableProps {
  kind: TaskKind;
  found: FoundRows;
  /** Whether they are rows of the list as it is now. */
  current: boolean;
  chosen: Chosen;
  onChoose: (chosen: Chosen) => void;
  page: number;
}

/** One page of the rows that were found. */
function FoundTable({ kind, found: { rows, places }, current, chosen, onChoose, page }: FoundTableProps) {
  const [cut, setCut] = useState<number | null>(null);
  const { t } = useTranslation();
  return (
    <Table fz="xs" aria-label={t('dataset.table.title')}>
      <Table.Tbody>
        {places.slice((page - 1) * rowsOnPage, page * rowsOnPage).map((at) => (
          <Table.Tr key={at}>
            <Table.Td>
              <Checkbox
                size="xs"
                aria-label={t('dataset.table.choose', { row: at + 1 })}
                disabled={!current}
                checked={chosen.has(at)}
                onChange={() => onChoose(toggled(chosen, at))}
              />
            </Table.Td>
            <Table.Td>
              {formatTexts(textsAt(rows, at)).slice(0, maxCharacters)}
              {cut === at && <TokenView place="row" {...textsAt(rows, at)} />}
            </Table.Td>
            <Table.Td>{rows[at] && labelOf(kind, rows[at])}</Table.Td>
            <Table.Td>
              <Button
                size="compact-xs"
                variant="subtle"
                aria-label={t('encoder.tokens.showRow', { row: at + 1 })}
                aria-expanded={cut === at}
                onClick={() => setCut(cut === at ? null : at)}
              >
                {t('encoder.tokens.title')}
              </Button>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function toggled(chosen: Chosen, at: number): Chosen {
  const next = new Set(chosen);
  if (!next.delete(at)) next.add(at);
  return next;
}

/** What is typed for a label, in words. */
function descriptionOf(t: TFunction, kind: TaskKind): string | undefined {
  if (kind === 'single-label') return undefined;
  return kind === 'token' ? t('kinds.table.token') : t(`kinds.table.labelHelp.${kind}`);
}

/** A label as rows of a kind have it; null where it is none. */
function writtenLabel(kind: TaskKind, typed: string): string | null {
  const label = typed.trim();
  if (kind === 'multi-label') {
    const names = label.split(',').map((name) => name.trim());
    return JSON.stringify([...new Set(names.filter((name) => name !== ''))]);
  }
  if (label === '' || kind === 'token') return null;
  return kind === 'regression' && !Number.isFinite(Number(label)) ? null : label;
}

interface RowActionsProps {
  kind: TaskKind;
  pairs: boolean;
  chosen: Chosen;
  onDone: () => void;
}

function RowActions({ kind, pairs, chosen, onDone }: RowActionsProps) {
  const [label, setLabel] = useState('');
  const [typed, setTyped] = useState('');
  const [seconds, setSeconds] = useState('');
  const typedRows = pairs ? typedPairs(typed, seconds) : null;
  const uneven = pairs && typedRows === null;
  const locked = useLocked('task');
  const { t } = useTranslation();
  const written = writtenLabel(kind, label);
  const unnamed = written === null;
  const change = (edit: (data: OwnData) => OwnData['rows']) => {
    changeRows((data) => ({ ...data, rows: edit(data) }));
    onDone();
  };
  return (
    <>
      <TextInput
        size="xs"
        label={t('dataset.table.newLabel')}
        disabled={kind === 'token'}
        description={descriptionOf(t, kind)}
        error={
          kind === 'regression' && written === null && label.trim() !== ''
            ? t('kinds.table.notNumber', { label })
            : undefined
        }
        value={label}
        onChange={({ currentTarget }) => setLabel(currentTarget.value)}
      />
      <Group gap="xs" my="xs">
        <Button
          size="xs"
          disabled={locked || unnamed || chosen.size === 0}
          onClick={() => change(({ rows }) => relabel(rows, chosen, written ?? ''))}
        >
          {t('dataset.table.relabel', { count: chosen.size })}
        </Button>
        <Button
          size="xs"
          color="red"
          variant="light"
          disabled={locked || chosen.size === 0}
          onClick={() => change(({ rows }) => removeRows(rows, chosen))}
        >
          {t('dataset.table.remove', { count: chosen.size })}
        </Button>
      </Group>
      <Textarea
        size="xs"
        label={t('dataset.table.typed')}
        value={typed}
        onChange={({ currentTarget }) => setTyped(currentTarget.value)}
      />
      {pairs && (
        <Textarea
          size="xs"
          label={t('dataset.table.typedSecond')}
          value={seconds}
          error={uneven && seconds !== '' ? t('dataset.table.uneven') : null}
          onChange={({ currentTarget }) => setSeconds(currentTarget.value)}
        />
      )}
      <Button
        size="xs"
        mt="xs"
        disabled={locked || unnamed || uneven || typed.trim() === ''}
        onClick={() => {
          const named = written ?? '';
          change(({ rows }) => (typedRows ? addPairs(rows, typedRows, named) : addRows(rows, typed, named)));
          setTyped('');
          setSeconds('');
        }}
      >
        {t('dataset.table.add')}
      </Button>
    </>
  );
}
