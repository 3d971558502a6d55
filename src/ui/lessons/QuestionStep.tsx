import { Radio, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { LessonId } from '../../store/lessons/origin.ts';
import { type Answer, answerLesson, answers, lessonsStore, rightAnswers } from '../../store/lessons/state.ts';

/** The lesson's question, and why its answer is right. */
export function QuestionStep({ id }: { id: LessonId }) {
  const given = useStore(lessonsStore, (state) => state.given[id]);
  const { t } = useTranslation();
  return (
    <>
      <Radio.Group
        label={t(`lessons.${id}.question`)}
        value={given ?? ''}
        onChange={(value) => answerLesson(id, value as Answer)}
      >
        <Stack gap={4} mt={6}>
          {answers.map((answer) => (
            <Radio key={answer} size="xs" value={answer} label={t(`lessons.${id}.${answer}`)} />
          ))}
        </Stack>
      </Radio.Group>
      <Text size="sm" fw={600} role="status" mih="1.4rem">
        {given
          ? `${t(given === rightAnswers[id] ? 'lessons.right' : 'lessons.wrong')}${t('runs.frontier.sentences')}${t(`lessons.${id}.why`)}`
          : ''}
      </Text>
    </>
  );
}
