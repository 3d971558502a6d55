import { createStore } from 'zustand/vanilla';

/** Which view is open; the address names it, so that a link and the back button work. */
export const views = ['playground', 'lessons', 'adapters', 'device'] as const;
export type View = (typeof views)[number];

export const viewStore = createStore<{ view: View }>(() => ({ view: 'playground' }));

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
