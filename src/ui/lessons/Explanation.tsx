import { Text, Textarea, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { explain, maxExplanation, notebookStore } from '../../store/lessons/notebook.ts';
import type { LessonId } from '../../store/lessons/origin.ts';

/** A sentence of the learner's own, which is kept, and a change of their own to try. */
export function Explanation({ id }: { id: LessonId }) {
  const text = useStore(notebookStore, ({ pages }) => pages[id]?.explanation ?? '');
  const { t } = useTranslation();
  return (
    <>
      <Textarea
        mt="sm"
        size="sm"
        autosize
        minRows={2}
        maxRows={5}
        maxLength={maxExplanation}
        label={t('lessons.explain')}
        value={text}
        onChange={(event) => explain(id, event.currentTarget.value)}
      />
      <Title order={4} size="h6" mt="sm">
        {t('lessons.change')}
      </Title>
      <Text size="sm" my={4}>
        {t(`lessons.${id}.change`)}
      </Text>
    </>
  );
}
