import { useStore } from 'zustand';
import { linkStore } from '../store/link.ts';
import { isBusy } from '../store/selectors.ts';
import { usePage } from './use-page.ts';

/** Whether settings cannot be changed now: the run is at work, or a teacher's link has locked them. */
export function useLocked(): boolean {
  const locked = useStore(linkStore, (state) => state.lock);
  return usePage(isBusy) || locked;
}
