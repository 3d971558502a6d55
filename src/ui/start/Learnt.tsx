import { Anchor, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { costOf, testRowsOf } from '../../store/page/selectors.ts';
import { startLanguage, tryFixed } from '../../store/start/state.ts';
import { baselineScores, standingOf } from '../../training/records/standing.ts';
import { measureOf } from '../../training/scores/measures.ts';
import { formatBytes, formatCount, formatShare } from '../format.ts';
import { LessonLink } from '../lessons/LessonLink.tsx';
import { formatMeasure } from '../measure.ts';
import { usePage } from '../use-page.ts';
import classes from './StartView.module.css';

/** What was learnt, by how few numbers, against the frozen baseline, and what to try next; before that, what to watch. */
export function Learnt() {
  return (
    <div className={classes.learnt} aria-live="polite">
      <Result />
    </div>
  );
}

function Result() {
  const page = usePage((state) => state);
  const { t } = useTranslation();
  const { phase, run, baselines, outcome } = page;
  const cost = costOf(page, run.method);
  const standing = standingOf(page);
  const base = standing && baselineScores(baselines, standing.on);
  if (phase !== 'done' || !cost || !standing || !base || startLanguage(page) === null)
    return <Text c="dimmed">{t('start.watch')}</Text>;
  return (
    <>
      <Text className={classes.result} data-testid="learnt">
        {t('start.result', {
          accuracy: formatMeasure('single-label', measureOf('single-label', standing.scores)),
          base: formatMeasure('single-label', measureOf('single-label', base)),
          rows: formatCount(testRowsOf(page)),
          amount: formatCount(cost.trainable),
          share: formatShare(cost.trainable / cost.base, 2),
          size: formatBytes(cost.fileBytes),
        })}
      </Text>
      <nav aria-label={t('start.next')} className={classes.next}>
        <Text fw={600}>{t('start.next')}</Text>
        {(outcome?.fixed ?? 0) > 0 && (
          <Anchor component="button" type="button" onClick={tryFixed}>
            {t('start.fixed')}
          </Anchor>
        )}
        <Anchor href="#/cards">{t('start.own')}</Anchor>
        <Anchor href="#/playground">{t('start.slider')}</Anchor>
        <LessonLink id="freeze" />
      </nav>
    </>
  );
}
