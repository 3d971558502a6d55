import { useStore } from 'zustand';
import { isBusy } from '../store/page/selectors.ts';
import { isLocked, type Lockable, linkStore } from '../store/share/link.ts';
import { usePage } from './use-page.ts';

/** Whether the encoder cannot be changed now. Where the run's own is missing, a locked page can still bring it. */
export function useEncoderLocked(): boolean {
  const locked = useStore(linkStore, (state) => isLocked(state, 'encoder'));
  const missing = usePage(({ missingEncoder }) => missingEncoder !== null);
  return usePage(isBusy) || (locked && !missing);
}

/** Whether settings of a part cannot be changed now: the run is at work, or a teacher's link has locked them. */
export function useLocked(part: Lockable): boolean {
  const locked = useStore(linkStore, (state) => isLocked(state, part));
  return usePage(isBusy) || locked;
}
