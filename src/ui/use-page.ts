import { useStore } from 'zustand';
import { type PageState, pageStore } from '../store/page/state.ts';

/** A component's question to the page's state. */
export const usePage = <T>(selector: (state: PageState) => T): T => useStore(pageStore, selector);
