import files from 'virtual:built-in-files';
import { type DownloadOptions, download } from '../../base/download.ts';
import { keptFiles, readBuiltIn } from './checked.ts';

/** Reads a file that the page brings along, checked against the build: `readBuiltIn`. */
export const fetchBuiltIn = (url: string, options: DownloadOptions = {}): Promise<Uint8Array | null> =>
  readBuiltIn(url, options, { files, kept: keptFiles, fetchFile: download });
