import { Button, Text, Textarea, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { anotherExample, maxClasses, writeSentence } from '../../store/run/try-it.ts';
import type { Prediction } from '../../training/records/records.ts';
import { AnsweringControls } from '../adapters/AnsweringControls.tsx';
import { colors } from '../colors.ts';
import { TokenView } from '../encoder/TokenView.tsx';
import { formatProbability } from '../format.ts';
import { Term } from '../glossary/Term.tsx';
import { usePage } from '../use-page.ts';
import { WordsThatPushed } from '../words/WordsThatPushed.tsx';
import { ResultPanel } from './results/ResultPanel.tsx';
import classes from './TryItPanel.module.css';

/** A sentence, and what the frozen and the adapted encoder make of it. */
export function TryItPanel() {
  const sentence = usePage((state) => state.sentence);
  const example = usePage((state) => state.example);
  const prediction = usePage((state) => state.prediction);
  const task = usePage((state) => state.task);
  const encoder = usePage((state) => state.encoder);
  const [cut, setCut] = useState(false);
  const { t } = useTranslation();
  return (
    <>
      <section aria-labelledby="try-title">
        <Title order={2} id="try-title">
          {t('run.tryIt.title')}
        </Title>
        <Textarea
          label={t('run.tryIt.sentence')}
          autosize
          minRows={2}
          maxRows={6}
          maxLength={5000}
          value={sentence}
          onChange={(event) => writeSentence(event.currentTarget.value)}
        />
        <div className="controls">
          <Button size="compact-xs" variant="light" mt={4} onClick={anotherExample} disabled={!task}>
            {t('run.tryIt.another')}
          </Button>
          <Button
            size="compact-xs"
            variant="subtle"
            mt={4}
            aria-expanded={cut}
            onClick={() => setCut(!cut)}
            disabled={!encoder}
          >
            {t(cut ? 'encoder.tokens.hide' : 'encoder.tokens.show')}
          </Button>
        </div>
        {cut && <TokenView place="sentence" text={sentence} />}
        <Text size="xs" c="dimmed" mih="1.2rem">
          {example ? t('run.tryIt.truth', { label: example.label }) : ''}
        </Text>
        <AnsweringControls />
        {/* Its room is kept while there is no answer yet: nothing below it moves. */}
        <div style={{ minHeight: probabilitiesHeight(Math.min(maxClasses, task?.labels.length ?? maxClasses)) }}>
          {prediction && <Probabilities prediction={prediction} />}
        </div>
        {prediction && <WordsThatPushed prediction={prediction} />}
      </section>
      <ResultPanel />
    </>
  );
}

/** The legend, two bars a class (TryItPanel.module.css), what is said below. */
const probabilitiesHeight = (labels: number): string => `${4.3 + 2.5 * labels}rem`;

function Probabilities({ prediction }: { prediction: Prediction }) {
  const { t } = useTranslation();
  const { labels, base, adapted, tokens } = prediction;
  const places = usePage((state) => state.places);
  return (
    <div data-testid="probabilities">
      <Text size="xs" mb={4}>
        <span className={classes.swatch} style={{ background: colors.trained }} />
        {t('run.tryIt.adapted')}{' '}
        <span className={classes.swatch} style={{ background: colors.baseline, marginLeft: 8 }} />
        <Term id="baseline">{t('run.tryIt.base')}</Term>
      </Text>
      {/* A row is a position: it stays where it is, whichever class comes to hold it. */}
      {places.map((label, place) => {
        const [ours = 0, theirs = null] = [adapted[label], base?.[label]];
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: the index is the position
          <div className={classes.probability} data-testid="probability" data-alone={theirs === null} key={place}>
            <span className={classes.name} title={labels[label]}>
              {labels[label]}
            </span>
            <span className={classes.bar} data-bar="adapted" style={{ width: `${100 * ours}%` }} />
            <span className={classes.number}>{formatProbability(ours)}</span>
            {theirs !== null && (
              <>
                <span className={classes.bar} data-bar="base" style={{ width: `${100 * theirs}%` }} />
                <span className={classes.number}>{formatProbability(theirs)}</span>
              </>
            )}
          </div>
        );
      })}
      <Text size="xs" c="dimmed" mt={4} mih="2.4rem">
        {t('run.tryIt.tokens', { amount: tokens.length })}
        {base ? '' : ` · ${t('run.tryIt.baseLater')}`}
      </Text>
    </div>
  );
}
