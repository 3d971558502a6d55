import { watchCrossOriginRequests } from '../base/cross-origin-requests.ts';
import { PersonError, said } from '../base/message.ts';
import { readRun, taskName } from '../training/run.ts';
import { Session } from '../training/session.ts';
import { hold, predict, score, tellAdapter } from './adapters.ts';
import { setAddress } from './address.ts';
import { compareEngines, forgetting, stopForgetting } from './demonstrations.ts';
import { inspect, watch } from './looking.ts';
import { exportOnnxFile } from './onnx-export.ts';
import { openOwnRows, takeOwnRows } from './own-rows.ts';
import { moveTo, neededEncoder, open, openEncoder, openedEncoder, openedShelf, readFiles } from './place.ts';
import type { Request } from './protocol.ts';
import { datasetOf, loadedTask, openTask, rowsOfTask } from './tasks.ts';
import { tell, tellError } from './tell.ts';
import { tellTokenChecks, viewTokens } from './tokens.ts';
import { currentSession, dropSession, go, halt, planOf, stop, takeSession, tellState } from './training-loop.ts';

/** Where messages meet the engine. No arithmetic here: requests become verbs of the session, its events become reports. */

async function configure({ run: json, state, start }: Extract<Request, { type: 'configure' }>): Promise<void> {
  const run = readRun(json);
  // Whatever becomes of this one, the run before is no longer on the page.
  await stop();
  await moveTo(run);
  const encoder = neededEncoder();
  const name = taskName(run);
  if (name !== loadedTask()) throw new PersonError(said`Task ${name} is not loaded.`);
  await dropSession();
  const { loaded, tokenizer } = encoder;
  const parts = { encoder: loaded, tokenizer, dataset: await datasetOf(run), run, start, now: () => performance.now() };
  const session = await Session.create(parts, state);
  takeSession(session, encoder);
  tell({ type: 'configured', ...planOf(session), resumed: state !== undefined });
}

async function lookInside(request: Extract<Request, { type: 'inspect' }>): Promise<void> {
  const session = currentSession();
  const encoder = openedEncoder();
  if (session && encoder?.loaded)
    await inspect(session, { config: encoder.loaded.config, weights: encoder.weights }, request);
}

type ReadAhead = Extract<Request, { type: 'load-encoder' | 'load-task' }>;

/** What reads files begins at once, while what was asked for before it is carried out, and is taken in when it is its turn. */
function readAhead(request: ReadAhead): () => Promise<void> {
  if (request.type === 'load-encoder') {
    const source = { name: request.name, files: request.files };
    return inTurn(readFiles(source), (files) => openEncoder(source, files, request.frozenBits));
  }
  return inTurn(rowsOfTask(request.name), openTask);
}

function inTurn<T>(reading: Promise<T>, take: (read: T) => Promise<void> | void): () => Promise<void> {
  // A failure is told of in its turn, too.
  reading.catch(() => undefined);
  return async () => take(await reading);
}

async function carryOut(request: Exclude<Request, ReadAhead>): Promise<void> {
  switch (request.type) {
    case 'open':
      setAddress(request.base);
      return open();
    case 'own-rows':
      return takeOwnRows(request);
    case 'load-rows':
      return openOwnRows(request);
    case 'configure':
      return configure(request);
    case 'train':
      go('train');
      return;
    case 'step':
      go('step', request.count);
      return;
    case 'pause':
      return stop();
    case 'predict':
      return predict(request);
    case 'read-adapter':
      return tellAdapter();
    case 'read-state':
      return tellState();
    // Fetched when a run is first carried: its readers and writers are no part of the page's start.
    case 'read-run':
      return (await import('./carrying.ts')).tellRun(request);
    case 'resume':
      return (await import('./carrying.ts')).resume(request);
    case 'hold':
      return hold(request);
    case 'release':
      openedShelf()?.release(request.id);
      return;
    case 'watch':
      return watch(currentSession(), request.on);
    case 'inspect':
      return lookInside(request);
    case 'forgetting':
      return forgetting(request);
    case 'stop-forgetting':
      return;
    case 'check-device':
      return compareEngines(request.run);
    case 'export-onnx':
      return exportOnnxFile(request);
    case 'score':
      return score(request);
    case 'view-tokens':
      return viewTokens(request);
    case 'check-tokens':
      return tellTokenChecks(request);
  }
}

watchCrossOriginRequests(location.origin, (urls) => tell({ type: 'foreign-requests', urls }));

/** Requests are carried out one after another, so that none meets another's half-made state. */
let queue: Promise<void> = Promise.resolve();

self.addEventListener('message', ({ data }: MessageEvent<Request>) => {
  // Heard at once, not after what is queued before it.
  if (data.type === 'pause') halt();
  if (data.type === 'stop-forgetting') stopForgetting();
  const isAhead = data.type === 'load-encoder' || data.type === 'load-task';
  const work = isAhead ? readAhead(data) : () => carryOut(data);
  queue = queue.then(work).catch((error: unknown) => tellError(data.type, error));
});
