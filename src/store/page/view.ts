import { createStore } from 'zustand/vanilla';

/** The views; the address names the open one, so that a link and the back button work. */
export const views = ['playground', 'lessons', 'adapters', 'device'] as const;
export type View = (typeof views)[number];

/** Parts of the middle of the page, of which one is shown under the drawing. */
export const watchParts = ['charts', 'compare', 'inside'] as const;
export type WatchPart = (typeof watchParts)[number];

export const viewStore = createStore<{ view: View; part: WatchPart }>(() => ({ view: 'playground', part: 'charts' }));

export function openPart(part: WatchPart): void {
  viewStore.setState({ part });
}

/** The view that an address asks for; one that does not exist is the playground. */
export function viewOf(hash: string): View {
  const name = hash.replace(/^#\/?/, '');
  return views.find((view) => view === name) ?? 'playground';
}

/** Follows the address from now on. To be called once. */
export function followAddress(): void {
  const follow = () => viewStore.setState({ view: viewOf(location.hash) });
  addEventListener('hashchange', follow);
  follow();
}
