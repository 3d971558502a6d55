import { Button, Text } from '@mantine/core';
import { type CSSProperties, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import '../../i18n/add-late.ts';
import { isBusy } from '../../store/page/selectors.ts';
import { occlude, wordsIn } from '../../store/words/occlude.ts';
import { maxOccluded, type Occlusion, pushOf } from '../../training/experiments/occlusion.ts';
import { argMax } from '../../training/metrics.ts';
import type { Prediction } from '../../training/records/records.ts';
import { colors } from '../colors.ts';
import { formatPoints, formatProbability } from '../format.ts';
import { Term } from '../glossary/Term.tsx';
import { usePage } from '../use-page.ts';
import classes from './WordsThatPushed.module.css';

/** Which words pushed the answer, on both sides; nothing where a text is one of a pair, or is given more than one class. */
export function WordsThatPushed({ prediction }: { prediction: Prediction }) {
  const [opened, setOpened] = useState(false);
  const { t } = useTranslation();
  const words = useMemo(() => wordsIn(prediction.text), [prediction.text]);
  const isOneClass = prediction.kind === undefined || prediction.kind === 'single-label';
  if (words.length === 0 || !isOneClass || prediction.second !== undefined) return null;
  return (
    <>
      <Button size="compact-xs" variant="subtle" aria-expanded={opened} onClick={() => setOpened(!opened)}>
        {t(opened ? 'words.hide' : 'words.show')}
      </Button>
      {opened && <Words key={prediction.text} prediction={prediction} words={words} />}
    </>
  );
}

type Places = ReturnType<typeof wordsIn>;

/** An answer to the words that were covered when it was asked for. */
interface Measured {
  covered: readonly number[];
  occlusion: Occlusion;
}

/** Measures the words anew with each answer of the sentence box and each word that is covered, while no training would wait. */
function useOcclusion(answer: Prediction, words: Places, covered: readonly number[]) {
  const { text } = answer;
  const busy = usePage(isBusy);
  const [measured, setMeasured] = useState<Measured | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new answer to the same text is another model's
  useEffect(() => {
    if (busy) return;
    const asking = new AbortController();
    void occlude(text, words, covered, asking.signal).then((occlusion) => {
      if (occlusion) setMeasured({ covered, occlusion });
    });
    return () => asking.abort();
  }, [text, answer, words, covered, busy]);
  return { measured, busy };
}

function Words({ prediction, words }: { prediction: Prediction; words: Places }) {
  const [covered, setCovered] = useState<readonly number[]>([]);
  const { measured, busy } = useOcclusion(prediction, words, covered);
  const { t } = useTranslation();
  const shown = argMax(prediction.adapted);
  const label = prediction.labels[shown] ?? '';
  const { now, mask = null } = measured?.occlusion ?? {};
  const toggle = (word: number) =>
    setCovered(covered.includes(word) ? covered.filter((other) => other !== word) : [...covered, word]);
  return (
    <div data-testid="words">
      <Text size="xs" my={4}>
        <Term id="occlusion">{t('words.name')}</Term>
        {mask === null && measured
          ? t('words.howWithout', { label })
          : t('words.how', { label, mask: mask ?? '[MASK]' })}{' '}
        {t('words.cover')}
      </Text>
      <Text size="xs" aria-live="polite">
        <Side name={t('run.tryIt.adapted')} color={colors.trained} label={label} probability={now?.adapted[shown]} />
        <Side name={t('run.tryIt.base')} color={colors.baseline} label={label} probability={now?.base?.[shown]} />
      </Text>
      <ul className={classes.words} aria-label={t('words.list')}>
        {words.map(({ from, to }, word) => (
          <li key={from}>
            <Word
              text={prediction.text.slice(from, to)}
              pressed={covered.includes(word)}
              push={measured && pushesOf(measured, word, shown)}
              onPress={() => toggle(word)}
            />
          </li>
        ))}
      </ul>
      {covered.length > 0 && (
        <Button size="compact-xs" variant="light" onClick={() => setCovered([])}>
          {t('words.reset')}
        </Button>
      )}
      <Text size="xs" c="dimmed" mih="1.2rem">
        {busy ? t('words.busy') : ''}
        {words.length === maxOccluded ? ` ${t('words.most', { amount: maxOccluded })}` : ''}
      </Text>
    </div>
  );
}

function Side(props: { name: string; color: string; label: string; probability: number | undefined }) {
  const { name, color, label, probability } = props;
  const { t } = useTranslation();
  return (
    <span className={classes.side}>
      <span className="swatch" style={{ background: color }} />
      {name}{' '}
      <b>{probability === undefined ? '–' : t('words.now', { label, probability: formatProbability(probability) })}</b>
    </span>
  );
}

interface Push {
  adapted: number;
  /** Null where the baseline does not answer. */
  base: number | null;
}

function pushesOf({ covered, occlusion: { now, changed } }: Measured, word: number, label: number): Push | null {
  const other = changed[word];
  if (!other) return null;
  const push = (of: number[], others: number[]) => pushOf(covered.includes(word), of[label] ?? 0, others[label] ?? 0);
  const base = now.base && other.base && push(now.base, other.base);
  return { adapted: push(now.adapted, other.adapted), base };
}

function Word(props: { text: string; pressed: boolean; push: Push | null; onPress: () => void }) {
  const { text, pressed, push, onPress } = props;
  const { t } = useTranslation();
  const adapted = push && pointsOf(push.adapted);
  const base = push && push.base !== null ? pointsOf(push.base) : null;
  const inWords = () => {
    if (adapted === null) return t('words.waiting', { word: text });
    if (base === null) return t('words.alone', { word: text, adapted });
    return t('words.one', { word: text, adapted, base });
  };
  return (
    <button type="button" className={classes.word} aria-pressed={pressed} aria-label={inWords()} onClick={onPress}>
      <span className={classes.letters}>{text}</span>
      <Mark side="adapted" push={push?.adapted ?? null} />
      <Mark side="base" push={push?.base ?? null} />
    </button>
  );
}

/** Points as they are shown: what rounds to none has no sign. */
const pointsOf = (push: number): string => (Math.abs(push) < leastShown ? '0' : formatPoints(100 * push));
const leastShown = 0.0005;

function Mark({ side, push }: { side: 'adapted' | 'base'; push: number | null }) {
  const direction = (push ?? 0) > 0 ? 'for' : 'against';
  const kind = push === null || Math.abs(push) < leastShown ? 'none' : direction;
  return (
    <span
      className={classes.push}
      data-side={side}
      data-push={kind}
      style={{ '--strength': Math.sqrt(Math.abs(push ?? 0)) } as CSSProperties}
    >
      {push === null ? '' : pointsOf(push)}
    </span>
  );
}
