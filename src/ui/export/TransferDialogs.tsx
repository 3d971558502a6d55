import { useState } from 'react';
import { useStore } from 'zustand';
import { closeExport, exportStore } from '../../store/export/state.ts';
import { adapterImportStore, closeAdapterImport } from '../../store/import/state.ts';
import { LatePart, latePart } from '../page/late-part.tsx';

const ExportDialog = latePart(() => import('./ExportDialog.tsx'));
const AdapterImportDialog = latePart(() => import('../import/AdapterImportDialog.tsx'));

/** Whether it has ever been wanted: a dialog stays to give the focus back when it closes. */
function useOnceWanted(wanted: boolean): boolean {
  const [ever, setEver] = useState(wanted);
  if (wanted && !ever) setEver(true);
  return ever;
}

/** The dialogs that any view opens, fetched when one is first opened. */
export function TransferDialogs() {
  const taking = useStore(exportStore, (state) => state.subject !== undefined);
  const bringing = useStore(adapterImportStore, (state) => state.open);
  const hasTaken = useOnceWanted(taking);
  const hasBrought = useOnceWanted(bringing);
  return (
    <>
      {hasTaken && <LatePart part={ExportDialog} dialog={{ opened: taking, close: closeExport }} />}
      {hasBrought && <LatePart part={AdapterImportDialog} dialog={{ opened: bringing, close: closeAdapterImport }} />}
    </>
  );
}
