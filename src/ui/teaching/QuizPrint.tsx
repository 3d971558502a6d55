import { Button, Group } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { lessonsStore, quizRoundOf, type Round } from '../../store/lessons/state.ts';
import { runsStore } from '../../store/runs/state.ts';
import { questionsOf, type Say } from '../../store/teaching/sheet.ts';
import { csvOf } from '../csv.ts';
import { saveFile } from '../save-file.ts';
import { answerRows, answersFileName, answersOf } from './answers-file.ts';
import { PrintedSheet } from './PrintedSheet.tsx';

/** The answers as files, and the question set on paper. */
export function QuizPrint({ round }: { round: Round }) {
  const state = useStore(lessonsStore);
  const { t } = useTranslation();
  const answers = () => answersOf(lessonsStore.getState(), runsStore.getState().runs);
  return (
    <>
      <Group gap={4}>
        <Button
          size="compact-xs"
          variant="subtle"
          onClick={() =>
            saveFile(`${answersFileName}.json`, `${JSON.stringify(answers(), null, 2)}\n`, 'application/json')
          }
        >
          {t('lessons.quiz.saveJson')}
        </Button>
        <Button
          size="compact-xs"
          variant="subtle"
          onClick={() => saveFile(`${answersFileName}.csv`, csvOf(answerRows(answers())), 'text/csv')}
        >
          {t('lessons.quiz.saveCsv')}
        </Button>
        <Button size="compact-xs" variant="subtle" onClick={() => window.print()}>
          {t('teaching.print')}
        </Button>
      </Group>
      <PrintedSheet sheet={questionsOf(t as unknown as Say, quizRoundOf(state, round))} signed />
    </>
  );
}
