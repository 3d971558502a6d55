import { NumberInput, Select, Text, Title } from '@mantine/core';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { builtInTasks, languages } from '../../data/built-in/tasks.ts';
import { trainOnOwn } from '../../store/dataset/actions.ts';
import { datasetStore } from '../../store/dataset/state.ts';
import { changeRun, chooseTask } from '../../store/run/actions.ts';
import { taskName } from '../../training/run.ts';
import type { TaskSummary } from '../../workers/trainer/api.ts';
import { UnknownTokens } from '../encoder/UnknownTokens.tsx';
import { formatCount } from '../format.ts';
import { useLocked } from '../use-locked.ts';
import { usePage } from '../use-page.ts';
import { OwnDataControls } from './OwnDataControls.tsx';
import { useTaskTitle } from './use-task-title.ts';

/** How many rows there are, and what is said of them. */
function rowsText(t: TFunction, { kind = 'single-label', trainRows, testRows, labels }: TaskSummary): string {
  const facts = { train: formatCount(trainRows), test: formatCount(testRows) };
  return kind === 'single-label'
    ? t('dataset.task.rows', { ...facts, classes: labels.length })
    : t(`kinds.rows.${kind}`, { ...facts, count: labels.length });
}

/** The task: what is to be told apart, and on how many rows. */
export function TaskPanel() {
  const run = usePage((state) => state.run);
  const task = usePage((state) => state.task);
  const own = useStore(datasetStore, ({ data }) => data?.name);
  const locked = useLocked('task');
  const titleOf = useTaskTitle();
  const { t, i18n } = useTranslation();
  const chosen = builtInTasks.find(({ name }) => name === taskName(run));
  return (
    <section aria-labelledby="task-title">
      <Title order={2} id="task-title">
        {t('dataset.task.title')}
      </Title>
      <Select
        label={t('dataset.task.label')}
        // A long name does not fit.
        title={titleOf(taskName(run))}
        size="xs"
        disabled={locked}
        allowDeselect={false}
        value={taskName(run)}
        onChange={(name) => {
          if (name === own) trainOnOwn();
          else if (name) chooseTask(name);
        }}
        data={[
          ...(own ? [{ value: own, label: t('dataset.own.option', { name: own }) }] : []),
          ...languages
            .toSorted((one) => (one === i18n.language ? -1 : 1))
            .map((language) => ({
              group: t(`dataset.task.languages.${language}`),
              items: builtInTasks
                .filter((task) => task.language === language)
                .map(({ name }) => ({ value: name, label: titleOf(name) })),
            })),
        ]}
      />
      <OwnDataControls />
      <UnknownTokens />
      {task && (
        <Text size="xs" mt={4}>
          {rowsText(t, task)}
        </Text>
      )}
      <div className="fields">
        <RowsField
          which="limit"
          label={t('dataset.task.trainRows')}
          help={t('dataset.task.trainRowsHelp')}
          most={task?.trainRows}
        />
        <RowsField
          which="testLimit"
          label={t('dataset.task.testRows')}
          help={t('dataset.task.testRowsHelp')}
          most={task?.testRows}
        />
      </div>
      {chosen && (
        <Text size="xs" c="dimmed" mt={4}>
          {t('dataset.task.source', { source: chosen.source, licence: chosen.licence })}
        </Text>
      )}
    </section>
  );
}

interface RowsFieldProps {
  which: 'limit' | 'testLimit';
  label: string;
  help: string;
  most: number | undefined;
}

function RowsField({ which, label, help, most }: RowsFieldProps) {
  const value = usePage(({ run }) => run.data[which]);
  const locked = useLocked('task');
  return (
    <NumberInput
      size="xs"
      label={label}
      title={help}
      disabled={locked}
      min={16}
      max={most ?? 100_000}
      step={100}
      clampBehavior="blur"
      allowDecimal={false}
      value={value ?? most ?? ''}
      onChange={(rows) => {
        if (typeof rows === 'number' && rows >= 16)
          changeRun((run) => ({ ...run, data: { ...run.data, [which]: Math.min(rows, most ?? rows) } }));
      }}
    />
  );
}
