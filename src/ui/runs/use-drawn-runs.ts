import { useMemo } from 'react';
import { useStore } from 'zustand';
import { originStore } from '../../store/lessons/origin.ts';
import type { RunRecord } from '../../store/runs/records.ts';
import { drawnRuns, runsStore } from '../../store/runs/state.ts';
import { usePage } from '../use-page.ts';

/** The runs drawn beside the page's: the same list as long as nothing changes. */
export function useDrawnRuns(): readonly RunRecord[] {
  const runs = useStore(runsStore, (state) => state.runs);
  const overlaid = useStore(runsStore, (state) => state.overlaid);
  const origin = useStore(originStore, (state) => state.origin);
  const run = usePage((state) => state.run);
  return useMemo(() => drawnRuns({ runs, overlaid }, run, origin), [runs, overlaid, run, origin]);
}
