import { useStore } from 'zustand';
import { adaptersStore } from '../../store/adapters/state.ts';
import { isPair } from '../../training/run.ts';
import { usePage } from '../use-page.ts';

/** Whether what answers in the sentence box, a saved adapter or the run, reads pairs of texts. */
export function useAsksForPair(): boolean {
  const { adapter } = usePage(({ answering }) => answering);
  const run = usePage((state) => state.run);
  const saved = useStore(adaptersStore, ({ kept }) => kept.find(({ id }) => id === adapter));
  return isPair(saved?.run ?? run);
}
