import type { FolderFile } from '../../base/file-set.ts';
import { messageOf } from '../../base/message.ts';
import { createSerialQueue } from '../../base/serial.ts';
import { isBuiltInEncoder } from '../../data/built-in/tasks.ts';
import { neededFiles } from '../../hub/kept.ts';
import { readConfigFile } from '../../model/encoder-family.ts';
import { keepFolderFiles } from '../../workers/hub/client.ts';
import { encoderStore, listening, loadFolder, work } from './state.ts';

/** Encoders of this computer: inspected, used, and saved for the next visit. */

const { setState } = encoderStore;

/** Folders under a built-in encoder's name would be taken for it. */
const folderName = (name: string) => (isBuiltInEncoder(name) ? `${name} (own)` : name.replaceAll('/', '-'));

/** Bytes of a config.json at most: it is a page or two. */
const maxConfigBytes = 2 ** 20;

/** Inspects a folder, or files, of this computer: what it is, how large, whether it fits. */
export function lookAtFolder(folder: string, files: FolderFile[]): Promise<void> {
  const name = folderName(folder);
  setState({ found: null, folder: null });
  return work('look-up', name, async (signal) => {
    const blob = files.find(({ path }) => path === 'config.json')?.blob.slice(0, maxConfigBytes) ?? new Blob();
    const { config } = readConfigFile(new Uint8Array(await blob.arrayBuffer()));
    const bytes = neededFiles(files).reduce((sum, { blob: { size } }) => sum + size, 0);
    if (!signal.aborted) setState({ folder: { name, files, config, bytes } });
  });
}

/** Uses a folder, or files, of this computer; once it turns out to be an encoder, it is saved. */
export function takeFolder(folder: string, files: FolderFile[]): void {
  const name = folderName(folder);
  loadFolder(name, files, () => keep(name, files));
}

const inTurn = createSerialQueue();

/** Copies a folder into the browser's storage, one at a time; where that fails, it is used all the same. */
function keep(name: string, files: FolderFile[]): void {
  // Absent outside a secure context.
  if (typeof caches === 'undefined') return;
  void inTurn(async () => {
    setState({ keeping: name });
    await keepFolderFiles(name, files, listening(new AbortController().signal)).catch((error: unknown) =>
      setState({ unkept: messageOf(error) }),
    );
    setState({ keeping: null });
  });
}
