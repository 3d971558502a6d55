import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

/** A plain host of static files, as many are: right types, no headers of its own. */

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

export interface StaticHost {
  /** Address of the page, under a sub-path. */
  address: string;
  /** Paths asked for, in order. */
  asked: string[];
  /** Puts a first line in front of every file whose path contains a text. */
  prepend(contained: string, line: string): void;
  /** Changes one bit of every file whose path contains a text. */
  flip(contained: string): void;
  /** Serves another folder from now on. */
  serve(folder: string): void;
  close(): Promise<void>;
}

const subPath = '/people/someone/page/';

/** Serves a built folder. */
export async function serveStatically(first: string): Promise<StaticHost> {
  let folder = first;
  const asked: string[] = [];
  const lines = new Map<string, string>();
  const flipped: string[] = [];
  const read = async (path: string) => {
    const content = await readFile(join(folder, path || 'index.html'));
    const middle = content.length >> 1;
    if (flipped.some((contained) => path.includes(contained))) content[middle] = (content[middle] ?? 0) ^ 1;
    const first = [...lines].filter(([contained]) => path.includes(contained)).map(([, line]) => `${line}\n`);
    return Buffer.concat([...first.map((line) => Buffer.from(line)), content]);
  };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://host');
    asked.push(pathname);
    const path = normalize(pathname.slice(subPath.length));
    const file = pathname.startsWith(subPath) && !path.startsWith('..') ? path.replace(/^\.$/, '') : null;
    const found = file === null ? Promise.reject(new Error('elsewhere')) : read(file);
    found.then(
      (content) =>
        response
          .writeHead(200, { 'content-type': types[extname(file || 'index.html')] ?? 'application/octet-stream' })
          .end(content),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    address: `http://127.0.0.1:${address.port}${subPath}`,
    asked,
    prepend: (contained, line) => lines.set(contained, line),
    flip: (contained) => void flipped.push(contained),
    serve: (other) => {
      folder = other;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
