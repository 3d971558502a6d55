import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { argMax } from '../../training/metrics.ts';
import type { Prediction, TaggedWord } from '../../training/records/records.ts';
import { formatProbability } from '../format.ts';
import { Term } from '../glossary/Term.tsx';
import classes from './Kinds.module.css';
import { tagColor } from './tag-colors.ts';

/** The words of a sentence, coloured by the tags that either side gives them. */
export function SaidWords({ prediction: { words = [], labels, base } }: { prediction: Prediction }) {
  const { t } = useTranslation();
  return (
    <div data-testid="tagged">
      <Text size="xs">{t('kinds.tryIt.adaptedTags')}</Text>
      <Words words={words} side="adapted" labels={labels} />
      {base && (
        <>
          <Text size="xs">
            <Term id="baseline">{t('kinds.tryIt.baseTags')}</Term>
          </Text>
          <Words words={words} side="base" labels={labels} />
        </>
      )}
      <Text size="xs" c="dimmed">
        {words.some(({ adapted }) => adapted === null) ? t('kinds.tryIt.cutOff') : ''}
        {base ? '' : t('run.tryIt.baseLater')}
      </Text>
    </div>
  );
}

interface WordsProps {
  words: readonly TaggedWord[];
  side: 'adapted' | 'base';
  labels: readonly string[];
}

function Words({ words, side, labels }: WordsProps) {
  const { t } = useTranslation();
  return (
    <ul className={classes.words} data-side={side}>
      {words.map((word, at) => {
        const probabilities = word[side] ?? [];
        const best = argMax(probabilities);
        const tag = labels[best] ?? '';
        const color = tagColor(tag, labels);
        const probability = formatProbability(probabilities[best] ?? 0);
        return (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: a word is its place
            key={at}
            className={classes.word}
            data-tagged={color !== null}
            data-tag={tag}
            style={color === null ? {} : ({ '--tag': color } as React.CSSProperties)}
            title={tag ? t('kinds.tryIt.word', { word: word.word, tag, probability }) : word.word}
          >
            <span>{word.word}</span>
            <span className={classes.tag}>{tag === 'O' ? '' : tag}</span>
          </li>
        );
      })}
    </ul>
  );
}
