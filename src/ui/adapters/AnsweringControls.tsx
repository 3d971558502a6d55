import { Select, Slider, Text } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { adaptersStore, answerWith, setStrength } from '../../store/adapters/state.ts';
import { sameClasses } from '../../store/adapters/task.ts';
import { kindOf } from '../../training/run.ts';
import { colors } from '../colors.ts';
import { formatShare } from '../format.ts';
import { LessonLink } from '../lessons/LessonLink.tsx';
import { namedMeasure } from '../measure.ts';
import { useRunName } from '../runs/use-run-name.ts';
import { usePage } from '../use-page.ts';
import { namedClasses } from './named-classes.ts';

/** The value of the choice that stands for the run being trained. */
const live = 'live';

/** Which adapter answers, and how strongly it is added to the frozen encoder. */
export function AnsweringControls() {
  const { adapter, strength } = usePage((state) => state.answering);
  const task = usePage((state) => state.task);
  const model = usePage(({ run }) => run.model);
  const kept = useStore(adaptersStore, (state) => state.kept);
  const { t } = useTranslation();
  const usable = useMemo(() => kept.filter(({ run }) => run.model === model), [kept, model]);
  const nameOf = useRunName(usable);
  const answers = usable.find(({ id }) => id === adapter);
  const isSame =
    answers &&
    task &&
    kindOf(answers.run) === (task.kind ?? 'single-label') &&
    sameClasses(answers.labels, task.labels);
  const other = answers && task && !isSame ? answers : undefined;
  return (
    <>
      {/* There before the first adapter is saved: nothing moves when that is. */}
      <Select
        size="xs"
        mt={4}
        label={t('adapters.answers')}
        allowDeselect={false}
        disabled={usable.length === 0}
        value={adapter ?? live}
        onChange={(value) => void answerWith(value === live ? null : value)}
        data={[
          { value: live, label: t('adapters.live') },
          ...usable.map((adapter) => ({
            value: adapter.id,
            label:
              adapter.accuracy === null
                ? nameOf(adapter)
                : `${nameOf(adapter)} (${namedMeasure(t, kindOf(adapter.run), adapter.accuracy)})`,
          })),
        ]}
      />
      {other && (
        <Text size="xs" mt={4} c="var(--trained-text)" role="status">
          {kindOf(other.run) === 'regression'
            ? t('kinds.adapters.otherNumber')
            : t('adapters.otherTask', { classes: namedClasses(other.labels) })}
        </Text>
      )}
      <Text size="xs" mt={4}>
        {t('adapters.strength')} <b>{formatShare(strength)}</b>
      </Text>
      <Slider
        size="sm"
        color={colors.trained}
        min={0}
        max={1.5}
        step={0.05}
        label={null}
        thumbLabel={t('adapters.strength')}
        thumbProps={{ 'aria-valuetext': formatShare(strength) }}
        value={strength}
        onChange={setStrength}
      />
      <Text size="xs" c="dimmed" mb={6}>
        {t('adapters.strengthHelp')}
      </Text>
      <LessonLink id="identity" />
    </>
  );
}
