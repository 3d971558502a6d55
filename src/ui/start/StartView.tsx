import '../../i18n/add-late.ts';
import { Anchor, Button, Progress, Text, Title } from '@mantine/core';
import { useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { costOf, epochAt, isBusy, stepsDone } from '../../store/page/selectors.ts';
import { pauseTraining } from '../../store/run/actions.ts';
import { isLocked, linkStore } from '../../store/share/link.ts';
import { speakAtStart, startLanguage, type startRuns, teach, teachingStore } from '../../store/start/state.ts';
import { baselineScores, standingOf } from '../../training/records/standing.ts';
import { measureOf } from '../../training/scores/measures.ts';
import { colors } from '../colors.ts';
import { formatCount, formatShare } from '../format.ts';
import { EncoderDrawing } from '../inspect/drawing/EncoderDrawing.tsx';
import { formatMeasure } from '../measure.ts';
import { Notices } from '../page/Notices.tsx';
import { usePage } from '../use-page.ts';
import { Answers } from './Answers.tsx';
import { Learnt } from './Learnt.tsx';
import classes from './StartView.module.css';

/** What this is, the drawing, and one button: for whoever comes for the first time. */
export default function StartView() {
  const { t, i18n } = useTranslation();
  const language = i18n.language === 'zh' ? 'zh' : 'en';
  useEffect(() => speakAtStart(language), [language]);
  return (
    <main className={classes.start}>
      <div className={classes.lead}>
        <Title order={2}>{t('start.title')}</Title>
        <nav className={classes.ways} aria-label={t('start.ways')}>
          <Anchor href="#/cards">{t('start.cards')} →</Anchor>
          <Anchor href="#/playground">{t('start.workbench')} →</Anchor>
        </nav>
        <What />
      </div>
      <Notices />
      <EncoderDrawing size="large" />
      <div className={classes.below}>
        <section className={classes.teach}>
          <Task />
          <div className={classes.action}>
            <TeachButton language={language} />
            <Status />
          </div>
          <Bar />
          <Learnt />
        </section>
        <Answers label={t('start.sentence')} />
      </div>
    </main>
  );
}

function What() {
  const encoder = usePage((state) => state.encoder);
  const task = usePage((state) => state.task);
  const method = usePage(({ run }) => run.method);
  const { t } = useTranslation();
  const cost = costOf({ encoder, task }, method);
  return (
    <div className={classes.what}>
      <Text inherit>
        {cost
          ? t('start.what', {
              all: formatCount(cost.base),
              share: formatShare(cost.trainable / cost.base, 2),
            })
          : t('start.whatBefore')}
      </Text>
      <Text inherit>{t('start.adapter')}</Text>
    </div>
  );
}

/** Whether the page's run is the first minute's. */
function useIsFirstMinute(): boolean {
  const run = usePage((state) => state.run);
  return useMemo(() => startLanguage({ run }) !== null, [run]);
}

function Task() {
  const run = usePage((state) => state.run);
  const { t } = useTranslation();
  const language = useMemo(() => startLanguage({ run }), [run]);
  const name = language && ('task' in run.data ? run.data.task : null);
  const train = formatCount(run.data.limit ?? 0);
  return (
    <Text className={classes.task}>
      {name === 'wordnet_demo' || name === 'verse_demo' ? t(`start.tasks.${name}`, { train }) : t('start.tasks.other')}
    </Text>
  );
}

function TeachButton({ language }: { language: keyof typeof startRuns }) {
  const busy = usePage(isBusy);
  const isOurs = useIsFirstMinute();
  const elsewhere = usePage((state) => state.trainsElsewhere);
  const phase = usePage((state) => state.phase);
  const waits = useStore(teachingStore, (state) => state.waits);
  const locked = useStore(linkStore, (state) => isLocked(state));
  const { t } = useTranslation();
  const isPause = busy && isOurs;
  const words = isPause
    ? 'pause'
    : !isOurs
      ? 'teach'
      : phase === 'paused'
        ? 'on'
        : phase === 'done'
          ? 'again'
          : 'teach';
  return (
    <Button
      size="xl"
      className={classes.button}
      color={isPause ? 'blue' : colors.action}
      disabled={((busy || locked) && !isOurs) || elsewhere}
      data-testid="teach"
      data-trains
      data-waits={waits}
      onClick={isPause ? pauseTraining : () => teach(language)}
    >
      {t(`start.${words}`)}
    </Button>
  );
}

function Status() {
  const page = usePage((state) => state);
  const isOurs = useIsFirstMinute();
  const waits = useStore(teachingStore, (state) => state.waits);
  const { t } = useTranslation();
  const { run, plan, phase, task } = page;
  const { epochs } = run.training;
  const epoch = plan ? epochAt(stepsDone(page), { ...plan, epochs }) : 1;
  const rows = Math.min(run.data.testLimit ?? Number.POSITIVE_INFINITY, task?.testRows ?? 0);
  const facts = { epoch, epochs, rows };
  const words = waits
    ? t('start.getting')
    : isOurs
      ? t(`start.status.${phase}`, facts)
      : isBusy(page) || page.trainsElsewhere
        ? t('start.status.elsewhere')
        : '';
  return (
    <div className={classes.status}>
      <Text fw={600} role="status" data-testid="start-status">
        {words}
      </Text>
      <Text c="dimmed" data-testid="start-marks">
        {isOurs ? <Marks /> : null}
      </Text>
    </div>
  );
}

/** How many unseen rows it gets right so far, and the frozen side. */
function Marks() {
  const epochs = usePage((state) => state.epochs);
  const final = usePage((state) => state.final);
  const baselines = usePage((state) => state.baselines);
  const { t } = useTranslation();
  const standing = standingOf({ epochs, final });
  if (!standing) return null;
  const accuracy = formatMeasure('single-label', measureOf('single-label', standing.scores));
  const base = baselineScores(baselines, standing.on);
  return base
    ? t('start.against', { accuracy, base: formatMeasure('single-label', measureOf('single-label', base)) })
    : t('start.soFar', { accuracy });
}

function Bar() {
  const isOurs = useIsFirstMinute();
  const share = usePage((page) => (page.plan ? stepsDone(page) / page.plan.totalSteps : 0));
  const { t } = useTranslation();
  return (
    <Progress value={isOurs ? 100 * share : 0} size="lg" color={colors.trained} aria-label={t('start.progress')} />
  );
}
