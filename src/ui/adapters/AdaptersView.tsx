import '../../i18n/add-late.ts';
import { Alert, Button, Checkbox, Slider, Table, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useMessage } from '../../i18n/messages.ts';
import { adaptersStore, answerWith, average, deleteAdapter, measure } from '../../store/adapters/state.ts';
import { rowsOfAdapter } from '../../store/adapters/task.ts';
import { datasetStore } from '../../store/dataset/state.ts';
import { openExport } from '../../store/export/state.ts';
import { openAdapterImport } from '../../store/import/state.ts';
import type { SavedAdapter } from '../../store/runs/records.ts';
import { kindOf, taskName } from '../../training/run.ts';
import { colors } from '../colors.ts';
import { useTaskTitle } from '../dataset/use-task-title.ts';
import { ForgettingPanel } from '../forgetting/ForgettingPanel.tsx';
import { formatBytes, formatCount, formatShare } from '../format.ts';
import { namedMeasure } from '../measure.ts';
import { Guard } from '../page/Guard.tsx';
import { Problem } from '../page/Notices.tsx';
import { useRunName } from '../runs/use-run-name.ts';
import { usePage } from '../use-page.ts';
import { namedClasses } from './named-classes.ts';

/** Several trained adapters on one frozen encoder: switch, weaken, average. */
export default function AdaptersView() {
  const kept = useStore(adaptersStore, (state) => state.kept);
  const nameOf = useRunName(kept);
  const problem = useStore(adaptersStore, (state) => state.problem);
  const say = useMessage();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [strength, setStrength] = useState(1);
  const { t } = useTranslation();
  const [one, other] = chosen.flatMap((id) => kept.filter((adapter) => adapter.id === id));
  const choose = (id: string) =>
    setChosen(chosen.includes(id) ? chosen.filter((known) => known !== id) : [...chosen, id].slice(-2));
  return (
    <main className="sheet">
      <Title order={2}>{t('adapters.title')}</Title>
      <Text size="sm">{t('adapters.about')}</Text>
      <Problem />
      {problem && <Alert color="yellow">{say(problem)}</Alert>}
      <div className="controls">
        <Button size="xs" variant="default" onClick={openAdapterImport}>
          {t('import.open')}
        </Button>
      </div>
      {kept.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t('adapters.empty')}
        </Text>
      ) : (
        <>
          <div>
            <Text size="sm">
              {t('adapters.measureAt')}: <b>{formatShare(strength)}</b>
            </Text>
            <Slider
              maw={320}
              color={colors.trained}
              min={0}
              max={1.5}
              step={0.05}
              label={null}
              thumbLabel={t('adapters.measureAt')}
              value={strength}
              onChange={setStrength}
            />
          </div>
          <Table.ScrollContainer minWidth={860} type="native" tabIndex={0}>
            <Table fz="sm">
              <Table.Thead>
                <Table.Tr>
                  {(['choose', 'name', 'task', 'size', 'accuracy', 'measured', 'actions'] as const).map((column) => (
                    <Table.Th key={column}>
                      {column === 'accuracy' && kept.some(({ run }) => kindOf(run) !== 'single-label')
                        ? t('kinds.adapters.measured')
                        : t(`adapters.${column}`)}
                    </Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {kept.map((adapter) => (
                  <AdapterRow
                    key={adapter.id}
                    adapter={adapter}
                    name={nameOf(adapter)}
                    strength={strength}
                    chosen={chosen.includes(adapter.id)}
                    onChoose={() => choose(adapter.id)}
                  />
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
          <div className="controls">
            <Button
              variant="light"
              disabled={!one || !other || !sameAnswer(one, other)}
              onClick={() => one && other && void average(one, other)}
            >
              {t('adapters.average')}
            </Button>
            <Text size="xs" c="dimmed">
              {t('adapters.averageHelp')}
            </Text>
          </div>
        </>
      )}
      <Guard>
        <ForgettingPanel />
      </Guard>
    </main>
  );
}

/** Whether two adapters answer the same: only those are averaged. */
const sameAnswer = (one: SavedAdapter, other: SavedAdapter) =>
  kindOf(one.run) === kindOf(other.run) && one.labels.join('\n') === other.labels.join('\n');

interface AdapterRowProps {
  adapter: SavedAdapter;
  /** The name that tells it from the others. */
  name: string;
  strength: number;
  chosen: boolean;
  onChoose: () => void;
}

function AdapterRow({ adapter, name, strength, chosen, onChoose }: AdapterRowProps) {
  const { id, run, accuracy, testRows, bytes } = adapter;
  const kind = kindOf(run);
  const titleOf = useTaskTitle();
  // Drawn anew when the own rows are others.
  useStore(datasetStore, (state) => state.data);
  const data = rowsOfAdapter(adapter);
  const measured = useStore(adaptersStore, ({ scores }) => scores[id]);
  const why = useStore(adaptersStore, ({ unmeasurable }) => unmeasurable[id]);
  const answering = usePage((state) => state.answering.adapter === id);
  const ready = usePage(({ encoder, device }) => encoder?.name === run.model && device?.available === true);
  const { t } = useTranslation();
  return (
    <Table.Tr data-current={answering}>
      <Table.Td>
        <Checkbox size="xs" aria-label={t('adapters.chooseOne', { name })} checked={chosen} onChange={onChoose} />
      </Table.Td>
      <Table.Td>{name}</Table.Td>
      <Table.Td>
        {data ? titleOf(taskName({ data })) : t('adapters.unknownTask', { classes: namedClasses(adapter.labels) })}
      </Table.Td>
      <Table.Td>{formatBytes(bytes)}</Table.Td>
      <Table.Td>
        {accuracy === null
          ? '–'
          : t('adapters.onRows', { accuracy: namedMeasure(t, kind, accuracy), rows: formatCount(testRows) })}
      </Table.Td>
      <Table.Td>
        {why ? (
          <Text size="xs" role="status">
            {t(`adapters.unmeasurable.${why}`, { task: taskName(run), classes: namedClasses(adapter.labels) })}
          </Text>
        ) : measured ? (
          t('adapters.atStrength', {
            accuracy: namedMeasure(t, kind, measured.accuracy),
            strength: formatShare(measured.strength),
          })
        ) : (
          '–'
        )}
      </Table.Td>
      <Table.Td>
        <div className="controls" style={{ flexWrap: 'nowrap' }}>
          <Button
            size="compact-xs"
            disabled={!ready}
            aria-label={t('adapters.useOne', { name })}
            onClick={() => {
              void answerWith(id);
              location.hash = '#/playground';
            }}
          >
            {t('adapters.use')}
          </Button>
          <Button
            size="compact-xs"
            variant="light"
            disabled={!ready}
            aria-label={t('adapters.measureOne', { name })}
            onClick={() => void measure(id, strength)}
          >
            {t('adapters.measure')}
          </Button>
          <Button
            size="compact-xs"
            variant="light"
            disabled={!ready}
            aria-label={t('export.takeOne', { name })}
            onClick={() => openExport(id)}
          >
            {t('export.takeShort')}
          </Button>
          <Button
            size="compact-xs"
            variant="subtle"
            aria-label={t('adapters.deleteOne', { name })}
            onClick={() => deleteAdapter(id)}
          >
            {t('adapters.delete')}
          </Button>
        </div>
      </Table.Td>
    </Table.Tr>
  );
}
