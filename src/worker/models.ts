import { PersonError, said, type Words } from '../base/message.ts';
import type { HubAccess, HubRepo } from '../hub/hub.ts';
import type { FolderFile } from '../hub/kept.ts';
import type { TransferProgress } from '../hub/transfer.ts';
import type { EncoderConfig } from '../model/encoder-config.ts';

/** The page's way to the worker that fetches encoders: one worker a question, ended with its answer. */

type Access = Pick<HubAccess, 'hubUrl' | 'token'>;

export type ModelRequest =
  | { type: 'look-up'; name: string; revision: string; access: Access }
  /** Files that are kept already are not asked for again. */
  | { type: 'fetch'; repo: HubRepo; revision: string; access: Access }
  /** Copies a folder of this computer into the browser's storage. */
  | { type: 'keep-folder'; name: string; files: FolderFile[] }
  | { type: 'open-folder'; name: string }
  | { type: 'cancel' };

/** An encoder that can be used, before its weights are fetched. */
export interface FoundEncoder {
  repo: HubRepo;
  /** The branch, tag or commit that was asked for. */
  revision: string;
  config: EncoderConfig;
  /** Of the files that are needed. */
  bytes: number;
}

export interface FetchedEncoder {
  files: FolderFile[];
  /** Why it could not be kept for the next visit; null: it is. */
  unkept: Words | null;
}

export type ModelAnswer =
  | { type: 'progress'; progress: TransferProgress }
  | { type: 'foreign-requests'; urls: string[] }
  | { type: 'found'; found: FoundEncoder }
  | ({ type: 'files' } & FetchedEncoder)
  | { type: 'folder-kept' }
  | { type: 'failed'; words: Words; cancelled: boolean };

/** The person ended it; what arrived is kept. */
export class FetchCancelled extends PersonError {
  override name = 'FetchCancelled';
}

interface Listening {
  signal: AbortSignal;
  onProgress: (progress: TransferProgress) => void;
  onForeign: (urls: string[]) => void;
}

type Question = Exclude<ModelRequest, { type: 'cancel' }>;
type Reply = Extract<ModelAnswer, { type: 'found' | 'files' | 'folder-kept' }>;

/** @throws PersonError with the sentence that says why not; FetchCancelled */
function ask(question: Question, { signal, onProgress, onForeign }: Listening): Promise<Reply> {
  const worker = new Worker(new URL('./models.worker.ts', import.meta.url), { type: 'module' });
  const answer = new Promise<Reply>((resolve, reject) => {
    worker.addEventListener('message', ({ data }: MessageEvent<ModelAnswer>) => {
      if (data.type === 'progress') onProgress(data.progress);
      else if (data.type === 'foreign-requests') onForeign(data.urls);
      else if (data.type === 'failed')
        reject(data.cancelled ? new FetchCancelled(data.words) : new PersonError(data.words));
      else resolve(data);
    });
    worker.addEventListener('error', ({ message }) =>
      reject(
        new PersonError(said`The encoder could not be fetched: ${message || said`its worker stopped`}. Try again.`),
      ),
    );
    signal.addEventListener('abort', () => worker.postMessage({ type: 'cancel' } satisfies ModelRequest));
  });
  worker.postMessage(question);
  return answer.finally(() => worker.terminate());
}

/** Looks an encoder up by its name: what it is, and how large. Only small files are fetched. */
export async function lookUpEncoder(
  name: string,
  revision: string,
  access: Access,
  listening: Listening,
): Promise<FoundEncoder> {
  const { found } = (await ask({ type: 'look-up', name, revision, access }, listening)) as Extract<
    Reply,
    { type: 'found' }
  >;
  return found;
}

/** Fetches an encoder's files, or takes them from where they are kept. */
export const fetchEncoderFiles = (
  { repo, revision }: Pick<FoundEncoder, 'repo' | 'revision'>,
  access: Access,
  listening: Listening,
): Promise<FetchedEncoder> =>
  ask({ type: 'fetch', repo, revision, access }, listening) as Promise<Extract<Reply, { type: 'files' }>>;

/** Takes a folder's files from where they are kept. @throws PersonError where the copy is damaged */
export const openFolderFiles = (name: string, listening: Listening): Promise<FetchedEncoder> =>
  ask({ type: 'open-folder', name }, listening) as Promise<Extract<Reply, { type: 'files' }>>;

/** Keeps a folder's files for the next visit. @throws PersonError where they cannot be kept */
export async function keepFolderFiles(name: string, files: FolderFile[], listening: Listening): Promise<void> {
  await ask({ type: 'keep-folder', name, files }, listening);
}
