import { readRun, taskName } from '../training/run.ts';
import { Session } from '../training/session.ts';
import { hold, predict, score, tellAdapter } from './adapters.ts';
import { setAddress } from './address.ts';
import { compareEngines, forgetting, stopForgetting } from './demonstrations.ts';
import { inspect, watch } from './looking.ts';
import { moveToEngine, neededEncoder, open, openEncoder, openedEncoder, openedShelf } from './place.ts';
import type { Request } from './protocol.ts';
import { datasetOf, loadedTask, openBuiltInTask, openTask } from './tasks.ts';
import { tell, tellError } from './tell.ts';
import { currentSession, dropSession, go, halt, stop, takeSession } from './training-loop.ts';

/** Where messages meet the engine. No arithmetic here: requests become verbs of the session, its events become reports. */

async function configure({ run: json, start }: Extract<Request, { type: 'configure' }>): Promise<void> {
  const run = readRun(json);
  await moveToEngine(run.engine);
  const { loaded, tokenizer } = neededEncoder();
  const name = taskName(run);
  if (name !== loadedTask()) throw new Error(`Task ${name} is not loaded.`);
  await dropSession();
  const dataset = await datasetOf(run);
  const now = () => performance.now();
  const session = await Session.create({ encoder: loaded, tokenizer, dataset, run, start, now });
  takeSession(session);
  const { totalSteps, stepsPerEpoch, counts } = session;
  tell({ type: 'configured', totalSteps, stepsPerEpoch, counts, memory: session.engine.memory() });
}

async function lookInside(request: Extract<Request, { type: 'inspect' }>): Promise<void> {
  const session = currentSession();
  const encoder = openedEncoder();
  if (session && encoder?.loaded)
    await inspect(session, { config: encoder.loaded.config, weights: encoder.weights }, request);
}

async function carryOut(request: Request): Promise<void> {
  switch (request.type) {
    case 'open':
      setAddress(request.base);
      return open();
    case 'load-encoder':
      return openEncoder(request.name);
    case 'load-task':
      return openBuiltInTask(request.name);
    case 'load-rows':
      return openTask(request);
    case 'configure':
      return configure(request);
    case 'train':
    case 'step':
      go(request.type);
      return;
    case 'pause':
      return stop();
    case 'predict':
      return predict(request);
    case 'read-adapter':
      return tellAdapter();
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
    case 'score':
      return score(request);
  }
}

/** Requests are carried out one after another, so that none meets another's half-made state. */
let queue: Promise<void> = Promise.resolve();

self.addEventListener('message', ({ data }: MessageEvent<Request>) => {
  // Heard at once, not after what is queued before it.
  if (data.type === 'pause') halt();
  if (data.type === 'stop-forgetting') stopForgetting();
  queue = queue.then(() => carryOut(data)).catch((error: unknown) => tellError(data.type, error));
});
