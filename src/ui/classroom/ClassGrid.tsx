import { Button, Select, Switch, Table, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Answers } from '../../store/classroom/hand-in.ts';
import { classStore, type Entry, removeEntry, showNames } from '../../store/classroom/state.ts';
import { guessOf } from '../../store/lessons/experiments.ts';
import { type LessonId, lessonIds } from '../../store/lessons/origin.ts';
import { type Guess, isDone } from '../../store/lessons/state.ts';
import { formatShare } from '../format.ts';
import { apartWords, guessWords } from '../lessons/lesson-words.ts';
import { SmallCurve } from '../lessons/predict/SmallCurve.tsx';
import classes from './Classroom.module.css';
import { useLearnerName, useSettingsWords } from './words.ts';

/** The lesson that most have begun, of equal ones the later. */
const usualLesson = (entries: readonly Entry[]): LessonId =>
  lessonIds.reduce((most, id) => (begun(entries, id) >= Math.max(1, begun(entries, most)) ? id : most), 'freeze');
const begun = (entries: readonly Entry[], id: LessonId) =>
  entries.filter(({ answers }) => answers.predicted[id] !== undefined).length;

/** How far a learner has come in a lesson. */
function stepOf(answers: Answers, id: LessonId) {
  if (isDone(answers, id)) return 'done';
  if (answers.explained[id]) return 'explained';
  if (answers.measured[id] !== undefined) return 'measured';
  return answers.predicted[id] === undefined ? 'none' : 'predicted';
}

/** Who is at which step; predictions against results; settings. Names are hidden until they are asked for. */
export function ClassGrid() {
  const entries = useStore(classStore, (state) => state.entries);
  const namesShown = useStore(classStore, (state) => state.namesShown);
  const [chosen, setChosen] = useState<LessonId | null>(null);
  const { t } = useTranslation();
  const lesson = chosen ?? usualLesson(entries);
  return (
    <section aria-label={t('classroom.grid.title')} className={classes.section}>
      <Title order={3} size="h5">
        {t('classroom.grid.title')}
      </Title>
      <div className="controls">
        <Select
          size="xs"
          w={260}
          aria-label={t('classroom.grid.lesson')}
          data={lessonIds.map((id, i) => ({
            value: id,
            label: t('lessons.numbered', { number: i + 1, title: t(`lessons.${id}.title`) }),
          }))}
          value={lesson}
          allowDeselect={false}
          onChange={(value) => setChosen(lessonIds.find((id) => id === value) ?? null)}
        />
        <Switch
          size="sm"
          label={t('classroom.grid.names')}
          checked={namesShown}
          onChange={({ currentTarget }) => showNames(currentTarget.checked)}
        />
      </div>
      <Table.ScrollContainer minWidth={860} type="native" tabIndex={0}>
        <Table fz="sm" data-testid="class-grid">
          <Table.Thead>
            <Table.Tr>
              {(['learner', 'done', 'step', 'predicted', 'measured', 'explained', 'settings', 'own'] as const).map(
                (column) => (
                  <Table.Th key={column}>{t(`classroom.grid.${column}`)}</Table.Th>
                ),
              )}
              <Table.Th>{t('classroom.grid.actions')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {entries.map((entry) => (
              <LearnerRow key={entry.id} entry={entry} lesson={lesson} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </section>
  );
}

function LearnerRow({ entry, lesson }: { entry: Entry; lesson: LessonId }) {
  const { id, answers, trained } = entry;
  const nameOf = useLearnerName();
  const settingsOf = useSettingsWords();
  const { t } = useTranslation();
  const done = lessonIds.filter((each) => isDone(answers, each)).length;
  const guess = guessOf(answers, lesson);
  const measured = guessOf({ predicted: answers.measured }, lesson);
  const words = (value: Guess | null) => (value === null ? '–' : guessWords(t, lesson, value));
  const curve = Array.isArray(measured) ? measured : null;
  return (
    <Table.Tr>
      <Table.Td className={classes.name}>{nameOf(entry)}</Table.Td>
      <Table.Td>{t('classroom.grid.doneOf', { done, all: lessonIds.length })}</Table.Td>
      <Table.Td>{t(`classroom.grid.steps.${stepOf(answers, lesson)}`)}</Table.Td>
      <Table.Td>
        {words(guess)}
        {Array.isArray(guess) && (
          <SmallCurve drawn={guess} measured={curve} label={curve ? t('lessons.draw.bothOfLearner') : words(guess)} />
        )}
      </Table.Td>
      <Table.Td>
        {words(measured)}
        {Array.isArray(guess) && curve && (
          <Text size="xs" c="dimmed">
            {t('lessons.draw.apartOfLearner', { mean: apartWords(t, guess, curve) })}
          </Text>
        )}
      </Table.Td>
      <Table.Td className={classes.words}>{answers.explained[lesson] ?? '–'}</Table.Td>
      <Table.Td>{trained ? settingsOf(trained.run) : '–'}</Table.Td>
      <Table.Td>
        {trained && trained.accuracy !== null
          ? trained.baseline === null
            ? formatShare(trained.accuracy)
            : t('classroom.grid.against', {
                accuracy: formatShare(trained.accuracy),
                baseline: formatShare(trained.baseline),
              })
          : '–'}
        {trained && !trained.tensors && (
          <Text size="xs" c="dimmed">
            {t('classroom.grid.noWeights')}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Button
          size="compact-xs"
          variant="subtle"
          aria-label={t('classroom.grid.removeOne', { name: nameOf(entry) })}
          onClick={() => removeEntry(id)}
        >
          {t('classroom.grid.remove')}
        </Button>
      </Table.Td>
    </Table.Tr>
  );
}
