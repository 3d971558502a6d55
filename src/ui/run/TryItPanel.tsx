import { Button, Text, Textarea, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { thresholdStore } from '../../store/kinds/threshold.ts';
import { anotherExample, maxClasses, writeSecond, writeSentence } from '../../store/run/try-it.ts';
import type { Prediction } from '../../training/records/records.ts';
import { kindOf } from '../../training/run.ts';
import { AnsweringControls } from '../adapters/AnsweringControls.tsx';
import { colors } from '../colors.ts';
import { TokenView } from '../encoder/TokenView.tsx';
import { formatProbability, formatShare } from '../format.ts';
import { Term } from '../glossary/Term.tsx';
import { SaidNumber } from '../kinds/SaidNumber.tsx';
import { SaidWords } from '../kinds/SaidWords.tsx';
import { usePage } from '../use-page.ts';
import { WordsThatPushed } from '../words/WordsThatPushed.tsx';
import { ResultPanel } from './results/ResultPanel.tsx';
import classes from './TryItPanel.module.css';
import { useAsksForPair } from './use-asks-for-pair.ts';

/** A sentence, and what the frozen and the adapted encoder make of it. */
export function TryItPanel() {
  const sentence = usePage((state) => state.sentence);
  const example = usePage((state) => state.example);
  const prediction = usePage((state) => state.prediction);
  const task = usePage((state) => state.task);
  const encoder = usePage((state) => state.encoder);
  const second = usePage((state) => state.second);
  const pair = useAsksForPair();
  const kind = usePage(({ run }) => kindOf(run));
  const rows = Math.min(maxClasses, task?.labels.length ?? maxClasses);
  const [cut, setCut] = useState(false);
  const { t } = useTranslation();
  return (
    <>
      <section aria-labelledby="try-title">
        <Title order={2} id="try-title">
          {t('run.tryIt.title')}
        </Title>
        <Textarea
          label={t(pair ? 'run.tryIt.first' : 'run.tryIt.sentence')}
          autosize
          minRows={2}
          maxRows={6}
          maxLength={5000}
          value={sentence}
          onChange={(event) => writeSentence(event.currentTarget.value)}
        />
        {pair && (
          <Textarea
            label={t('run.tryIt.second')}
            autosize
            minRows={2}
            maxRows={6}
            maxLength={5000}
            value={second}
            onChange={(event) => writeSecond(event.currentTarget.value)}
          />
        )}
        <div className="controls">
          <Button size="compact-xs" variant="light" mt={4} onClick={anotherExample} disabled={!task}>
            {t(pair ? 'run.tryIt.anotherPair' : 'run.tryIt.another')}
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
        {cut && <TokenView place="sentence" text={sentence} {...(pair ? { second } : {})} />}
        <Text size="xs" c="dimmed" mih="1.2rem">
          {example ? t(truths[kind], { label: example.label }) : ''}
        </Text>
        <AnsweringControls />
        {/* Its room is kept while there is no answer yet: nothing below it moves. */}
        <div style={{ minHeight: kind === 'regression' ? '6.5rem' : probabilitiesHeight(rows) }}>
          {prediction && <Said prediction={prediction} />}
        </div>
        <div style={{ minHeight: '1.55rem' }}>{prediction && <WordsThatPushed prediction={prediction} />}</div>
      </section>
      <ResultPanel />
    </>
  );
}

const truths = {
  'single-label': 'run.tryIt.truth',
  'multi-label': 'kinds.tryIt.truth',
  regression: 'kinds.tryIt.number',
  token: 'kinds.tryIt.tags',
} as const;

/** An answer, in the form that its kind has. */
function Said({ prediction }: { prediction: Prediction }) {
  if (prediction.kind === 'token') return <SaidWords prediction={prediction} />;
  if (prediction.kind === 'regression') return <SaidNumber prediction={prediction} />;
  return <Probabilities prediction={prediction} />;
}

/** The legend, two bars a class (TryItPanel.module.css), what is said below. */
const probabilitiesHeight = (labels: number): string => `${4.3 + 2.5 * labels}rem`;

function Probabilities({ prediction }: { prediction: Prediction }) {
  const { t } = useTranslation();
  const { kind, labels, base, adapted, tokens } = prediction;
  const threshold = useStore(thresholdStore, (state) => state.threshold);
  const places = usePage((state) => state.places);
  return (
    <div data-testid="probabilities">
      <Text size="xs" mb={4}>
        <span className="swatch" style={{ background: colors.trained }} />
        {t('run.tryIt.adapted')} <span className="swatch" style={{ background: colors.baseline, marginLeft: 8 }} />
        <Term id="baseline">{t('run.tryIt.base')}</Term>
      </Text>
      {/* A row is a position: it stays where it is, whichever class comes to hold it. */}
      {places.map((label, place) => {
        const [ours = 0, theirs = null] = [adapted[label], base?.[label]];
        return (
          <div
            className={classes.probability}
            data-testid="probability"
            data-alone={theirs === null}
            data-given={kind === 'multi-label' && ours > threshold}
            // biome-ignore lint/suspicious/noArrayIndexKey: the index is the position
            key={place}
          >
            <span className={classes.name} title={labels[label]}>
              {labels[label]}
              {kind === 'multi-label' && ours > threshold && (
                <span className={classes.given}>{t('kinds.tryIt.given')}</span>
              )}
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
        {kind === 'multi-label' && ` · ${t('kinds.tryIt.threshold', { threshold: formatShare(threshold) })}`}
        {base ? '' : ` · ${t('run.tryIt.baseLater')}`}
      </Text>
    </div>
  );
}
