import { type ErrorCode, type Message, messageOf, UserError } from '../base/message.ts';

/** Typed requests to a worker: every answer goes to the caller. The verbs that a worker answers are its `Api`. */

/**
 * A verb's request (`ask`), its answer (absent: none) and its progress reports: plain data, as `postMessage` copies it.
 */
interface Verb {
  ask: unknown;
  answer?: unknown;
  progress?: unknown;
}

/** Verbs by name. */
type Verbs<Api> = { [K in keyof Api]: Verb };
type AnswerOf<V> = V extends { answer: infer A } ? A : undefined;
type ProgressOf<V> = V extends { progress: infer P } ? P : never;

export interface CallOptions<P = never> {
  /** Asks the worker to end the call. */
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: P) => void) | undefined;
}

/** An error as it crosses from a worker to the page. `details`: what this worker's errors say besides their words. */
export interface SentError<Details = unknown> {
  name: string;
  words: Message;
  code: ErrorCode | null;
  details?: Details | undefined;
}

type Question = { id: number; verb: PropertyKey; ask: unknown } | { id: number; aborted: true };

type Envelope =
  | { id: number; answer: unknown }
  | { id: number; progress: unknown }
  | { id: number; error: SentError }
  | { event: unknown };

/** An error of a worker, on the page. */
export class WorkerError extends UserError {
  override readonly code: ErrorCode | null;

  constructor({ name, words, code }: SentError) {
    super(words);
    this.name = name;
    this.code = code;
  }
}

export function sentError(error: unknown): SentError {
  const name = error instanceof Error ? error.name : 'Error';
  return { name, words: messageOf(error), code: error instanceof UserError ? error.code : null };
}

const abortError = () => new DOMException('The call was aborted.', 'AbortError');

/** The page's end of a worker. */
type PagePort = Pick<Worker, 'postMessage' | 'terminate'> & Pick<EventTarget, 'addEventListener'>;

export interface Connection<Api extends Verbs<Api>> {
  /**
   * Calls a verb of the worker.
   * @throws the worker's error; an AbortError, once the worker has ended a call whose signal was aborted; the error
   * that `stopped` returns, if the worker stops before it has answered
   */
  call<K extends keyof Api>(
    verb: K,
    ask: Api[K]['ask'],
    options?: CallOptions<ProgressOf<Api[K]>>,
  ): Promise<AnswerOf<Api[K]>>;
  /** Ends the worker; calls that wait for it are rejected, as aborted where no other error is given. */
  terminate(error?: Error): void;
}

interface ConnectOptions<Event, Details> {
  /** Receives every event that the worker sends unasked. */
  onEvent?: (event: Event) => void;
  /** The error that calls are rejected with if the worker stops; `message`: the browser's, often empty. */
  stopped: (message: string) => Error;
  /** Receives the error of a worker that has stopped, before the calls that wait are rejected. */
  onStopped?: (error: Error) => void;
  /** An error of the worker, as the page throws it. */
  toError?: (error: SentError<Details>) => Error;
}

interface Waiting {
  resolve: (answer: unknown) => void;
  reject: (error: Error) => void;
  options: CallOptions<unknown>;
  /** Lets go of the signal, which may outlive the call by far. */
  forget: () => void;
}

