import { doInSlices, filterInPieces, inPieces, mapInPieces, type Work } from '../../base/work.ts';
import type { Fix } from '../../data/checks/checks.ts';
import type { Row } from '../../data/rows/row.ts';
import { isBusy } from '../page/selectors.ts';
import { pageStore } from '../page/state.ts';
import { changeRows } from './actions.ts';
import { cutOf, cutOwn, datasetStore, type OwnData } from './state.ts';

/** Putting right what the checks found in a person's own rows. */

/** Cancels the fix that is being made. */
let stopMending = () => {};

/** Repairs what a check found, unless the rows change or a run begins before it is done. */
export function fixRows(fix: Fix): void {
  const { data } = datasetStore.getState();
  if (!data) return;
  stopMending();
  datasetStore.setState({ mending: fix });
  const unsubscribe = datasetStore.subscribe((state) => {
    if (state.data !== data) stopMending();
  });
  const end = () => {
    unsubscribe();
    datasetStore.setState({ mending: null });
  };
  const giveUp = doInSlices(mend(data, fix), (mended) => {
    end();
    if (!isBusy(pageStore.getState())) changeRows(() => mended);
  });
  stopMending = () => {
    giveUp();
    end();
  };
}

/** Without test rows of their own, both parts become one list again, in the order that it had. */
function* mend(data: OwnData, fix: Fix): Work<OwnData> {
  const cut = cutOf(pageStore.getState().run);
  if (data.test) {
    const { train, test } = yield* fix(yield* cutOwn(data, cut));
    return { ...data, rows: train, test };
  }
  const numbered = yield* mapInPieces(data.rows, (row, i) => ({ ...row, line: i }));
  const { train, test } = yield* fix(yield* cutOwn({ ...data, rows: numbered }, cut));
  const inOrder: (Row | undefined)[] = new Array(data.rows.length);
  const place = (row: Row) => {
    inOrder[row.line] = withLineOf(row, data.rows[row.line]);
  };
  yield* inPieces(train, place);
  yield* inPieces(test, place);
  return { ...data, rows: (yield* filterInPieces(inOrder, (row) => row !== undefined)) as Row[] };
}

/** A numbered row with its line restored: the row before, where nothing else has changed. */
function withLineOf(row: Row, before: Row | undefined): Row {
  const same = before && before.text === row.text && before.label === row.label;
  return same ? before : { ...row, line: before?.line ?? 0 };
}
