import { Button, Group, Radio, Slider, Stack, Text } from '@mantine/core';
import { type ComponentProps, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { type Curve, type Draft, wholeCurve } from '../../../store/lessons/curves.ts';
import { guessOf, hasBegun, lessons, type NumberToPredict } from '../../../store/lessons/experiments.ts';
import { type LessonId, originStore } from '../../../store/lessons/origin.ts';
import { type Answer, answers, type Guess, lessonsStore, predict } from '../../../store/lessons/state.ts';
import { runsStore } from '../../../store/runs/state.ts';
import classes from '../Lessons.module.css';
import { guessWords } from '../lesson-words.ts';
import { DrawCurve } from './DrawCurve.tsx';
import { SmallCurve } from './SmallCurve.tsx';

/** A number, an outcome or a curve to predict. It stands as soon as the experiment has begun. */
export function PredictStep({ id }: { id: LessonId }) {
  const state = useStore(lessonsStore);
  const runs = useStore(runsStore, (kept) => kept.runs);
  const [draft, setDraft] = useState<Guess | null>(null);
  const { t } = useTranslation();
  const { predicts } = lessons[id];
  const standing = guessOf(state, id);
  // What is seen of the experiment from its first step on is no part of a prediction.
  const isOurs = useStore(originStore, ({ origin }) => origin === id);
  const question = t(`lessons.${id}.predict`);
  if (standing !== null)
    return (
      <>
        <Text size="sm">{question}</Text>
        {Array.isArray(standing) && <SmallCurve drawn={standing} measured={null} label={guessWords(t, id, standing)} />}
        <Group gap="xs">
          <Text size="sm" fw={600} data-testid="prediction">
            {t('lessons.predict.standing', { guess: guessWords(t, id, standing) })}
          </Text>
          {!isOurs && !hasBegun(id, runs, state) && (
            <Button
              size="compact-xs"
              variant="subtle"
              onClick={() => {
                setDraft(standing);
                predict(id, null);
              }}
            >
              {t('lessons.predict.change')}
            </Button>
          )}
        </Group>
      </>
    );
  return (
    <>
      {predicts === 'outcome' ? (
        <Radio.Group
          label={question}
          value={typeof draft === 'string' ? draft : ''}
          onChange={(value) => setDraft(value as Answer)}
        >
          <Stack gap={4} mt={6}>
            {answers.map((answer) => (
              <Radio key={answer} size="xs" value={answer} label={t(`lessons.places.outcomes.${answer}`)} />
            ))}
          </Stack>
        </Radio.Group>
      ) : 'at' in predicts ? (
        <>
          <Text size="sm">{question}</Text>
          <CurveGuess
            curve={predicts}
            label={question}
            began={Array.isArray(draft) ? draft : null}
            onChange={setDraft}
          />
        </>
      ) : (
        <>
          <Text size="sm">{question}</Text>
          <NumberGuess id={id} range={predicts} value={typeof draft === 'number' ? draft : null} onChange={setDraft} />
        </>
      )}
      <Button
        size="compact-sm"
        style={{ alignSelf: 'flex-start' }}
        disabled={draft === null}
        onClick={() => predict(id, draft)}
      >
        {t('lessons.predict.stands')}
      </Button>
    </>
  );
}

interface NumberGuessProps {
  id: LessonId;
  range: NumberToPredict;
  /** Null: not touched yet. */
  value: number | null;
  onChange: (value: number) => void;
}

function NumberGuess({ id, range: { min, max }, value, onChange }: NumberGuessProps) {
  const { t } = useTranslation();
  return (
    <Group gap="sm" wrap="nowrap">
      <Slider
        flex={1}
        min={min}
        max={max}
        label={null}
        thumbLabel={t('lessons.steps.predict')}
        thumbProps={{ 'aria-valuetext': value === null ? '–' : guessWords(t, id, value) }}
        // It begins at nothing: a place in the middle would be a hint.
        value={value ?? Math.max(0, min)}
        onChange={onChange}
      />
      <Text size="sm" className={classes.value}>
        {value === null ? '–' : guessWords(t, id, value)}
      </Text>
    </Group>
  );
}

interface CurveGuessProps extends Pick<ComponentProps<typeof DrawCurve>, 'curve' | 'label'> {
  /** The curve to go on from; null: none. */
  began: Curve | null;
  /** Null: it is not whole. */
  onChange: (curve: Curve | null) => void;
}

function CurveGuess({ began, onChange, ...about }: CurveGuessProps) {
  const [draft, setDraft] = useState<Draft>(began ?? about.curve.at.map(() => null));
  return (
    <DrawCurve
      {...about}
      draft={draft}
      onChange={(changed) => {
        setDraft(changed);
        onChange(wholeCurve(changed));
      }}
    />
  );
}
