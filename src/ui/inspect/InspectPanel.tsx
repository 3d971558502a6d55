import { Button, Text } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { inspect, inspectStore, watchInspect } from '../../store/inspect/state.ts';
import { usePage } from '../use-page.ts';
import { AttentionPanel } from './AttentionPanel.tsx';
import { EffectPanel } from './EffectPanel.tsx';
import { NumbersPanel } from './NumbersPanel.tsx';
import { SnapshotPanel } from './SnapshotPanel.tsx';

/** The inspection of the run: for the sentence in the box, and over the run. */
export default function InspectPanel() {
  const inspection = useStore(inspectStore, (state) => state.inspection);
  const sentence = usePage((state) => state.sentence);
  const second = usePage((state) => state.second);
  const ready = usePage((state) => state.plan !== null);
  const epochs = usePage((state) => state.epochs.length);
  const { t } = useTranslation();
  useEffect(() => {
    watchInspect(true);
    return () => watchInspect(false);
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: inspected anew whenever one of these has changed
  useEffect(() => {
    const timer = setTimeout(() => inspect(), inspectDelay);
    return () => clearTimeout(timer);
  }, [ready, epochs, sentence, second]);
  return (
    <>
      <div className="controls">
        <Text size="xs" className="grow">
          {t('inspect.about')}
        </Text>
        <Button size="compact-xs" variant="light" disabled={!ready} onClick={() => inspect()}>
          {t('inspect.look')}
        </Button>
      </div>
      <div className="charts">
        <SnapshotPanel />
        {inspection && <EffectPanel inspection={inspection} />}
        {inspection && <AttentionPanel inspection={inspection} />}
        {inspection?.numbers && <NumbersPanel numbers={inspection.numbers} tokens={inspection.tokens} />}
      </div>
    </>
  );
}

/** Milliseconds between a change and the inspection: a writer is not interrupted. */
const inspectDelay = 400;
