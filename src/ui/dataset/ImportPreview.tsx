import { Checkbox, NativeSelect, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { type Layout, textFormats } from '../../data/readers/data-file.ts';
import { type Labelling, wordsIn } from '../../data/rows/label-cells.ts';
import type { Mapping } from '../../data/rows/row.ts';
import type { TaskKind } from '../../model/task-kind.ts';
import { chooseColumns, correctLayout, importStore, isChosen } from '../../store/dataset/import.ts';
import { LabellingFields } from '../kinds/AnswerFields.tsx';

/** Rows shown of the sample, and the characters of a cell. */
const maxRows = 6;
const maxCharacters = 120;

const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'gb18030', 'windows-1252', 'shift_jis'];
const delimiters = [',', ';', '\t', '|'];
const quotes = ['"', "'"] as const;

/** A list's usual entries and, first, one that is not among them. */
const withOwn = (list: readonly string[], own: string) => (list.includes(own) ? [...list] : [own, ...list]);

/** How the file is read: guessed, to be corrected. */
export function LayoutFields() {
  const layout = useStore(importStore, (state) => state.layout);
  const { t } = useTranslation();
  if (!layout) return null;
  const { format, encoding, delimiter, quote, header } = layout;
  const inText = textFormats.some((name) => name === format);
  return (
    <div className="fields">
      {inText && (
        <NativeSelect
          size="xs"
          label={t('dataset.import.format')}
          value={format}
          onChange={({ currentTarget }) => correctLayout({ format: currentTarget.value as Layout['format'] })}
          data={[...textFormats]}
        />
      )}
      {encoding !== null && (
        <NativeSelect
          size="xs"
          label={t('dataset.import.encoding')}
          value={encoding}
          onChange={({ currentTarget }) => correctLayout({ encoding: currentTarget.value })}
          data={withOwn(encodings, encoding)}
        />
      )}
      {format === 'csv' && (
        <>
          <NativeSelect
            size="xs"
            label={t('dataset.import.delimiter')}
            value={delimiter}
            onChange={({ currentTarget }) => correctLayout({ delimiter: currentTarget.value })}
            data={withOwn(delimiters, delimiter).map((value) => ({
              value,
              label: value === '\t' ? t('dataset.import.tab') : value,
            }))}
          />
          <NativeSelect
            size="xs"
            label={t('dataset.import.quote')}
            value={quote ?? ''}
            onChange={({ currentTarget: { value } }) =>
              correctLayout({ quote: quotes.find((mark) => mark === value) ?? null })
            }
            data={[...quotes.map((value) => ({ value, label: value })), { value: '', label: t('dataset.import.none') }]}
          />
          <Checkbox
            size="xs"
            mt="1.9rem"
            label={t('dataset.import.header')}
            checked={header}
            onChange={({ currentTarget }) => correctLayout({ header: currentTarget.checked })}
          />
        </>
      )}
    </div>
  );
}

/** A cell as a person reads it: words and tags with blanks between them. */
const shownCell = (cell: string, kind: TaskKind) => (kind === 'token' ? wordsIn(cell.trim()).join(' ') : cell);

type Field = keyof Mapping;

/** The columns that are chosen: words are tagged in one text, and labels may have a column each. */
function fieldsOf({ kind, classes }: Labelling): Field[] {
  if (kind === 'token') return ['text', 'label'];
  return classes ? ['text', 'second'] : ['text', 'second', 'label'];
}

/** Which column is what, over the first rows. */
export function ImportPreview() {
  const { inspection, mapping, labelling } = useStore(importStore);
  const { t } = useTranslation();
  if (!inspection) return null;
  const { columns, sample } = inspection;
  const { kind, spans } = labelling;
  const nameOf = (field: Field) => {
    if (spans && field === 'label') return t('kinds.import.spans');
    if (kind === 'token' && !spans && field !== 'second')
      return t(field === 'text' ? 'kinds.import.words' : 'kinds.import.tags');
    if (field !== 'label' || kind === 'single-label') return t(`dataset.import.${field}`);
    return t(kind === 'regression' ? 'kinds.import.number' : 'kinds.import.labels');
  };
  const shown = isChosen(mapping)
    ? [mapping.text, ...(mapping.second === null ? [] : [mapping.second]), ...(labelling.classes ?? [mapping.label])]
    : columns;
  return (
    <>
      {mapping && (
        <div className="fields">
          {fieldsOf(labelling).map((field) => (
            <NativeSelect
              key={field}
              size="xs"
              label={nameOf(field)}
              value={mapping[field] ?? ''}
              onChange={({ currentTarget: { value } }) =>
                chooseColumns({ ...mapping, [field]: field === 'second' && value === '' ? null : value })
              }
              data={[
                ...(field === 'second' ? [{ value: '', label: t('dataset.import.none') }] : []),
                ...(mapping[field] === '' ? [{ value: '', label: t('dataset.import.choose') }] : []),
                ...columns.map((value) => ({ value, label: value })),
              ]}
            />
          ))}
          <LabellingFields />
        </div>
      )}
      <Text size="xs" fw={600} mt="xs">
        {t('dataset.import.preview')}
      </Text>
      <Table fz="xs" aria-label={t('dataset.import.preview')}>
        <Table.Thead>
          <Table.Tr>
            {shown.map((name) => (
              <Table.Th key={name}>{name}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {sample.slice(0, maxRows).map(({ place, cells }) => (
            <Table.Tr key={place}>
              {shown.map((name) => (
                <Table.Td key={name}>
                  {shownCell(cells[columns.indexOf(name)] ?? '', kind).slice(0, maxCharacters)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </>
  );
}
