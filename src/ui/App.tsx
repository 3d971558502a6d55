import { type ComponentType, lazy, Suspense } from 'react';
import { ErrorBoundary } from 'react-error-boundary';
import { useStore } from 'zustand';
import { type View, viewStore, views } from '../store/page/view.ts';
import { TransferDialogs } from './export/TransferDialogs.tsx';
import { FailedView } from './page/FailedView.tsx';
import { Header } from './page/Header.tsx';
import { ReleaseNotice } from './page/ReleaseNotice.tsx';

/** Each view is a folder of its own, fetched when it is first opened. */
const fetched: Record<View, () => Promise<{ default: ComponentType }>> = {
  playground: () => import('./page/PlaygroundView.tsx'),
  lessons: () => import('./lessons/LessonsView.tsx'),
  adapters: () => import('./adapters/AdaptersView.tsx'),
  device: () => import('./device/DeviceView.tsx'),
};
const lazyView = (view: View) => [view, lazy(fetched[view])] as const;
const pages = new Map(views.map(lazyView));
/** Drops a view that could not be fetched: it is fetched anew when it is opened again. */
const forget = (view: View) => pages.set(...lazyView(view));

/** The page of a view, read whenever it is drawn: one that could not be fetched has another chance. */
function OpenView({ view }: { view: View }) {
  const Page = pages.get(view);
  return <Suspense fallback={<main className="grow" />}>{Page && <Page />}</Suspense>;
}

/** The header, and the view that is open. */
export function App() {
  const view = useStore(viewStore, (state) => state.view);
  return (
    <div className="page">
      <Header />
      <ReleaseNotice />
      <ErrorBoundary FallbackComponent={FailedView} resetKeys={[view]} onError={() => forget(view)}>
        <OpenView view={view} />
      </ErrorBoundary>
      <TransferDialogs />
    </div>
  );
}
