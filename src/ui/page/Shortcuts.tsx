import { ActionIcon, Kbd, Modal } from '@mantine/core';
import { useHotkeys, useLocalStorage } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { canTrain, canTrainAgain, isBusy } from '../../store/page/selectors.ts';
import { pageStore } from '../../store/page/state.ts';
import { listedViews } from '../../store/page/view.ts';
import { pauseTraining, resetRun, startTraining, trainAgain, trainSteps } from '../../store/run/actions.ts';
import { anotherExample } from '../../store/run/try-it.ts';
import classes from './Header.module.css';
import { LatePart, latePart } from './late-part.tsx';

const ShortcutSheet = latePart(() => import('./ShortcutSheet.tsx'));

function trainOrPause(): void {
  const state = pageStore.getState();
  if (isBusy(state)) pauseTraining();
  else if (canTrain(state)) startTraining();
  else if (canTrainAgain(state)) trainAgain();
}

function stepIfReady(): void {
  if (canTrain(pageStore.getState())) trainSteps(1);
}

function resetIfIdle(): void {
  const state = pageStore.getState();
  if (!isBusy(state) && state.steps.length > 0) resetRun();
}

const actions = [
  { keys: 'T', name: 'train', run: trainOrPause },
  { keys: 'S', name: 'step', run: stepIfReady },
  { keys: 'R', name: 'reset', run: resetIfIdle },
  { keys: 'E', name: 'example', run: anotherExample },
] as const;

/** Single keys for what is done often, off in text fields; "?" shows them. They can be switched off. */
export function Shortcuts() {
  const [open, setOpen] = useState(false);
  const [enabled, setEnabled] = useLocalStorage({ key: 'bottleneck.shortcuts', defaultValue: true });
  const { t } = useTranslation();
  const hint = enabled ? t('page.shortcuts.hint') : t('page.shortcuts.title');
  const go = (view: (typeof listedViews)[number]) => {
    location.hash = `#/${view}`;
  };
  useHotkeys([
    ['shift+?', () => setOpen(true)],
    ...(enabled
      ? [
          ...actions.map(({ keys, run }): [string, () => void] => [keys, run]),
          ...listedViews.map((view, i): [string, () => void] => [String(i + 1), () => go(view)]),
        ]
      : []),
  ]);
  return (
    <>
      <ActionIcon
        className={classes.shortcuts}
        variant="subtle"
        aria-label={t('page.shortcuts.title')}
        title={hint}
        onClick={() => setOpen(true)}
      >
        <Kbd size="xs">?</Kbd>
      </ActionIcon>
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        title={t('page.shortcuts.title')}
        closeButtonProps={{ 'aria-label': t('page.close') }}
      >
        <LatePart part={ShortcutSheet} props={{ actions, enabled, onEnabled: setEnabled }} />
      </Modal>
    </>
  );
}