/** Connects the page to a worker. What the worker sends is trusted to be of its Api: both sides are built together. */
export function connect<Api extends Verbs<Api>, Event = never, Details = unknown>(
  worker: PagePort,
  { onEvent, stopped, onStopped, toError = (error) => new WorkerError(error) }: ConnectOptions<Event, Details>,
): Connection<Api> {
  const waiting = new Map<number, Waiting>();
  let lastId = 0;

  const rejectAll = (error: Error) => {
    const all = [...waiting.values()];
    waiting.clear();
    for (const { reject, forget } of all) {
      forget();
      reject(error);
    }
  };
  const onMessage = ({ data }: { data: Envelope }) => {
    if ('event' in data) return onEvent?.(data.event as Event);
    const call = waiting.get(data.id);
    if (!call) return;
    const { resolve, reject, options, forget } = call;
    const isAborted = options.signal?.aborted === true;
    if ('progress' in data) {
      if (!isAborted) options.onProgress?.(data.progress);
      return;
    }
    waiting.delete(data.id);
    forget();
    if (isAborted) reject(abortError());
    else if ('error' in data) reject(toError(data.error as SentError<Details>));
    else resolve(data.answer);
  };
  worker.addEventListener('message', (event) => onMessage(event as MessageEvent<Envelope>));
  worker.addEventListener('error', (event) => {
    const error = stopped('message' in event && typeof event.message === 'string' ? event.message : '');
    onStopped?.(error);
    rejectAll(error);
  });

  return {
    call: (verb, ask, options = {}) =>
      new Promise((resolve, reject) => {
        if (options.signal?.aborted) return reject(abortError());
        const id = ++lastId;
        const post = (question: Question) => worker.postMessage(question);
        const abort = () => post({ id, aborted: true });
        waiting.set(id, {
          // The worker's answer to a verb is of that verb's type.
          resolve: resolve as Waiting['resolve'],
          reject,
          options: options as Waiting['options'],
          forget: () => options.signal?.removeEventListener('abort', abort),
        });
        options.signal?.addEventListener('abort', abort, { once: true });
        try {
          post({ id, verb, ask });
        } catch (error) {
          // It cannot be copied, or there is no memory for a copy.
          waiting.get(id)?.forget();
          waiting.delete(id);
          throw error;
        }
      }),
    terminate: (error = abortError()) => {
      worker.terminate();
      rejectAll(error);
    },
  };
}

/** A call in progress, as its handler sees it. */
export interface Call<P = never> {
  /** Aborted when the page aborts the call. */
  signal: AbortSignal;
  progress: (progress: P) => void;
}

type Handler<V extends Verb> = V extends { answer: infer A }
  ? (ask: V['ask'], call: Call<ProgressOf<V>>) => A | Promise<A>
  : (ask: V['ask'], call: Call<ProgressOf<V>>) => Promise<void>;

export type Handlers<Api extends Verbs<Api>> = { [K in keyof Api]: Handler<Api[K]> };

/** A worker's own end: its global scope. */
type WorkerPort = { postMessage: (message: unknown) => void } & Pick<EventTarget, 'addEventListener'>;

/**
 * Answers calls from now on, each as soon as it arrives: a worker that needs them one after another queues them.
 * @param detailsOf what errors say besides their words
 */
export function serve<Api extends Verbs<Api>, Details = undefined>(
  port: WorkerPort,
  handlers: Handlers<Api>,
  detailsOf?: (error: unknown) => Details,
): void {
  const post = (message: Envelope) => port.postMessage(message);
  const underWay = new Map<number, AbortController>();

  async function answer(id: number, verb: keyof Api, ask: unknown): Promise<void> {
    const controller = new AbortController();
    underWay.set(id, controller);
    const call = { signal: controller.signal, progress: (progress: unknown) => post({ id, progress }) };
    try {
      post({ id, answer: await handlers[verb](ask, call) });
    } catch (error) {
      post({ id, error: { ...sentError(error), details: detailsOf?.(error) } });
    } finally {
      underWay.delete(id);
    }
  }
  const onQuestion = ({ data }: { data: Question }) => {
    if ('aborted' in data) underWay.get(data.id)?.abort();
    else void answer(data.id, data.verb as keyof Api, data.ask);
  };
  port.addEventListener('message', (event) => onQuestion(event as MessageEvent<Question>));
}

/** Posts an event to the page, unasked. */
export const postEvent = <Event>(port: WorkerPort, event: Event): void =>
  port.postMessage({ event } satisfies Envelope);
