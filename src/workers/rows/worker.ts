import { createThrottle } from '../../base/throttle.ts';
import { rowBatches } from '../../data/read-file.ts';
import { previewKind } from '../../data/read-kind.ts';
import { DataFileError } from '../../data/readers/data-file.ts';
import { packRows, piecesOf } from '../../data/rows/packed-rows.ts';
import { serve } from '../rpc.ts';
import type { FailureDetails, LeftOut, RowsApi } from './api.ts';

/** Reads one file off the page's thread, so that a large one freezes nothing. The page cancels by ending the worker. */

/** Progress is reported at most this often, in milliseconds. */
const progressInterval = 100;

function detailsOf(error: unknown): FailureDetails {
  const { layout, unlabelled, comma, spans } = error instanceof DataFileError ? error : {};
  return {
    ...(layout && { layout }),
    ...(unlabelled && { unlabelled }),
    ...(comma && { comma }),
    ...(spans && { spans }),
  };
}

serve<RowsApi, FailureDetails>(
  self,
  {
    preview: ({ file, choices, kind }) => previewKind(file, choices, kind),
    readRows: async ({ readable, options }, { progress }) => {
      const isDue = createThrottle(progressInterval);
      const onProgress = (read: number, total: number) => {
        if (isDue()) progress({ read, total });
      };
      const leftOut: LeftOut = { count: 0, first: null, mended: 0 };
      const onLeftOut = (why: LeftOut['first']) => {
        leftOut.count++;
        leftOut.first ??= why;
      };
      const onMended = () => {
        leftOut.mended++;
      };
      for await (const rows of rowBatches(readable, { ...options, onProgress, onLeftOut, onMended }))
        for (const piece of piecesOf(rows)) progress({ rows: packRows(piece) });
      return leftOut;
    },
  },
  detailsOf,
);
