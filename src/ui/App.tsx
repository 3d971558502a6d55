import { lazy, Suspense } from 'react';
import { useStore } from 'zustand';
import { type View, viewStore } from '../store/view.ts';
import { CarryDialogs } from './CarryDialogs.tsx';
import { Header } from './panels/Header.tsx';

/** Each view is a folder of its own, fetched when it is first opened. */
const pages = {
  playground: lazy(() => import('./views/playground/PlaygroundView.tsx')),
  lessons: lazy(() => import('./views/lessons/LessonsView.tsx')),
  adapters: lazy(() => import('./views/adapters/AdaptersView.tsx')),
  device: lazy(() => import('./views/device/DeviceView.tsx')),
} satisfies Record<View, unknown>;

/** The header, and the view that is open. */
export function App() {
  const view = useStore(viewStore, (state) => state.view);
  const Page = pages[view];
  return (
    <div className="page">
      <Header />
      <Suspense fallback={<main className="grow" />}>
        <Page />
      </Suspense>
      <CarryDialogs />
    </div>
  );
}
