import { Button, NumberInput, Select, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { kindOfTask } from '../../data/built-in/kinds.ts';
import { builtInTasks, speakOtherLanguages } from '../../data/built-in/tasks.ts';
import { forgettingStore, startForgetting, stopForgetting } from '../../store/forgetting/state.ts';
import { canTrain } from '../../store/page/selectors.ts';
import { kindOf } from '../../training/run.ts';
import classes from '../charts/ChartFrame.module.css';
import { useTaskTitle } from '../dataset/use-task-title.ts';
import { LessonLink } from '../lessons/LessonLink.tsx';
import { LatePart, latePart } from '../page/late-part.tsx';
import { usePage } from '../use-page.ts';

const ForgettingChart = latePart(() => import('./ForgettingChart.tsx'));

/** Learns a second task after a first, and shows what becomes of the first. */
export function ForgettingPanel() {
  const { points, running, tasks } = useStore(forgettingStore);
  const ready = usePage((state) => canTrain(state) || state.phase === 'done');
  const model = usePage(({ run }) => run.model);
  const ofClasses = usePage(({ run }) => kindOf(run) === 'single-label');
  const readable = builtInTasks
    .map(({ name }) => name)
    .filter((name) => kindOfTask(name) === 'single-label' && !speakOtherLanguages(model, name));
  const [chosen, setChosen] = useState(tasks);
  // What was chosen with another encoder, whose language it is in, gives way.
  const [first = '', second = ''] = [chosen.first, chosen.second].map((name, place) =>
    readable.includes(name) ? name : readable[place],
  );
  const [steps, setSteps] = useState(40);
  const titleOf = useTaskTitle();
  const { t } = useTranslation();
  const data = readable.map((name) => ({ value: name, label: titleOf(name) }));
  return (
    <section aria-labelledby="forgetting-title">
      <Title order={2} id="forgetting-title">
        {t('forgetting.title')}
      </Title>
      <Text size="sm">
        {t('forgetting.about')} {ofClasses ? '' : t('kinds.forgetting')}
      </Text>
      <LessonLink id="forgetting" />
      <div className="controls" style={{ alignItems: 'flex-end', marginBlock: 8 }}>
        <Select
          size="xs"
          w={280}
          label={t('forgetting.first')}
          allowDeselect={false}
          disabled={running}
          data={data}
          value={first}
          onChange={(name) => name && setChosen({ first: name, second })}
        />
        <Select
          size="xs"
          w={280}
          label={t('forgetting.second')}
          allowDeselect={false}
          disabled={running}
          data={data}
          value={second}
          onChange={(name) => name && setChosen({ first, second: name })}
        />
        <NumberInput
          size="xs"
          w={120}
          label={t('forgetting.steps')}
          disabled={running}
          min={2}
          max={1000}
          clampBehavior="blur"
          allowDecimal={false}
          value={steps}
          onChange={(value) => typeof value === 'number' && value >= 2 && setSteps(Math.min(1000, value))}
        />
        {running ? (
          <Button size="xs" onClick={stopForgetting}>
            {t('forgetting.stop')}
          </Button>
        ) : (
          <Button size="xs" disabled={!ready || first === second} onClick={() => startForgetting(first, second, steps)}>
            {t('forgetting.start')}
          </Button>
        )}
      </div>
      {points.length > 0 && <LatePart part={ForgettingChart} fallback={<div className={classes.body} />} />}
    </section>
  );
}
