import { Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { termIds } from '../../store/glossary/terms.ts';
import { guessOf, measuredIn } from '../../store/lessons/experiments.ts';
import type { LessonId } from '../../store/lessons/origin.ts';
import { lessonsStore } from '../../store/lessons/state.ts';
import { runsStore } from '../../store/runs/state.ts';
import { TermText } from '../glossary/TermText.tsx';
import { ChangeStep } from './ChangeStep.tsx';
import { CompareStep } from './CompareStep.tsx';
import { ExplainStep } from './ExplainStep.tsx';
import classes from './Lessons.module.css';
import { claimWords } from './lesson-words.ts';
import { PredictStep } from './predict/PredictStep.tsx';
import { QuestionStep } from './QuestionStep.tsx';
import { RunStep } from './RunStep.tsx';

/** A lesson from its text to a change of one's own: each step opens when the one before is done. */
export function LessonText({ id }: { id: LessonId }) {
  const state = useStore(lessonsStore);
  const runs = useStore(runsStore, (kept) => kept.runs);
  const { t } = useTranslation();
  const guess = guessOf(state, id);
  const measured = measuredIn(id, runs, state);
  const isCompared = guess !== null && measured !== null;
  const isExplained = isCompared && (state.explained[id] ?? '').trim() !== '';
  return (
    <article aria-labelledby="lesson-title">
      <Title order={3} id="lesson-title" size="h4">
        {t(`lessons.${id}.title`)}
      </Title>
      <Text size="sm" my={6}>
        <TermText text={t(`lessons.${id}.text`)} terms={termIds} />
      </Text>
      <Step number={1} name="predict">
        <PredictStep id={id} />
      </Step>
      <Step number={2} name="run">
        <Text size="sm" mb={6}>
          {t(`lessons.${id}.experiment`)}
        </Text>
        <RunStep id={id} />
      </Step>
      {isCompared && (
        <Step number={3} name="compare">
          <CompareStep id={id} guess={guess} measured={measured} />
        </Step>
      )}
      {isCompared && (
        <Step number={4} name="explain">
          <ExplainStep id={id} />
        </Step>
      )}
      {isExplained && (
        <>
          <Text size="sm" mt="sm" className={classes.claim} data-testid="claim">
            {claimWords(t, id, runs, state)}
          </Text>
          <Step number={5} name="question">
            <QuestionStep id={id} />
          </Step>
          <Step number={6} name="change">
            <ChangeStep id={id} />
          </Step>
        </>
      )}
    </article>
  );
}

interface StepProps {
  number: number;
  name: 'predict' | 'run' | 'compare' | 'explain' | 'question' | 'change';
  children: ReactNode;
}

function Step({ number, name, children }: StepProps) {
  const { t } = useTranslation();
  const id = `lesson-step-${name}`;
  return (
    <section className={classes.step} aria-labelledby={id}>
      <Title order={4} size="h6" id={id} mb={4}>
        {t('lessons.numbered', { number, title: t(`lessons.steps.${name}`) })}
      </Title>
      <Stack gap={6} align="stretch">
        {children}
      </Stack>
    </section>
  );
}
