import { createStore } from 'zustand/vanilla';
import { readText, writeText } from '../../base/browser-storage.ts';

/** The views that the page's head lists. */
export const listedViews = ['start', 'playground', 'lessons', 'adapters', 'device'] as const;
/**
 * The views; the address names the open one, so that a link and the back button work. A class is its teacher's; the cards are
 * reached from the first view and from the import of rows.
 */
export const views = [...listedViews, 'class', 'cards'] as const;
export type View = (typeof views)[number];

/** Parts of the middle of the page, of which one is shown under the drawing. */
export const watchParts = ['charts', 'compare', 'inside'] as const;
export type WatchPart = (typeof watchParts)[number];

export const viewStore = createStore<{ view: View; part: WatchPart }>(() => ({ view: 'playground', part: 'charts' }));

export function openPart(part: WatchPart): void {
  viewStore.setState({ part });
}

const visitedKey = 'bottleneck.visited';

/** Whoever has trained or looked further than the first view finds the workbench at the next visit. */
export const rememberVisit = (): void => writeText('localStorage', visitedKey, 'yes');

/**
 * The view that an address asks for; one that does not exist is the workbench.
 * @param home the view of an address that names none
 */
export function viewOf(hash: string, home: View = 'playground'): View {
  const name = hash.replace(/^#\/?/, '').replace(/\?.*/s, '');
  return name === '' ? home : (views.find((view) => view === name) ?? 'playground');
}

/**
 * Follows the address from now on. To be called once.
 * @param linked the view of an address that brings a run and names no view; null: it brings none
 */
export function followAddress(linked: View | null = null): void {
  const home = linked ?? (readText('localStorage', visitedKey) === null ? 'start' : 'playground');
  const follow = () => {
    const view = viewOf(location.hash, home);
    if (view !== 'start') rememberVisit();
    viewStore.setState({ view });
  };
  addEventListener('hashchange', follow);
  follow();
}
