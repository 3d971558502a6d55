import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that speaks the Hub's routes: api/models and api/datasets with revision and tree, and resolve with ranges. */

export interface Repository {
  /** "models" or "datasets", a slash, the name. */
  path: string;
  /** Branches and the files on them. */
  branches: Record<string, Record<string, Uint8Array>>;
  /** Token that a private repository requires. */
  token?: string;
}

export interface HubServer {
  url: string;
  /** Every request so far: "GET /path range". */
  requests: string[];
  /** Bytes after which the connections of the next file responses break, one entry each. */
  breakAfter: number[];
  /** Replaces a byte of the files that are sent. */
  damage: boolean;
  close(): Promise<void>;
}

/** Size in bytes from which on files are stored by their SHA-256, as in LFS. */
const largeBytes = 1000;

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** The commit of a branch: follows from its files. */
const commitOf = (files: Record<string, Uint8Array>) =>
  createHash('sha1')
    .update(
      Object.entries(files)
        .map(([path, bytes]) => `${path}:${sha256(bytes)}`)
        .join('\n'),
    )
    .digest('hex');

export async function startHubServer(repositories: readonly Repository[]): Promise<HubServer> {
  const state = { requests: [] as string[], breakAfter: [] as number[], damage: false };
  const server = createServer((request, response) => answer(request, response, repositories, state));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return Object.assign(state, { url, close });
}

type State = Pick<HubServer, 'requests' | 'breakAfter' | 'damage'>;

function answer(request: IncomingMessage, response: ServerResponse, repositories: readonly Repository[], state: State) {
  const path = decodeURIComponent(new URL(request.url ?? '/', 'http://hub').pathname);
  state.requests.push(`${request.method} ${path} ${request.headers.range ?? ''}`.trim());
  response.setHeader('access-control-allow-origin', '*');
  // A connection that breaks would also break the next request on it.
  response.setHeader('connection', 'close');
  response.setHeader('access-control-allow-headers', 'authorization, range');
  const json = (status: number, value: unknown) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  if (request.method === 'OPTIONS') return void response.writeHead(204).end();
  const repository = repositories.find(({ path: at }) =>
    [`/api/${at}/`, `/${at.replace(/^models\//, '')}/`].some((start) => path.startsWith(start)),
  );
  if (!repository) return json(404, { error: 'Repository not found' });
  if (repository.token && request.headers.authorization !== `Bearer ${repository.token}`)
    return json(401, { error: 'Invalid username or password.' });
  const [, route = '', rest = ''] = /\/(revision|tree|resolve)\/(.*)$/.exec(path) ?? [];
  const branch = Object.entries(repository.branches).find(([name, files]) =>
    [name, commitOf(files)].some((at) => rest === at || rest.startsWith(`${at}/`)),
  );
  if (!branch) return json(404, { error: 'Invalid rev id' });
  const [name, files] = branch;
  const commit = commitOf(files);
  if (route === 'revision') return json(200, { _id: '1', id: repository.path.replace(/^\w+\//, ''), sha: commit });
  if (route === 'tree')
    return json(
      200,
      Object.entries(files).map(([at, bytes]) => ({
        type: 'file',
        path: at,
        size: bytes.byteLength,
        oid: '0',
        ...(bytes.byteLength < largeBytes
          ? {}
          : { lfs: { oid: sha256(bytes), size: bytes.byteLength, pointerSize: 130 } }),
      })),
    );
  const file = files[rest.slice((rest.startsWith(commit) ? commit : name).length + 1)];
  return file ? send(request, response, file, state) : json(404, { error: 'Entry not found' });
}

function send(request: IncomingMessage, response: ServerResponse, file: Uint8Array, state: State): void {
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  const from = Number(range?.[1] ?? 0);
  const to = range?.[2] ? Number(range[2]) + 1 : file.byteLength;
  const bytes = Buffer.from(file.slice(from, to));
  if (state.damage) bytes[0] = (bytes[0] ?? 0) ^ 1;
  const headers: Record<string, string | number> = { 'content-length': bytes.length, 'accept-ranges': 'bytes' };
  if (range) headers['content-range'] = `bytes ${from}-${to - 1}/${file.byteLength}`;
  response.writeHead(range ? 206 : 200, headers);
  const most = state.breakAfter.shift();
  if (most === undefined || most >= bytes.length) response.end(bytes);
  else response.write(bytes.subarray(0, most), () => setTimeout(() => response.destroy(), 20));
}
