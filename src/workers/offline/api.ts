/** API of the worker that keeps built-in files for a room without network. */

/** Built-in files that belong together. */
export interface FileGroup {
  /** A folder of the page, "models/minilm-l3", or the engine's file. */
  name: string;
  bytes: number;
  /** Bytes of those that are kept already. */
  kept: number;
}

export interface OfflineApi {
  list: { ask: null; answer: FileGroup[] };
  /** Fetches, checks and keeps whatever is not kept yet. Progress: bytes that are there, of all. */
  keepAll: { ask: { base: string }; answer: FileGroup[]; progress: { received: number; total: number } };
}
