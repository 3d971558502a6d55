import { Anchor } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { LessonId } from '../../store/lessons/origin.ts';
import { openLesson } from '../../store/lessons/state.ts';
import classes from './LessonLink.module.css';

/** A way from a knob to the lesson that explains it. */
export function LessonLink({ id }: { id: LessonId }) {
  const { t } = useTranslation();
  return (
    <Anchor href="#/lessons" size="xs" underline="always" className={classes.link} onClick={() => openLesson(id)}>
      {t('lessons.link', { title: t(`lessons.${id}.title`) })}
    </Anchor>
  );
}
