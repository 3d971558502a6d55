import builtInFiles from 'virtual:built-in-files';
import { gunzipSync } from 'fflate';
import { DownloadError } from '../../base/download.ts';
import { type FileSet, utf8 } from '../../base/file-set.ts';
import { msg } from '../../base/message.ts';
import { folderForPython } from '../../files/encoder-files.ts';
import { encoderSource } from '../../files/encoder-source.ts';
import { pythonNotebook, pythonScript } from '../../files/export/python-script.ts';
import { fetchBuiltIn } from '../offline/read.ts';
import type { Described } from './api.ts';

const isGzip = (bytes: Uint8Array) => bytes[0] === 0x1f && bytes[1] === 0x8b;

/**
 * The run as a script and a notebook, with the files that they load and nobody finds elsewhere: the encoder that comes
 * with the page, in a folder of its name, and the rows of a built-in task.
 * @param address of the page, which those files are relative to
 * @throws DownloadError
 */
export async function pythonProject({ run, encoder }: Described, address: string): Promise<FileSet> {
  const needed = async (path: string): Promise<Uint8Array> => {
    const bytes = await fetchBuiltIn(new URL(path, address).href);
    if (!bytes) throw new DownloadError(msg`${path} is missing on the server.`);
    return bytes;
  };
  const files: FileSet = new Map([
    ['run.py', utf8(pythonScript(run, encoder))],
    ['run.ipynb', utf8(pythonNotebook(run, encoder))],
  ]);
  if (encoderSource(run.model).kind === 'built-in') {
    const folder = `models/${run.model}/`;
    const parts: FileSet = new Map();
    for (const path of Object.keys(builtInFiles))
      if (path.startsWith(folder)) parts.set(path.slice(folder.length), await needed(path));
    for (const [path, bytes] of await folderForPython(parts)) files.set(`${run.model}/${path}`, bytes);
  }
  if ('task' in run.data)
    for (const part of ['train', 'test']) {
      const bytes = await needed(`datasets/${run.data.task}/${part}.csv.gz`);
      // A server may unpack the file on its way.
      files.set(`${part}.csv`, isGzip(bytes) ? gunzipSync(bytes) : bytes);
    }
  return files;
}
