import '../../i18n/add-late.ts';
import { Anchor, Button, Modal, NavLink, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { lessonIds } from '../../store/lessons/origin.ts';
import { isDone, isRoundDone, lessonsStore, type Opened, openLesson, type Round } from '../../store/lessons/state.ts';
import { HandInForm } from '../classroom/HandInForm.tsx';
import { GlossaryList } from '../glossary/GlossaryList.tsx';
import { Notices } from '../page/Notices.tsx';
import { LessonPrint } from '../teaching/LessonPrint.tsx';
import { QuizPrint } from '../teaching/QuizPrint.tsx';
import { LessonStage } from './LessonStage.tsx';
import { LessonText } from './LessonText.tsx';
import { Quiz } from './Quiz.tsx';

/** Everything that can be opened, in its order. */
const entries: readonly Opened[] = ['before', ...lessonIds, 'after'];

const isRound = (opened: Opened): opened is Round => opened === 'before' || opened === 'after';

/** A lesson, or a round of questions, beside the live page. */
export default function LessonsView() {
  const state = useStore(lessonsStore);
  const { open } = state;
  const [listed, setListed] = useState(false);
  const [explained, setExplained] = useState(false);
  const [handsIn, setHandsIn] = useState(false);
  const { t } = useTranslation();
  const done = lessonIds.filter((id) => isDone(state, id)).length;
  const next = entries[entries.indexOf(open) + 1];
  const titleOf = (entry: Opened) => t(isRound(entry) ? `lessons.quiz.titles.${entry}` : `lessons.${entry}.title`);
  const isEntryDone = (entry: Opened) => (isRound(entry) ? isRoundDone(state, entry) : isDone(state, entry));
  const go = (entry: Opened) => {
    openLesson(entry);
    setListed(false);
  };
  return (
    <main className="workbench lesson">
      <div className="column lesson-text" key={open}>
        <nav aria-label={t('lessons.list')}>
          <div className="controls">
            <Title order={2} className="grow">
              {t('lessons.title', { done, all: lessonIds.length })}
            </Title>
            <Button size="compact-xs" variant="subtle" onClick={() => setExplained(true)}>
              {t('glossary.show')}
            </Button>
            <Button size="compact-xs" variant="default" aria-expanded={listed} onClick={() => setListed(!listed)}>
              {t('lessons.showList')}
            </Button>
          </div>
          {listed &&
            entries.map((entry) => (
              <NavLink
                key={entry}
                component="button"
                py={4}
                active={entry === open}
                aria-current={entry === open ? 'true' : undefined}
                label={
                  isRound(entry)
                    ? titleOf(entry)
                    : t('lessons.numbered', { number: lessonIds.indexOf(entry) + 1, title: titleOf(entry) })
                }
                rightSection={isEntryDone(entry) ? <span title={t('lessons.done')}>✓</span> : null}
                onClick={() => go(entry)}
              />
            ))}
        </nav>
        {isRound(open) ? <Quiz round={open} /> : <LessonText id={open} />}
        {next && (
          <Button variant="default" size="compact-sm" onClick={() => go(next)}>
            {t('lessons.next', { title: titleOf(next) })}
          </Button>
        )}
        <div className="controls">
          <Button size="compact-sm" variant="default" onClick={() => setHandsIn(true)}>
            {t('classroom.handIn.button')}
          </Button>
          <Anchor size="xs" href="#/class">
            {t('classroom.open')}
          </Anchor>
        </div>
        {isRound(open) ? <QuizPrint round={open} /> : <LessonPrint id={open} />}
      </div>
      <Modal
        opened={explained}
        onClose={() => setExplained(false)}
        title={t('glossary.title')}
        closeButtonProps={{ 'aria-label': t('page.close') }}
      >
        <GlossaryList />
      </Modal>
      <Modal
        opened={handsIn}
        onClose={() => setHandsIn(false)}
        title={t('classroom.handIn.title')}
        closeButtonProps={{ 'aria-label': t('page.close') }}
      >
        <HandInForm />
      </Modal>
      <div className="column lesson-stage">
        <Notices />
        {!isRound(open) && <LessonStage id={open} />}
      </div>
    </main>
  );
}
