import { useCallback } from 'react';
import { useStore } from 'zustand';
import { type Card, haveChanged } from '../../store/cards/state.ts';
import { faultsIn, lookThrough } from '../../store/dataset/report.ts';
import { datasetStore, type OwnData, testShareOf } from '../../store/dataset/state.ts';
import { ChecksList } from '../dataset/ChecksList.tsx';
import { useWork } from '../dataset/use-work.ts';
import { usePage } from '../use-page.ts';

/** Faults of the lines that were trained on, by themselves, with a way to mend them. */
export function CardFaults({ cards }: { cards: readonly Card[] }) {
  const data = useStore(datasetStore, (state) => state.data);
  return data && !haveChanged(cards, data) ? <Faults data={data} /> : null;
}

function Faults({ data }: { data: OwnData }) {
  const testShare = usePage(({ run }) => testShareOf(run));
  const seed = usePage(({ run }) => run.training.seed);
  const look = useCallback(() => lookThrough(data, { testShare, seed }), [data, testShare, seed]);
  const { value: report, stale } = useWork(look);
  // Cards have few lines by nature.
  const findings = report?.findings.filter(({ check }) => check !== 'rare-class') ?? [];
  return faultsIn(findings) === 0 ? null : <ChecksList findings={findings} stale={stale} />;
}
