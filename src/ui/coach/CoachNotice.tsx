import { Button, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { TaskKind } from '../../model/task-kind.ts';
import type { Advice, Verdict } from '../../store/coach/advice.ts';
import { startOver } from '../../store/queue/state.ts';
import { isLocked, linkStore } from '../../store/share/link.ts';
import type { Run } from '../../training/run.ts';
import { kindOf } from '../../training/run.ts';
import { formatCount, formatPoints } from '../format.ts';
import { formatGain, measureName } from '../measure.ts';
import { usePage } from '../use-page.ts';
import classes from './CoachNotice.module.css';

/** Notice of what goes wrong with the run, in a sentence, and what usually helps. */
export function CoachNotice({ advice: { trouble, values, fix } }: { advice: Advice }) {
  const { t } = useTranslation();
  return (
    <Coach tone="warning" fix={fix} fixName={t(`coach.${trouble}.fix`, values)}>
      {t(`coach.${trouble}.says`, values)}
    </Coach>
  );
}

/** Notice of the verdict on a run that has ended. */
export function VerdictNotice({ verdict: { verdict, fix, ...facts } }: { verdict: Verdict }) {
  const { t } = useTranslation();
  const { gain, fixed, broken, rows, steps, epochs } = facts;
  const kind = usePage(({ run }) => kindOf(run));
  if (kind !== 'single-label') return <KindVerdict verdict={{ verdict, fix, ...facts }} kind={kind} />;
  const distance = Math.abs(gain).toFixed(1);
  return (
    <Coach tone={verdict === 'good' ? 'good' : 'note'} fix={fix} fixName={t('coach.verdict.longer', { epochs })}>
      {t(`coach.verdict.${verdict}`, {
        gain: verdict === 'even' || verdict === 'few-rows' || verdict === 'worse' ? distance : formatPoints(gain),
        fixed: formatCount(fixed),
        broken: formatCount(broken),
        rows: formatCount(rows),
        steps: formatCount(steps),
        row: (100 / Math.max(1, rows)).toFixed(1),
      })}
    </Coach>
  );
}

/** The verdict by the measure of the run's kind. */
function KindVerdict({ verdict: { verdict, fix, ...facts }, kind }: { verdict: Verdict; kind: TaskKind }) {
  const { t } = useTranslation();
  const { gain, fixed, broken, rows, steps, epochs } = facts;
  const sentence = verdict === 'good' && kind === 'regression' ? 'goodNumber' : verdict;
  const distance = verdict === 'even' || verdict === 'few-rows' || verdict === 'worse';
  return (
    <Coach tone={verdict === 'good' ? 'good' : 'note'} fix={fix} fixName={t('coach.verdict.longer', { epochs })}>
      {t(`kinds.coach.${sentence}`, {
        name: measureName(t, kind),
        gain: distance ? formatGain(kind, Math.abs(gain)).slice(1) : formatGain(kind, gain),
        fixed: formatCount(fixed),
        broken: formatCount(broken),
        rows: formatCount(rows),
        steps: formatCount(steps),
      })}
    </Coach>
  );
}

interface CoachProps {
  tone: 'warning' | 'note' | 'good';
  fix: ((run: Run) => Run) | null;
  fixName: string;
  children: ReactNode;
}

function Coach({ tone, fix, fixName, children }: CoachProps) {
  // A run that goes wrong need not be waited for: only a teacher's link holds its settings.
  const locked = useStore(linkStore, (state) => isLocked(state, 'training'));
  const { t } = useTranslation();
  return (
    <NoteWithButton
      tone={tone}
      button={
        fix && (
          <Button size="compact-xs" variant="default" disabled={locked} onClick={() => startOver(fix)}>
            {fixName}
          </Button>
        )
      }
    >
      <b>{t('coach.title')}</b> {children}
    </NoteWithButton>
  );
}

interface NoteProps {
  tone?: CoachProps['tone'];
  button: ReactNode;
  children: ReactNode;
}

/** A sentence about the run, and beside it what can be done. */
export function NoteWithButton({ tone, button, children }: NoteProps) {
  return (
    <div className={classes.note} data-tone={tone} role="status">
      <Text size="xs" className="grow">
        {children}
      </Text>
      {button}
    </div>
  );
}
