import { MultiSelect, NativeSelect, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { offsetUnits } from '../../data/rows/offset-units.ts';
import { type TaskKind, taskKinds } from '../../model/task-kind.ts';
import { changeLabelling, chooseKind, importStore } from '../../store/dataset/import.ts';

/** What may stand between labels; anything else is told from the cells, or chosen in the file. */
const separators = [';', '|', ',', ' ', '\t', '/'];

/** What the answer of the file's rows is: guessed, to be corrected. */
export function AnswerSelect() {
  const inspection = useStore(importStore, (state) => state.inspection);
  const kind = useStore(importStore, ({ labelling }) => labelling.kind);
  const purpose = useStore(importStore, (state) => state.purpose);
  const { t } = useTranslation();
  if (!inspection) return null;
  return (
    <>
      <NativeSelect
        size="xs"
        mt="xs"
        label={t('kinds.import.answer')}
        // Test rows have the answer of the rows that they test.
        disabled={purpose === 'test'}
        value={kind}
        onChange={({ currentTarget }) => chooseKind(currentTarget.value as TaskKind)}
        data={taskKinds.map((value) => ({ value, label: t(`kinds.names.${value}`) }))}
      />
      <Text size="xs" c="dimmed">
        {t(`kinds.import.help.${kind}`)}
      </Text>
    </>
  );
}

/** How the cells of the answer are read, where there is a choice. */
export function LabellingFields() {
  const inspection = useStore(importStore, (state) => state.inspection);
  const labelling = useStore(importStore, (state) => state.labelling);
  const { t } = useTranslation();
  if (!inspection) return null;
  const { columns, layout } = inspection;
  const { kind, separator, classes, decimal, spans } = labelling;
  if (kind === 'token' && layout.format !== 'conll')
    return (
      <NativeSelect
        size="xs"
        label={t('kinds.import.tagged')}
        value={spans ?? 'words'}
        onChange={({ currentTarget: { value } }) =>
          changeLabelling({ spans: offsetUnits.find((unit) => unit === value), mend: undefined })
        }
        data={(['words', ...offsetUnits] as const).map((value) => ({
          value,
          label: t(`kinds.import.taggedBy.${value}`),
        }))}
      />
    );
  if (kind === 'regression')
    return (
      <NativeSelect
        size="xs"
        label={t('kinds.import.decimal')}
        value={decimal ?? '.'}
        onChange={({ currentTarget }) => changeLabelling({ decimal: currentTarget.value === ',' ? ',' : undefined })}
        data={[
          { value: '.', label: t('kinds.import.point') },
          { value: ',', label: t('kinds.import.comma') },
        ]}
      />
    );
  if (kind !== 'multi-label') return null;
  return (
    <>
      <NativeSelect
        size="xs"
        label={t('kinds.import.spread')}
        value={classes ? 'columns' : 'listed'}
        onChange={({ currentTarget }) =>
          changeLabelling({ classes: currentTarget.value === 'columns' ? [] : undefined, separator: undefined })
        }
        data={(['listed', 'columns'] as const).map((value) => ({ value, label: t(`kinds.import.${value}`) }))}
      />
      {classes ? (
        <MultiSelect
          size="xs"
          label={t('kinds.import.classColumns')}
          searchable
          data={columns}
          value={[...classes]}
          onChange={(chosen) => changeLabelling({ classes: chosen })}
        />
      ) : (
        <NativeSelect
          size="xs"
          label={t('kinds.import.separator')}
          value={separator ?? ''}
          onChange={({ currentTarget }) => changeLabelling({ separator: currentTarget.value || undefined })}
          data={[
            { value: '', label: t('kinds.import.guessed') },
            ...separators.map((value) => ({
              value,
              label: value === ' ' ? t('kinds.import.space') : value === '\t' ? t('dataset.import.tab') : value,
            })),
          ]}
        />
      )}
    </>
  );
}
