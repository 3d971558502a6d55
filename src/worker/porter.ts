import { PersonError, said, type Words } from '../base/message.ts';
import type { ExportFormat } from '../files/export/export.ts';
import type { Trained } from '../files/export/trained.ts';
import type { ImportedFolder } from '../files/import/imported.ts';
import type { EncoderConfig } from '../model/encoder-config.ts';
import type { Bundle } from '../training/records/saved-run.ts';

/** The page's way to the worker that packs and unpacks: one worker a question, ended with its answer. */

/** A file as it was picked or dropped; `path`: inside the folder that it came with. */
export interface BroughtFile {
  path: string;
  blob: Blob;
}

/** What files turned out to be. */
export type Opened = { kind: 'adapter'; adapter: ImportedFolder } | { kind: 'bundle'; bundle: Bundle };

/** A run as text: how it is trained in Python, and the model card of its first export. */
export interface Texts {
  /** What its method can be exported as. */
  formats: ExportFormat[];
  script: string;
  notebook: string;
  card: string;
}

/** What texts are written from: an export without its tensors. */
export type Described = Omit<Trained, 'tensors'>;

export type PorterRequest =
  | { type: 'open'; files: BroughtFile[]; encoder: EncoderConfig }
  | { type: 'pack'; trained: Trained; format: ExportFormat }
  | { type: 'pack-bundle'; bundle: Bundle }
  | { type: 'pack-python'; described: Described; address: string }
  | { type: 'describe'; described: Described };

/** Why files are refused, by kind: the page has a sentence for each in its language. */
export type RefusalKind =
  | 'files'
  | 'pickle'
  | 'tensors'
  | 'run-file'
  | 'bundle'
  | 'unsupported'
  | 'other-encoder'
  | 'incomplete'
  | 'unreadable';

export type PorterAnswer =
  | { type: 'done'; value: Opened | Uint8Array<ArrayBuffer> | Texts }
  | { type: 'refused'; kind: RefusalKind; words: Words };

/** Files that were refused. The message says what is wrong with which. */
export class RefusedError extends PersonError {
  override name = 'RefusedError';
  readonly kind: RefusalKind;

  constructor(words: Words, kind: RefusalKind) {
    super(words);
    this.kind = kind;
  }
}

function ask(request: PorterRequest): Promise<unknown> {
  const worker = new Worker(new URL('./porter.worker.ts', import.meta.url), { type: 'module' });
  const answer = new Promise<unknown>((resolve, reject) => {
    worker.addEventListener('message', ({ data }: MessageEvent<PorterAnswer>) => {
      if (data.type === 'done') resolve(data.value);
      else reject(new RefusedError(data.words, data.kind));
    });
    // Out of memory, for example: the page and its run go on.
    worker.addEventListener('error', ({ message }) =>
      reject(new RefusedError(message || said`The worker that reads files stopped.`, 'unreadable')),
    );
  });
  worker.postMessage(request);
  return answer.finally(() => worker.terminate());
}

/**
 * Reads an adapter or a bundle out of files.
 * @throws RefusedError
 */
export const openFiles = (files: BroughtFile[], encoder: EncoderConfig): Promise<Opened> =>
  ask({ type: 'open', files, encoder }) as Promise<Opened>;

/**
 * A trained run as a zip archive with one folder in it.
 * @throws RefusedError
 */
export const packExport = (trained: Trained, format: ExportFormat): Promise<Uint8Array<ArrayBuffer>> =>
  ask({ type: 'pack', trained, format }) as Promise<Uint8Array<ArrayBuffer>>;

/** @throws RefusedError */
export const packBundle = (bundle: Bundle): Promise<Uint8Array<ArrayBuffer>> =>
  ask({ type: 'pack-bundle', bundle }) as Promise<Uint8Array<ArrayBuffer>>;

/**
 * The run as Python code, with the encoder and the rows that come with the page, as a zip archive.
 * @param address of the page
 * @throws RefusedError
 */
export const packPython = (described: Described, address: string): Promise<Uint8Array<ArrayBuffer>> =>
  ask({ type: 'pack-python', described, address }) as Promise<Uint8Array<ArrayBuffer>>;

/** @throws RefusedError */
export const describeRun = (described: Described): Promise<Texts> =>
  ask({ type: 'describe', described }) as Promise<Texts>;
