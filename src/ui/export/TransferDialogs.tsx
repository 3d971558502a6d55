import { lazy, Suspense, useState } from 'react';
import { useStore } from 'zustand';
import { takeAlongStore } from '../../store/export/state.ts';
import { bringInStore } from '../../store/import/state.ts';

const TakeAlongDialog = lazy(() => import('./ExportDialog.tsx'));
const BringInDialog = lazy(() => import('../import/AdapterImportDialog.tsx'));

/** What was wanted once, from now on: a dialog stays to give the focus back when it closes. */
function useOnceWanted(wanted: boolean): boolean {
  const [ever, setEver] = useState(wanted);
  if (wanted && !ever) setEver(true);
  return ever;
}

/** The dialogs that any view opens, fetched when one is first opened. */
export function CarryDialogs() {
  const taking = useOnceWanted(useStore(takeAlongStore, (state) => state.subject !== undefined));
  const bringing = useOnceWanted(useStore(bringInStore, (state) => state.open));
  return (
    <Suspense fallback={null}>
      {taking && <TakeAlongDialog />}
      {bringing && <BringInDialog />}
    </Suspense>
  );
}
