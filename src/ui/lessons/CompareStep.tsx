import { Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { LessonId } from '../../store/lessons/origin.ts';
import type { Guess } from '../../store/lessons/state.ts';
import classes from './Lessons.module.css';
import { apartWords, distanceWords, guessWords } from './lesson-words.ts';
import { SmallCurve } from './predict/SmallCurve.tsx';
import { useMeasured } from './use-measured.ts';

interface CompareStepProps {
  id: LessonId;
  guess: Guess;
  measured: Guess;
}

/** The prediction beside what was measured, and the numbers that this was read from. */
export function CompareStep({ id, guess, measured }: CompareStepProps) {
  const { head, rows } = useMeasured(id);
  const { t } = useTranslation();
  const drawn = Array.isArray(guess) && Array.isArray(measured) ? { guess, measured } : null;
  return (
    <>
      <dl className={classes.compare} aria-label={t('lessons.compare.head')} data-testid="compare">
        <div>
          <dt>{t('lessons.compare.guess')}</dt>
          <dd>{guessWords(t, id, guess)}</dd>
        </div>
        <div>
          <dt>{t('lessons.compare.measured')}</dt>
          <dd data-testid="measured">{guessWords(t, id, measured)}</dd>
        </div>
        <div>
          <dt>{t('lessons.compare.off')}</dt>
          <dd>{apartWords(t, guess, measured)}</dd>
        </div>
      </dl>
      {drawn && (
        <>
          <SmallCurve drawn={drawn.guess} measured={drawn.measured} label={t('lessons.draw.both')} />
          <Text size="sm" data-testid="distance">
            {distanceWords(t, drawn.guess, drawn.measured)}
          </Text>
        </>
      )}
      <Table fz="xs" verticalSpacing={2} data-testid="numbers">
        <Table.Thead>
          <Table.Tr>
            {head.map((cell) => (
              <Table.Th key={cell}>{cell}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ key, cells }) => (
            <Table.Tr key={key}>
              {cells.map((cell, i) => (
                <Table.Td key={head[i]}>{cell}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </>
  );
}
