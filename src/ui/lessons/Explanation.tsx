import { Textarea } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { explain, maxExplanation, notebookStore } from '../../store/lessons/notebook.ts';
import type { LessonId } from '../../store/lessons/origin.ts';
import { LessonPart } from './LessonPart.tsx';

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
      <LessonPart title={t('lessons.change')} text={t(`lessons.${id}.change`)} />
    </>
  );
}
