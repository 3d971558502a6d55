import { Tabs } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { linkStore } from '../../store/link.ts';
import { openPart, viewStore, type WatchPart, watchParts } from '../../store/view.ts';
import { EncoderDrawing } from './drawing/EncoderDrawing.tsx';
import { RunControls } from './RunControls.tsx';

// The charts' library is the largest part of the page: it arrives after the first paint.
const parts = {
  charts: lazy(() => import('./ChartsPanel.tsx')),
  compare: lazy(() => import('./ComparePanel.tsx')),
  inside: lazy(() => import('./InsidePanel.tsx')),
} satisfies Record<WatchPart, unknown>;

/** The middle of the page: the encoder, the run's controls, and what comes of them. */
export function WatchPanel() {
  const chosen = useStore(viewStore, (state) => state.part);
  const hide = useStore(linkStore, (state) => state.hide);
  const { t } = useTranslation();
  const shown = watchParts.filter((key) => !hide.some((hidden) => hidden === key));
  const part = shown.includes(chosen) ? chosen : 'charts';
  return (
    <>
      <EncoderDrawing />
      <RunControls />
      <Tabs value={part} onChange={(value) => openPart(value as WatchPart)} keepMounted={false}>
        <Tabs.List mb="xs">
          {shown.map((key) => (
            <Tabs.Tab key={key} value={key}>
              {t(`watch.${key}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {shown.map((key) => {
          const Panel = parts[key];
          return (
            <Tabs.Panel key={key} value={key}>
              <Suspense fallback={<div className="chart-body" />}>
                <Panel />
              </Suspense>
            </Tabs.Panel>
          );
        })}
      </Tabs>
    </>
  );
}
