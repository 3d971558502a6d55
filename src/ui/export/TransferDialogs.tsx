import { lazy, Suspense, useState } from 'react';
import { useStore } from 'zustand';
import { exportStore } from '../../store/export/state.ts';
import { adapterImportStore } from '../../store/import/state.ts';

const ExportDialog = lazy(() => import('./ExportDialog.tsx'));
const AdapterImportDialog = lazy(() => import('../import/AdapterImportDialog.tsx'));

/** Whether it has ever been wanted: a dialog stays to give the focus back when it closes. */
function useOnceWanted(wanted: boolean): boolean {
  const [ever, setEver] = useState(wanted);
  if (wanted && !ever) setEver(true);
  return ever;
}

/** The dialogs that any view opens, fetched when one is first opened. */
export function TransferDialogs() {
  const taking = useOnceWanted(useStore(exportStore, (state) => state.subject !== undefined));
  const bringing = useOnceWanted(useStore(adapterImportStore, (state) => state.open));
  return (
    <Suspense fallback={null}>
      {taking && <ExportDialog />}
      {bringing && <AdapterImportDialog />}
    </Suspense>
  );
}
