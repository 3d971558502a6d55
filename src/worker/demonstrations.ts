import { openDevice } from '../device/open.ts';
import { roundFrozen } from '../model/frozen-bits.ts';
import { readRun } from '../training/run.ts';
import { neededEncoder, readFiles } from './place.ts';
import type { DeviceCheck, Request } from './protocol.ts';
import { datasetOf } from './tasks.ts';
import { breathe, tell } from './tell.ts';
import { stop } from './training-loop.ts';

/** Trainings beside the run: two tasks one after the other, and both engines side by side. */

let demonstrating = false;

export async function forgetting({
  first,
  second,
  full,
  steps,
}: Extract<Request, { type: 'forgetting' }>): Promise<void> {
  const { bases, tokenizer } = neededEncoder();
  await stop();
  // No part of the page's start.
  const { demonstrateForgetting } = await import('../training/experiments/forgetting.ts');
  const [firstRows, secondRows] = await Promise.all([datasetOf(readRun(first)), datasetOf(readRun(second))]);
  const runs = { adapters: readRun(first), full: readRun(full) };
  demonstrating = true;
  const points = demonstrateForgetting({
    encoder: await bases.in(runs.adapters.frozenBits),
    tokenizer,
    first: firstRows,
    second: secondRows,
    runs,
    steps,
  });
  try {
    for await (const point of points) {
      if (point) tell({ type: 'forgetting', point });
      await breathe();
      if (!demonstrating) break;
    }
  } finally {
    demonstrating = false;
    tell({ type: 'forgetting', point: null });
  }
}

export async function compareEngines(json: unknown): Promise<void> {
  const run = readRun(json);
  const encoder = neededEncoder();
  await stop();
  const { checkDevice } = await import('./device-check.ts');
  const parts = { run, dataset: await datasetOf(run), tokenizer: encoder.tokenizer };
  const report = (check: DeviceCheck) => tell({ type: 'device-check', check });
  await checkDevice({
    open: openDevice,
    files: roundFrozen(await readFiles(encoder), run.frozenBits),
    parts,
    tell: report,
  });
}

/** Ends the demonstration of forgetting after the step under way. */
export function stopForgetting(): void {
  demonstrating = false;
}
