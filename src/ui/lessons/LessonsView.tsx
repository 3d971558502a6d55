import { Button, NavLink, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { lessonIds } from '../../store/lessons/origin.ts';
import { isDone, lessons, lessonsStore, openLesson } from '../../store/lessons/state.ts';
import { Notices } from '../page/Notices.tsx';
import { WatchPanel } from '../page/WatchPanel.tsx';
import { TryItPanel } from '../run/TryItPanel.tsx';
import { FrontierPanel } from '../runs/FrontierPanel.tsx';
import { LessonText } from './LessonText.tsx';

/** A lesson beside the live page. */
export default function LessonsView() {
  const state = useStore(lessonsStore);
  const { t } = useTranslation();
  const done = lessonIds.filter((id) => isDone(state, id)).length;
  const { stage } = lessons[state.open];
  const next = lessonIds[lessonIds.indexOf(state.open) + 1];
  return (
    <main className="workbench lesson">
      <div className="column">
        <Title order={2}>{t('lessons.title', { done, all: lessonIds.length })}</Title>
        <nav aria-label={t('lessons.list')}>
          {lessonIds.map((id, i) => (
            <NavLink
              key={id}
              component="button"
              py={4}
              active={id === state.open}
              aria-current={id === state.open ? 'true' : undefined}
              label={`${i + 1} ${t(`lessons.${id}.title`)}`}
              rightSection={isDone(state, id) ? <span title={t('lessons.done')}>✓</span> : null}
              onClick={() => openLesson(id)}
            />
          ))}
        </nav>
        <LessonText key={state.open} id={state.open} />
        {next && (
          <Button variant="default" size="compact-sm" onClick={() => openLesson(next)}>
            {t('lessons.next', { title: t(`lessons.${next}.title`) })}
          </Button>
        )}
      </div>
      <div className="column">
        <Notices />
        {stage === 'tryIt' && <TryItPanel />}
        {stage === 'frontier' && <FrontierPanel />}
        <WatchPanel />
        {stage !== 'tryIt' && <TryItPanel />}
      </div>
    </main>
  );
}
