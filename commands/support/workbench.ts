import { createReadStream, existsSync, statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { createServer, type Plugin } from 'vite';
import { isolation } from '../../src/service-worker/policy.ts';
import { chromiumArgs, ensureChromium } from './chromium.ts';
import { CommandError, type Host, type Mounts } from './command.ts';

/** Opens the page's own engine in Chromium, with folders of this machine under /files/NAME/. */

const prefix = '/files/';
/** Larger results are refused. */
const maxUploadBytes = 2 ** 32;

/** The file that a request asks for, or null outside the mounts. */
function fileOf(url: string, mounts: Mounts): { mount: string; path: string } | null {
  const [mount = '', ...rest] = decodeURIComponent(
    new URL(url, 'http://localhost').pathname.slice(prefix.length),
  ).split('/');
  const folder = mounts[mount];
  if (!folder || !Object.hasOwn(mounts, mount)) return null;
  const path = resolve(folder, rest.join('/'));
  return path.startsWith(resolve(folder) + sep) ? { mount, path } : null;
}

async function receive(request: IncomingMessage, path: string): Promise<void> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxUploadBytes) throw new CommandError(`${path}: the result is too large.`);
    chunks.push(chunk);
  }
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, Buffer.concat(chunks));
}

function answer(request: IncomingMessage, response: ServerResponse, mounts: Mounts): void {
  const file = fileOf(request.url ?? '', mounts);
  const end = (status: number) => response.writeHead(status).end();
  if (!file) return void end(404);
  if (request.method === 'PUT') {
    if (file.mount !== 'out') return void end(403);
    receive(request, file.path).then(
      () => end(204),
      () => end(500),
    );
    return;
  }
  if (!existsSync(file.path) || !statSync(file.path).isFile()) return void end(404);
  const { size } = statSync(file.path);
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': size });
  createReadStream(file.path).pipe(response);
}

const filesPlugin = (mounts: Mounts): Plugin => ({
  name: 'files',
  configureServer(server) {
    server.middlewares.use((request, response, next) => {
      if (request.url?.startsWith(prefix)) answer(request, response, mounts);
      else if (request.url === '/headless') {
        response
          .writeHead(200, { 'content-type': 'text/html', ...isolation })
          .end('<!doctype html><link rel=icon href=data:,><title>headless</title>');
      } else next();
    });
  },
});

/** `Host` in Chromium, the modules as Vite serves them. */
export const runInBrowser: Host = async (page, name, argument, mounts) => {
  const executablePath = ensureChromium();
  const server = await createServer({
    root: fileURLToPath(new URL('../..', import.meta.url)),
    logLevel: 'error',
    plugins: [filesPlugin(mounts)],
    server: { port: 0, host: '127.0.0.1', hmr: false, watch: null },
  });
  await server.listen();
  const address = server.resolvedUrls?.local[0];
  const browser = await chromium.launch({ executablePath, args: chromiumArgs });
  try {
    const tab = await browser.newPage();
    tab.on('console', (message) => {
      if (message.type() === 'log') console.log(message.text());
      // A missing file is reported by the code that needed it.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        console.error(message.text());
    });
    await tab.goto(new URL('headless', address).href);
    const call = { path: `/commands/${page}`, called: name as string, given: argument as unknown };
    const outcome = await tab.evaluate(async ({ path, called, given }) => {
      try {
        const module = await import(/* @vite-ignore */ path);
        return { result: await module[called](given) };
      } catch (error) {
        return { failure: error instanceof Error ? error.message : String(error) };
      }
    }, call);
    if ('failure' in outcome) throw new CommandError(outcome.failure);
    return outcome.result;
  } finally {
    await browser.close();
    await server.close();
  }
};
