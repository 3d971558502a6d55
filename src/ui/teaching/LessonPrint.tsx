import { Button, Group } from '@mantine/core';
import { useEffect, useState } from 'react';
import { flushSync } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { guessOf, measuredIn } from '../../store/lessons/experiments.ts';
import type { LessonId } from '../../store/lessons/origin.ts';
import { lessonsStore } from '../../store/lessons/state.ts';
import { runsStore } from '../../store/runs/state.ts';
import recorded from '../../store/teaching/expected.json';
import type { ExpectedFile } from '../../store/teaching/expected.ts';
import { type Say, teacherSheetOf, worksheetOf } from '../../store/teaching/sheet.ts';
import { guessWords } from '../lessons/lesson-words.ts';
import { useMeasured } from '../lessons/use-measured.ts';
import { PrintedSheet } from './PrintedSheet.tsx';

/** A lesson on paper: the learner's worksheet with their own numbers, whenever the view is printed; or the teacher's page. */
export function LessonPrint({ id }: { id: LessonId }) {
  const [forTeacher, setForTeacher] = useState(false);
  const state = useStore(lessonsStore);
  const runs = useStore(runsStore, (kept) => kept.runs);
  const measured = useMeasured(id);
  const { t } = useTranslation();
  useEffect(() => {
    const back = () => setForTeacher(false);
    addEventListener('afterprint', back);
    return () => removeEventListener('afterprint', back);
  }, []);
  const print = (teacher: boolean) => {
    flushSync(() => setForTeacher(teacher));
    window.print();
  };
  const say = t as unknown as Say;
  const guess = guessOf(state, id);
  const isMeasured = guess !== null && measuredIn(id, runs, state) !== null;
  const own = {
    prediction: guess === null ? undefined : guessWords(t, id, guess),
    measured: isMeasured ? { head: measured.head, rows: measured.rows.map(({ cells }) => cells) } : undefined,
    explanation: state.explained[id],
  };
  return (
    <>
      <Group gap={4} data-prints={forTeacher ? 'teacher' : 'learner'}>
        <Button size="compact-xs" variant="subtle" onClick={() => print(false)}>
          {t('teaching.print')}
        </Button>
        <Button size="compact-xs" variant="subtle" onClick={() => print(true)}>
          {t('teaching.printTeacher')}
        </Button>
      </Group>
      <PrintedSheet
        sheet={forTeacher ? teacherSheetOf(say, id, (recorded as ExpectedFile)[id]) : worksheetOf(say, id, own)}
        signed={!forTeacher}
      />
    </>
  );
}
