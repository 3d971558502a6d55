import { lazy, Suspense } from 'react';
import { EncoderDrawing } from './EncoderDrawing.tsx';
import { RunControls } from './RunControls.tsx';

// The charts' library is the largest part of the page: it arrives after the first paint.
const ChartsPanel = lazy(() => import('./ChartsPanel.tsx'));

/** The middle of the page: the encoder, the run's controls and its charts. */
export function WatchPanel() {
  return (
    <>
      <EncoderDrawing />
      <RunControls />
      <Suspense fallback={<div className="chart-body" />}>
        <ChartsPanel />
      </Suspense>
    </>
  );
}
