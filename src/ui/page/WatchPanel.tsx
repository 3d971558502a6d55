import { Tabs } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { statusOf } from '../../store/page/selectors.ts';
import { openPart, viewStore, type WatchPart, watchParts } from '../../store/page/view.ts';
import { linkStore } from '../../store/share/link.ts';
import classes from '../charts/ChartFrame.module.css';
import { EncoderDrawing } from '../inspect/drawing/EncoderDrawing.tsx';
import { RunControls } from '../run/RunControls.tsx';
import { usePage } from '../use-page.ts';
import { Guard } from './Guard.tsx';
import { LatePart, latePart } from './late-part.tsx';

const fallback = <div className={classes.body} />;
const parts = {
  charts: latePart(() => import('../run/charts/ChartsPanel.tsx')),
  compare: latePart(() => import('../runs/ComparePanel.tsx')),
  inside: latePart(() => import('../inspect/InspectPanel.tsx')),
} satisfies Record<WatchPart, unknown>;

/** Whether the first run has been set up, or cannot be: from then on. */
function useHasOpened(): boolean {
  const opened = usePage((state) => statusOf(state) !== 'preparing');
  const [has, setHas] = useState(opened);
  if (opened && !has) setHas(true);
  return has;
}

/** The middle of the page: the encoder, the run's controls, and what comes of them. */
export function WatchPanel() {
  // The charts' library is the largest part of the page: while the page opens, the processor is for what one waits for.
  const hasOpened = useHasOpened();
  const chosen = useStore(viewStore, (state) => state.part);
  const hide = useStore(linkStore, (state) => state.hide);
  const { t } = useTranslation();
  const shown = watchParts.filter((key) => !hide.some((hidden) => hidden === key));
  const part = shown.includes(chosen) ? chosen : 'charts';
  return (
    <>
      <Guard>
        <EncoderDrawing />
      </Guard>
      <Guard>
        <RunControls />
      </Guard>
      <Tabs value={part} onChange={(value) => openPart(value as WatchPart)} keepMounted={false}>
        <Tabs.List mb="xs">
          {shown.map((key) => (
            <Tabs.Tab key={key} value={key}>
              {t(`page.parts.${key}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {shown.map((key) => {
          return (
            <Tabs.Panel key={key} value={key}>
              {hasOpened ? <LatePart part={parts[key]} fallback={fallback} /> : fallback}
            </Tabs.Panel>
          );
        })}
      </Tabs>
    </>
  );
}
