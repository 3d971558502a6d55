import { Button, Progress, Text } from '@mantine/core';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { leastLines, type Obstacle, obstacleOf } from '../../store/cards/cards.ts';
import { type Card, cardsStore, haveChanged, isOfCards, teachCards } from '../../store/cards/state.ts';
import { datasetStore } from '../../store/dataset/state.ts';
import { costOf, epochAt, isBusy, stepsDone, testRowsOf } from '../../store/page/selectors.ts';
import { pauseTraining, startTraining } from '../../store/run/actions.ts';
import { isLocked, linkStore } from '../../store/share/link.ts';
import type { AnyScores } from '../../training/records/records.ts';
import { baselineScores, testScoresOf } from '../../training/records/standing.ts';
import { measureOf } from '../../training/scores/measures.ts';
import { colors } from '../colors.ts';
import { formatBytes, formatCount } from '../format.ts';
import { usePage } from '../use-page.ts';
import classes from './Cards.module.css';

/** The button that trains the cards, how far that is, and what came of it. */
export function CardsRun({ cards }: { cards: readonly Card[] }) {
  const page = usePage((state) => state);
  const data = useStore(datasetStore, (state) => state.data);
  const waits = useStore(cardsStore, (state) => state.waits);
  const locked = useStore(linkStore, (state) => isLocked(state, 'task'));
  const { t } = useTranslation();
  const { phase, plan } = page;
  const busy = isBusy(page);
  const changed = haveChanged(cards, data);
  const isOurs = isOfCards(page, cards);
  const obstacle = obstacleOf(cards);
  const goesOn = isOurs && !changed && phase === 'paused';
  const { epochs } = page.run.training;
  const epoch = plan ? epochAt(stepsDone(page), { ...plan, epochs }) : 1;
  const status = () => {
    if (locked) return t('cards.status.locked');
    if (waits) return t('cards.status.getting');
    if (busy && isOfOtherRows(page.run.data, data?.name)) return t('cards.status.elsewhere');
    if (busy) return t(`cards.status.${phase}`, { epoch, epochs });
    if (page.trainsElsewhere) return t('cards.status.elsewhere');
    if (obstacle) return inWords(t, obstacle);
    if (!isOurs) return t(page.phase === 'done' ? 'cards.status.other' : 'cards.status.ready');
    if (changed && phase === 'done') return t('cards.status.changed');
    return t(`cards.status.${phase}`, { epoch, epochs });
  };
  return (
    <>
      <div className={classes.action}>
        <Button
          size="lg"
          className={classes.button}
          color={busy ? 'blue' : colors.action}
          disabled={busy ? !isOurs : locked || page.trainsElsewhere || obstacle !== null || waits}
          data-trains
          data-testid="teach-cards"
          onClick={busy ? pauseTraining : goesOn ? startTraining : teachCards}
        >
          {t(busy ? 'cards.pause' : goesOn ? 'cards.on' : 'cards.train')}
        </Button>
        <Text fw={600} role="status" data-testid="cards-status">
          {status()}
        </Text>
      </div>
      <Progress
        value={isOurs && plan ? (100 * stepsDone(page)) / plan.totalSteps : 0}
        color={colors.trained}
        aria-label={t('cards.progress')}
      />
      <div className={classes.result}>{isOurs && <Result />}</div>
    </>
  );
}

/** Whether a run stands on other rows than the own ones. */
const isOfOtherRows = (data: object, own: string | undefined): boolean => !('train' in data) || data.train !== own;

function inWords(t: TFunction, obstacle: Obstacle): string {
  if (obstacle.why === 'cards') return t('cards.obstacles.cards');
  return t(`cards.obstacles.${obstacle.why}`, { place: obstacle.at + 1, least: leastLines });
}

function Result() {
  const page = usePage((state) => state);
  const { t } = useTranslation();
  const rows = testRowsOf(page);
  const cost = costOf(page, page.run.method);
  const ours = testScoresOf(page);
  const base = baselineScores(page.baselines, 'test');
  if (page.phase !== 'done' || !cost || !ours || !base) return null;
  const right = (scores: AnyScores) => formatCount(Math.round((measureOf('single-label', scores) ?? 0) * rows));
  return (
    <>
      <Text data-testid="cards-result">
        {t('cards.result', {
          count: rows,
          right: right(ours),
          base: right(base),
          amount: formatCount(cost.trainable),
          size: formatBytes(cost.fileBytes),
        })}
      </Text>
      {rows < fewRows && (
        <Text size="sm" c="dimmed">
          {t('cards.few')}
        </Text>
      )}
    </>
  );
}

/** Test rows below which a share of them says little. */
const fewRows = 20;
