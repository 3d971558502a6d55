import '../../i18n/add-late.ts';
import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { linkStore } from '../../store/share/link.ts';
import { kindOf } from '../../training/run.ts';
import { TaskPanel } from '../dataset/TaskPanel.tsx';
import { EncoderPanel } from '../encoder/EncoderPanel.tsx';
import { TransferPanel } from '../export/TransferPanel.tsx';
import { KindResults } from '../kinds/KindResults.tsx';
import { MethodPanel } from '../run/MethodPanel.tsx';
import { FlippedPanel } from '../run/results/FlippedPanel.tsx';
import { TrainingPanel } from '../run/TrainingPanel.tsx';
import { TryItPanel } from '../run/TryItPanel.tsx';
import { usePage } from '../use-page.ts';
import { Guard } from './Guard.tsx';
import { Notices } from './Notices.tsx';
import { WatchPanel } from './WatchPanel.tsx';

const tabs = ['setup', 'training', 'tryIt'] as const;
type Tab = (typeof tabs)[number];

/** One workbench on one screen; on a narrow one, a column at a time with a tab bar. */
export default function PlaygroundView() {
  const ofClasses = usePage(({ run }) => kindOf(run) === 'single-label');
  const hide = useStore(linkStore, (state) => state.hide);
  const { t } = useTranslation();
  const [tab, setTab] = useState<Tab>('training');
  return (
    <>
      <main className="workbench">
        <div className="column" data-open={tab === 'setup'}>
          {!hide.includes('encoder') && (
            <Guard>
              <EncoderPanel />
            </Guard>
          )}
          {!hide.includes('task') && (
            <Guard>
              <TaskPanel />
            </Guard>
          )}
          {!hide.includes('method') && (
            <Guard>
              <MethodPanel />
            </Guard>
          )}
          {!hide.includes('training') && (
            <Guard>
              <TrainingPanel />
            </Guard>
          )}
        </div>
        <div className="column" data-open={tab === 'training'}>
          <Guard>
            <Notices />
          </Guard>
          <Guard>
            <WatchPanel />
          </Guard>
        </div>
        <div className="column" data-open={tab === 'tryIt'}>
          <Guard>
            <TryItPanel />
          </Guard>
          <Guard>
            <TransferPanel />
          </Guard>
          {/* A matrix of many classes is long; other pictures say most, and come first. */}
          {!ofClasses && (
            <Guard>
              <KindResults />
            </Guard>
          )}
          <Guard>
            <FlippedPanel />
          </Guard>
          {ofClasses && (
            <Guard>
              <KindResults />
            </Guard>
          )}
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
