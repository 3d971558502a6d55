import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { linkStore } from '../../../store/link.ts';
import { CarryPanel } from '../../panels/CarryPanel.tsx';
import { ConfusionPanel } from '../../panels/ConfusionPanel.tsx';
import { EncoderPanel } from '../../panels/EncoderPanel.tsx';
import { FlippedPanel } from '../../panels/FlippedPanel.tsx';
import { MethodPanel } from '../../panels/MethodPanel.tsx';
import { Notices } from '../../panels/Notices.tsx';
import { TaskPanel } from '../../panels/TaskPanel.tsx';
import { TrainingPanel } from '../../panels/TrainingPanel.tsx';
import { TryItPanel } from '../../panels/TryItPanel.tsx';
import { WatchPanel } from '../../panels/WatchPanel.tsx';

const tabs = ['setup', 'training', 'tryIt'] as const;
type Tab = (typeof tabs)[number];

/** One workbench on one screen; on a narrow one, a column at a time with a tab bar. */
export default function PlaygroundView() {
  const hide = useStore(linkStore, (state) => state.hide);
  const { t } = useTranslation();
  const [tab, setTab] = useState<Tab>('training');
  return (
    <>
      <main className="workbench">
        <div className="column" data-open={tab === 'setup'}>
          {!hide.includes('encoder') && <EncoderPanel />}
          {!hide.includes('task') && <TaskPanel />}
          {!hide.includes('method') && <MethodPanel />}
          {!hide.includes('training') && <TrainingPanel />}
        </div>
        <div className="column" data-open={tab === 'training'}>
          <Notices />
          <WatchPanel />
        </div>
        <div className="column" data-open={tab === 'tryIt'}>
          <TryItPanel />
          <CarryPanel />
          <FlippedPanel />
          <ConfusionPanel />
        </div>
      </main>
      <nav className="tab-bar" aria-label={t('page.tabs.label')}>
        <SegmentedControl
          fullWidth
          radius={0}
          aria-label={t('page.tabs.label')}
          value={tab}
          onChange={(value) => setTab(value as Tab)}
          data={tabs.map((value) => ({ value, label: t(`page.tabs.${value}`) }))}
        />
      </nav>
    </>
  );
}
