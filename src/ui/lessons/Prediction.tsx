import { Button, Slider, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { forgettingStore } from '../../store/forgetting/state.ts';
import { notebookStore, predict } from '../../store/lessons/notebook.ts';
import type { LessonId } from '../../store/lessons/origin.ts';
import { predictions } from '../../store/lessons/predictions.ts';
import { lessons, trainedAs } from '../../store/lessons/state.ts';
import { runsStore } from '../../store/runs/state.ts';
import { LessonPart } from './LessonPart.tsx';

/** The lesson's question before anything is trained, and its answer beside the prediction once the runs have given it. */
export function Prediction({ id }: { id: LessonId }) {
  const stands = useStore(notebookStore, ({ pages }) => pages[id]?.prediction);
  const { most } = predictions[id];
  const [value, setValue] = useState(stands ?? most / 2);
  const words = useWords(id);
  const { t } = useTranslation();
  return (
    <section aria-labelledby="prediction-title">
      <LessonPart id="prediction-title" title={t('lessons.prediction')} text={t(`lessons.${id}.predict`)} />
      {stands === undefined ? (
        <>
          <Slider
            min={0}
            max={most}
            label={null}
            color="blue"
            thumbLabel={t('lessons.prediction')}
            thumbValueText={words(value)}
            value={value}
            onChange={setValue}
          />
          <Button size="compact-sm" mt={8} onClick={() => predict(id, value)}>
            {t('lessons.stand', { value: words(value) })}
          </Button>
        </>
      ) : (
        <Result id={id} prediction={stands} />
      )}
    </section>
  );
}

function Result({ id, prediction }: { id: LessonId; prediction: number }) {
  const { measure } = predictions[id];
  const records = useStore(runsStore, (state) => state.runs);
  const forgetting = useStore(forgettingStore, ({ points, running }) => (running ? none : points));
  const words = useWords(id);
  const { t } = useTranslation();
  const runs = lessons[id].setUps.map((setUp) => trainedAs(id, setUp, records));
  const measured = measure?.({ runs, forgetting }) ?? null;
  return (
    <Text size="sm" fw={600} role="status" data-testid="prediction">
      {t('lessons.predicted', { value: words(prediction) })}{' '}
      {measured !== null
        ? t('lessons.measured', { value: words(measured) })
        : t(measure ? 'lessons.notYet' : 'lessons.compare')}
    </Text>
  );
}

/** While it runs there is no last point. */
const none: [] = [];

/** A number in the unit of the lesson's question, in words. */
function useWords(id: LessonId): (value: number) => string {
  const { t } = useTranslation();
  const { unit } = predictions[id];
  return (value) => t(`lessons.units.${unit}`, { value: Number.isInteger(value) ? String(value) : value.toFixed(1) });
}
