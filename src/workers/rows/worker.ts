import { createThrottle } from '../../base/throttle.ts';
import { previewFile, rowBatches } from '../../data/read-file.ts';
import { DataFileError } from '../../data/readers/data-file.ts';
import { packRows, piecesOf } from '../../data/rows/packed-rows.ts';
import { serve } from '../rpc.ts';
import type { FailureDetails, RowsApi } from './api.ts';

/** Reads one file off the page's thread, so that a large one freezes nothing. The page cancels by ending the worker. */

/** Progress is reported at most this often, in milliseconds. */
const progressInterval = 100;

function detailsOf(error: unknown): FailureDetails {
  const { layout, unlabelled } = error instanceof DataFileError ? error : {};
  return { ...(layout && { layout }), ...(unlabelled && { unlabelled }) };
}

serve<RowsApi, FailureDetails>(
  self,
  {
    preview: ({ file, choices }) => previewFile(file, choices),
    readRows: async ({ readable, options }, { progress }) => {
      const isDue = createThrottle(progressInterval);
      const onProgress = (read: number, total: number) => {
        if (isDue()) progress({ read, total });
      };
      for await (const rows of rowBatches(readable, { ...options, onProgress }))
        for (const piece of piecesOf(rows)) progress({ rows: packRows(piece) });
    },
  },
  detailsOf,
);
