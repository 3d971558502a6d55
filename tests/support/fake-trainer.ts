import type { Connection } from '../../src/workers/rpc.ts';
import type { TrainerApi } from '../../src/workers/trainer/api.ts';

/**
 * The training worker as the page's state sees it: it records its requests, and answers when a test says so. A test
 * substitutes it for workers/trainer/client.ts by `vi.mock`.
 */

type Verb = keyof TrainerApi;
type AnswerOf<V> = V extends { answer: infer A } ? A : undefined;
type ProgressOf<V> = V extends { progress: infer P } ? P : never;

interface Asked {
  verb: Verb;
  ask: unknown;
  signal: AbortSignal | undefined;
  progress: (progress: never) => void;
  resolve: (answer: never) => void;
  reject: (error: unknown) => void;
  open: boolean;
}

/** All requests, in their order. */
export const asked: Asked[] = [];

export const callTrainer: Connection<TrainerApi>['call'] = (verb, ask, { signal, onProgress } = {}) =>
  new Promise((resolve, reject) => {
    const progress = (value: never) => onProgress?.(value);
    asked.push({ verb, ask, signal, progress, resolve: resolve as Asked['resolve'], reject, open: true });
  });

export const verbs = (): Verb[] => asked.map(({ verb }) => verb);

/** The last request of a verb. */
export const lastAsk = <K extends Verb>(verb: K): TrainerApi[K]['ask'] | undefined =>
  asked.findLast((one) => one.verb === verb)?.ask as TrainerApi[K]['ask'] | undefined;

/** Lets what waits for an answer go on. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

/** The oldest request of a verb that has no answer: the worker answers in order. */
function next(verb: Verb): Asked {
  const found = asked.find((one) => one.open && one.verb === verb);
  if (!found) throw new Error(`nobody waits for ${verb}`);
  return found;
}

async function settle(question: Asked, end: () => void): Promise<void> {
  question.open = false;
  if (question.signal?.aborted) question.reject(new DOMException('The call was aborted.', 'AbortError'));
  else end();
  await settled();
}

/** Answers the oldest open request of a verb; an aborted one as aborted. */
export function answer<K extends Verb>(verb: K, value: AnswerOf<TrainerApi[K]>): Promise<void> {
  const question = next(verb);
  return settle(question, () => question.resolve(value as never));
}

export function refuse(verb: Verb, error: Error): Promise<void> {
  const question = next(verb);
  return settle(question, () => question.reject(error));
}

export function report<K extends Verb>(verb: K, progress: ProgressOf<TrainerApi[K]>): void {
  next(verb).progress(progress as never);
}

/** Rejects all open requests, or those among some, as when the worker stops. */
export async function stopAll(error: Error, among: readonly Asked[] = asked): Promise<void> {
  for (const question of among.filter(({ open }) => open)) {
    question.open = false;
    question.reject(error);
  }
  await settled();
}

export function forgetAsked(): void {
  asked.length = 0;
}
