import type { FolderFile } from '../../base/file-set.ts';
import type { Message } from '../../base/message.ts';
import type { HubAccess, HubRepo } from '../../hub/hub.ts';
import type { TransferProgress } from '../../hub/transfer.ts';
import type { EncoderConfig } from '../../model/encoder-config.ts';

/** API of the worker that fetches encoders. */

export type Access = Pick<HubAccess, 'hubUrl' | 'token'>;

/** An encoder that can be used, before its weights are fetched. */
export interface FoundEncoder {
  repo: HubRepo;
  /** The branch, tag or commit that was asked for. */
  revision: string;
  config: EncoderConfig;
  /** Size of the files that are needed. */
  bytes: number;
}

export interface FetchedEncoder {
  files: FolderFile[];
  /** Why the files could not be cached for the next visit; null: they are. */
  unkept: Message | null;
}

export interface HubApi {
  lookUp: {
    ask: { name: string; revision: string; access: Access };
    answer: FoundEncoder;
    progress: TransferProgress;
  };
  /** Bytes of the files that each encoder needs, by the Hub's list of files; null: it has no such encoder. */
  sizes: { ask: { names: string[]; access: Access }; answer: (number | null)[] };
  /** Downloads an encoder's files; those cached already are not requested again. */
  fetch: {
    ask: { repo: HubRepo; revision: string; access: Access };
    answer: FetchedEncoder;
    progress: TransferProgress;
  };
  /** Copies a folder of this computer into the browser's storage. */
  keepFolder: { ask: { name: string; files: FolderFile[] } };
  openFolder: { ask: { name: string }; answer: FetchedEncoder };
}

export interface HubEvent {
  type: 'cross-origin-requests';
  urls: string[];
}
