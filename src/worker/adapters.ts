import { PersonError, said } from '../base/message.ts';
import { readRun } from '../training/run.ts';
import { openedEncoder, openedShelf } from './place.ts';
import type { Request } from './protocol.ts';
import type { TrainedAdapter } from './shelf.ts';
import { datasetOf } from './tasks.ts';
import { tell } from './tell.ts';
import { currentSession } from './training-loop.ts';

/** What trained adapters answer: the run being trained, and those on the shelf. */

/** The shelf's name for a copy of the run being trained, so that its strength can be changed apart from it. */
const liveCopy = 'live';

async function readAdapter(): Promise<TrainedAdapter | null> {
  const session = currentSession();
  return session && { run: session.run, labels: [...session.labels], tensors: await session.engine.readTrainable() };
}

export async function predict({ text, adapter, strength }: Extract<Request, { type: 'predict' }>): Promise<void> {
  const session = currentSession();
  const shelf = openedShelf();
  if (adapter !== null && shelf)
    return tell({ type: 'prediction', prediction: await shelf.predict(adapter, text, strength) });
  if (!session) return;
  const prediction = await session.predict(text);
  const live = strength === 1 ? null : await readAdapter();
  if (live && shelf) {
    await shelf.hold(liveCopy, live);
    prediction.adapted = (await shelf.predict(liveCopy, text, strength)).adapted;
  }
  tell({ type: 'prediction', prediction });
}

export async function hold({ id, run, labels, tensors }: Extract<Request, { type: 'hold' }>): Promise<void> {
  const shelf = openedShelf();
  if (!shelf) throw new PersonError('No encoder is loaded.');
  if (run.model !== openedEncoder()?.name)
    throw new PersonError(said`This adapter belongs to the encoder ${run.model}.`);
  await shelf.hold(id, { run: readRun(run), labels, tensors });
  tell({ type: 'held', id });
}

export async function score({ id, strength }: Extract<Request, { type: 'score' }>): Promise<void> {
  const shelf = openedShelf();
  const run = shelf?.runOf(id);
  if (!shelf || !run) throw new PersonError('This adapter is no longer loaded. Choose it again.');
  tell({ type: 'scored', id, strength, scores: await shelf.score(id, await datasetOf(run), strength) });
}

export async function tellAdapter(): Promise<void> {
  const adapter = await readAdapter();
  if (adapter) tell({ type: 'adapter', ...adapter });
}
