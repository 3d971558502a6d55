import { Anchor, Button, Radio, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { LessonId } from '../../store/lessons/origin.ts';
import {
  type Answer,
  answerLesson,
  answers,
  lessons,
  lessonsStore,
  setUpExperiment,
  trainExperiment,
  trainedAs,
} from '../../store/lessons/state.ts';
import { runsStore } from '../../store/runs/state.ts';
import { useLocked } from '../use-locked.ts';

/** A lesson's text, its experiment, what to see, and its question. */
export function LessonText({ id }: { id: LessonId }) {
  const given = useStore(lessonsStore, (state) => state.given[id]);
  const locked = useLocked();
  const { t } = useTranslation();
  const runs = useStore(runsStore, (state) => state.runs);
  const { right, setUps, inOneGo } = lessons[id];
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
      <Stack gap={4} align="start">
        {inOneGo && (
          <Button
            size="compact-sm"
            disabled={locked || setUps.every((setUp) => trainedAs(id, setUp, runs))}
            onClick={() => trainExperiment(id)}
          >
            {t('lessons.inOneGo')}
          </Button>
        )}
        {setUps.map((setUp) => (
          <Button
            key={setUp.name}
            size="compact-sm"
            variant="light"
            disabled={locked}
            rightSection={trainedAs(id, setUp, runs) && <span title={t('lessons.trained')}>✓</span>}
            onClick={() => setUpExperiment(id, setUp)}
          >
            {t('lessons.setUp', { what: t(`lessons.setUps.${setUp.name}`) })}
          </Button>
        ))}
      </Stack>
      {setUps.length === 0 && (
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
