import { Button, Group, Select, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { lessons } from '../../store/lessons/experiments.ts';
import type { LessonId } from '../../store/lessons/origin.ts';
import { runChange } from '../../store/lessons/run-experiment.ts';
import { useCanRun } from './RunStep.tsx';

/** One setting to change, and a run with it: its numbers join the lesson's. */
export function ChangeStep({ id }: { id: LessonId }) {
  const { values } = lessons[id].change;
  const [value, setValue] = useState(values[0]);
  const canRun = useCanRun(id);
  const { t } = useTranslation();
  if (value === undefined) return null;
  return (
    <>
      <Text size="sm">{t(`lessons.${id}.change`)}</Text>
      <Group gap="xs" align="flex-end">
        <Select
          size="xs"
          w={180}
          label={t(`lessons.${id}.knob`)}
          allowDeselect={false}
          value={String(value)}
          onChange={(chosen) => setValue(values.find((one) => String(one) === chosen))}
          data={values.map((one) => ({
            value: String(one),
            label: typeof one === 'number' ? String(one) : t(`run.method.names.${one}`),
          }))}
        />
        <Button size="compact-sm" variant="light" disabled={!canRun} onClick={() => runChange(id, value)}>
          {t('lessons.runChange')}
        </Button>
      </Group>
    </>
  );
}
