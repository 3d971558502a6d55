import { Anchor, Button, Radio, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import {
  type Answer,
  answerLesson,
  answers,
  type LessonId,
  lessons,
  lessonsStore,
  setUpExperiment,
} from '../../../store/lessons.ts';
import { useLocked } from '../../use-locked.ts';

/** What a lesson says, its experiment, what to see, and its question. */
export function LessonText({ id }: { id: LessonId }) {
  const given = useStore(lessonsStore, (state) => state.given[id]);
  const locked = useLocked();
  const { t } = useTranslation();
  const { right, experiment } = lessons[id];
  return (
    <article aria-labelledby="lesson-title">
      <Title order={3} id="lesson-title" size="h4">
        {t(`lessons.${id}.title`)}
      </Title>
      <Text size="sm" my={6} style={{ whiteSpace: 'pre-line' }}>
        {t(`lessons.${id}.text`)}
      </Text>
      <Title order={4} size="h6">
        {t('lessons.experiment')}
      </Title>
      <Text size="sm" my={4}>
        {t(`lessons.${id}.experiment`)}
      </Text>
      {experiment ? (
        <Button size="compact-sm" variant="light" disabled={locked} onClick={() => setUpExperiment(id)}>
          {t('lessons.setUp')}
        </Button>
      ) : (
        <Anchor size="sm" href="#/adapters" underline="always">
          {t('lessons.goToAdapters')}
        </Anchor>
      )}
      <Title order={4} size="h6" mt="sm">
        {t('lessons.see')}
      </Title>
      <Text size="sm" my={4}>
        {t(`lessons.${id}.see`)}
      </Text>
      <Radio.Group
        mt="sm"
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
      <Text size="sm" mt={6} fw={600} role="status" mih="1.4rem">
        {given ? `${t(given === right ? 'lessons.right' : 'lessons.wrong')} ${t(`lessons.${id}.why`)}` : ''}
      </Text>
    </article>
  );
}
