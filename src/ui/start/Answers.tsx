import { Text, Textarea } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { maxClasses, writeSentence } from '../../store/run/try-it.ts';
import { formatProbability } from '../format.ts';
import { usePage } from '../use-page.ts';
import classes from './StartView.module.css';

/** Classes whose bars have room before any answer is there. */
const assumedClasses = 4;

/**
 * The sentence, and what either side makes of it: each class keeps its place while it trains.
 * @param label of the sentence's box
 */
export function Answers({ label }: { label: string }) {
  const sentence = usePage((state) => state.sentence);
  const example = usePage((state) => state.example);
  const prediction = usePage((state) => state.prediction);
  const places = usePage((state) => state.places);
  const shown = usePage(({ task }) => Math.min(maxClasses, task?.labels.length ?? assumedClasses));
  const { t } = useTranslation();
  const base = prediction?.base ?? null;
  return (
    <section aria-label={t('start.answer')}>
      <Textarea
        label={label}
        size="md"
        minRows={2}
        maxRows={2}
        autosize
        maxLength={5000}
        value={sentence}
        onChange={(event) => writeSentence(event.currentTarget.value)}
      />
      <div className={classes.legend}>
        <Text span>
          <i className={classes.swatch} data-bar="adapted" /> {t('start.adapted')}
        </Text>
        <Text span>
          <i className={classes.swatch} data-bar="base" />{' '}
          {t(base || !prediction ? 'start.frozen' : 'start.frozenLater')}
        </Text>
        <Text span className={classes.truth}>
          {example ? t('start.truth', { label: example.label }) : ''}
        </Text>
      </div>
      <div style={{ minHeight: `${shown * 2.25}rem` }} data-testid="start-bars">
        {prediction &&
          places.map((label, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the index is the position
            <div key={place} className={classes.class} data-testid="start-class">
              <span className={classes.name} title={prediction.labels[label]}>
                {prediction.labels[label]}
              </span>
              <ClassBar side="adapted" probability={prediction.adapted[label] ?? 0} />
              <ClassBar side="base" probability={base ? (base[label] ?? 0) : null} />
            </div>
          ))}
      </div>
    </section>
  );
}

function ClassBar({ side, probability }: { side: 'adapted' | 'base'; probability: number | null }) {
  return (
    <>
      <span className={classes.track}>
        {probability !== null && (
          <span className={classes.bar} data-bar={side} style={{ transform: `scaleX(${probability})` }} />
        )}
      </span>
      <span className={classes.number}>{probability === null ? '' : formatProbability(probability)}</span>
    </>
  );
}
