import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Named } from '../../store/runs/naming.ts';
import { usePage } from '../use-page.ts';
import { namesApart, runName } from './run-words.ts';
import { useDrawnRuns } from './use-drawn-runs.ts';

const none: readonly Named[] = [];

/**
 * The name of a run on the page: as its person named it or, where its settings did, in the page's language.
 * @param among runs shown together, whose names are to tell them apart
 */
export function useRunName(among: readonly Named[] = none): (named: Named) => string {
  const { t } = useTranslation();
  const names = useMemo(() => namesApart(t, among), [t, among]);
  return useCallback((named) => names.get(named) ?? runName(t, named), [t, names]);
}

/** The names of the runs drawn beside the current one: apart from each other, and from it. */
export function useOverlayNames(): (named: Named) => string {
  const others = useDrawnRuns();
  const run = usePage((state) => state.run);
  return useRunName(useMemo(() => [{ name: run.name, run }, ...others], [others, run]));
}
