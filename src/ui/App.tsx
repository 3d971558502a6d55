import { useEffect } from 'react';
import { useStore } from 'zustand';
import { statusOf } from '../store/page/selectors.ts';
import { type View, viewStore } from '../store/page/view.ts';
import { TransferDialogs } from './export/TransferDialogs.tsx';
import { FailedNotice } from './page/FailedNotice.tsx';
import { Guard } from './page/Guard.tsx';
import { Header } from './page/Header.tsx';
import { alsoFetch, fetchParts, LatePart, latePart } from './page/late-part.tsx';
import { ReleaseNotice } from './page/ReleaseNotice.tsx';
import { SkipLink } from './page/SkipLink.tsx';
import { TabTitle } from './page/TabTitle.tsx';
import { usePage } from './use-page.ts';

const views = {
  start: latePart(() => import('./start/StartView.tsx')),
  playground: latePart(() => import('./page/PlaygroundView.tsx')),
  lessons: latePart(() => import('./lessons/LessonsView.tsx')),
  adapters: latePart(() => import('./adapters/AdaptersView.tsx')),
  device: latePart(() => import('./device/DeviceView.tsx')),
  class: latePart(() => import('./classroom/ClassView.tsx')),
  cards: latePart(() => import('./cards/CardsView.tsx')),
} satisfies Record<View, unknown>;
for (const load of [
  () => import('../i18n/zh.ts'),
  () => import('../store/share/rows.ts'),
  () => import('../data/rows/linked-rows.ts'),
  () => import('modern-screenshot'),
])
  alsoFetch(load);

/** The header, and the view that is open. */
export function App() {
  const open = useStore(viewStore, (state) => state.view);
  const settled = usePage((state) => statusOf(state) !== 'preparing');
  // What one waits for first comes first.
  useEffect(() => {
    if (settled) void fetchParts();
  }, [settled]);
  return (
    <Guard>
      <div className="page">
        <TabTitle />
        <SkipLink />
        <Guard>
          <Header />
        </Guard>
        <ReleaseNotice />
        <LatePart key={open} part={views[open]} view fallback={<main className="grow" />} />
        <TransferDialogs />
        <FailedNotice />
      </div>
    </Guard>
  );
}
