import { Radio, Stack, Text, Textarea, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import {
  type Answer,
  answerQuiz,
  answers,
  isRoundDone,
  lessonsStore,
  maxWords,
  quizIds,
  quizRoundOf,
  type Round,
  rightQuizAnswers,
  rounds,
} from '../../store/lessons/state.ts';
import classes from './Lessons.module.css';

/** The short question set. What is right is said after the second round. */
export function Quiz({ round }: { round: Round }) {
  const state = useStore(lessonsStore);
  const { t } = useTranslation();
  const { chosen, open } = quizRoundOf(state, round);
  const isTold = round === 'after' && isRoundDone(state, 'after');
  const rightIn = (which: Round) =>
    quizIds.filter((id) => quizRoundOf(state, which).chosen[id] === rightQuizAnswers[id]).length;
  return (
    <article aria-labelledby="quiz-title">
      <Title order={3} id="quiz-title" size="h4">
        {t(`lessons.quiz.titles.${round}`)}
      </Title>
      <Text size="sm" my={6}>
        {t(`lessons.quiz.about.${round}`)}
      </Text>
      {quizIds.map((id, i) => (
        <Radio.Group
          key={id}
          className={classes.step}
          label={t('lessons.numbered', { number: i + 1, title: t(`lessons.quiz.questions.${id}.question`) })}
          value={chosen[id] ?? ''}
          onChange={(value) => answerQuiz(round, { chosen: { [id]: value as Answer } })}
        >
          <Stack gap={4} mt={6}>
            {answers.map((answer) => (
              <Radio
                key={answer}
                size="xs"
                value={answer}
                label={
                  <>
                    {t(`lessons.quiz.questions.${id}.${answer}`)}
                    {isTold && <Marks id={id} answer={answer} />}
                  </>
                }
              />
            ))}
          </Stack>
        </Radio.Group>
      ))}
      <Textarea
        className={classes.step}
        label={t('lessons.numbered', { number: quizIds.length + 1, title: t('lessons.quiz.openQuestion') })}
        autosize
        minRows={3}
        maxRows={8}
        maxLength={maxWords}
        value={open}
        onChange={(event) => answerQuiz(round, { open: event.currentTarget.value })}
      />
      {isTold && (
        <>
          <Text size="sm" mt="sm" fw={600} role="status">
            {t('lessons.quiz.result', { before: rightIn('before'), after: rightIn('after'), all: quizIds.length })}
          </Text>
          <OpenAnswers />
        </>
      )}
    </article>
  );
}

/** Who chose an answer, and whether it is right. */
function Marks({ id, answer }: { id: (typeof quizIds)[number]; answer: Answer }) {
  const state = useStore(lessonsStore);
  const { t } = useTranslation();
  const marks = [
    ...rounds
      .filter((round) => quizRoundOf(state, round).chosen[id] === answer)
      .map((round) => t(`lessons.quiz.yours.${round}`)),
    ...(rightQuizAnswers[id] === answer ? [t('lessons.quiz.yours.right')] : []),
  ];
  return marks.length > 0 ? <strong>{` (${marks.join(', ')})`}</strong> : null;
}

/** The open answers of both rounds, side by side. */
function OpenAnswers() {
  const state = useStore(lessonsStore);
  const { t } = useTranslation();
  return (
    <dl className={classes.compare}>
      {rounds.map((round) => (
        <div key={round}>
          <dt>{t(`lessons.quiz.yours.${round}`)}</dt>
          <dd>{quizRoundOf(state, round).open}</dd>
        </div>
      ))}
    </dl>
  );
}
