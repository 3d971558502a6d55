import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { createServer, type Plugin } from 'vite';
import { isolation } from '../../src/service-worker/policy.ts';
import { chromiumArgs, ensureChromium } from './chromium.ts';
import { CommandError, type Host, type Mounts } from './command.ts';
import { writeWhole } from './out-folder.ts';

/** Opens the page's own engine in Chromium, with folders of this machine under /files/NAME/. */

const prefix = '/files/';
/** Larger results are refused. */
const maxUploadBytes = 2 ** 32;

/** The file that a request asks for, or null outside the mounts; `previous`: the name that the old file keeps. */
function fileOf(url: string, mounts: Mounts): { mount: string; path: string; previous: string | undefined } | null {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const [mount = '', ...rest] = decodeURIComponent(pathname.slice(prefix.length)).split('/');
  const folder = mounts[mount];
  if (!folder || !Object.hasOwn(mounts, mount)) return null;
  const path = resolve(folder, rest.join('/'));
  const previous = searchParams.get('previous') ?? undefined;
  if (previous !== undefined && basename(previous) !== previous) return null;
  return path.startsWith(resolve(folder) + sep) ? { mount, path, previous } : null;
}

async function receive(request: IncomingMessage, path: string, previous: string | undefined): Promise<void> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxUploadBytes) throw new CommandError(`${path}: the result is too large.`);
    chunks.push(chunk);
  }
  await writeWhole(path, Buffer.concat(chunks), previous);
}

function answer(request: IncomingMessage, response: ServerResponse, mounts: Mounts): void {
  const file = fileOf(request.url ?? '', mounts);
  const end = (status: number, reason?: string) => response.writeHead(status).end(reason);
  if (!file) return void end(404);
  if (request.method === 'PUT') {
    if (file.mount !== 'out') return void end(403);
    receive(request, file.path, file.previous).then(
      () => end(204),
      (error: unknown) => end(500, error instanceof Error ? error.message : String(error)),
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
export const runInBrowser: Host = async (page, name, argument, mounts, { stop } = {}) => {
  const executablePath = ensureChromium();
  const vite = await createServer({
    root: fileURLToPath(new URL('../..', import.meta.url)),
    logLevel: 'error',
    plugins: [filesPlugin(mounts)],
    // A server of our own: Vite's would end the process at SIGTERM, with the work not yet kept.
    server: { middlewareMode: true, ws: false, hmr: false, watch: null },
  });
  const server = createHttpServer(vite.middlewares);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  // Where the work can be stopped, a signal asks it to, and the browser has to outlive the signal.
  const signals = stop && { handleSIGHUP: false, handleSIGINT: false, handleSIGTERM: false };
  const browser = await chromium.launch({ executablePath, args: chromiumArgs, ...signals });
  try {
    const tab = await browser.newPage();
    tab.on('console', (message) => {
      if (message.type() === 'log') console.log(message.text());
      // A missing file is reported by the code that needed it.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        console.error(message.text());
    });
    await tab.goto(`http://127.0.0.1:${port}/headless`);
    const ask = () =>
      tab
        .evaluate(async (path) => (await import(/* @vite-ignore */ path)).askToStop(), '/commands/support/page/stop.ts')
        .catch(() => undefined);
    stop?.addEventListener('abort', ask);
    if (stop?.aborted) await ask();
    const call = { path: `/commands/${page}`, called: name as string, given: argument as unknown };
    const outcome = await tab
      .evaluate(async ({ path, called, given }) => {
        try {
          const module = await import(/* @vite-ignore */ path);
          return { result: await module[called](given) };
        } catch (error) {
          const code = error instanceof Error && 'code' in error ? error.code : null;
          return { failure: error instanceof Error ? error.message : String(error), code };
        }
      }, call)
      .catch((error: unknown) => {
        // What the module throws is an outcome: this is the browser's own end.
        const [reason] = error instanceof Error ? error.message.split('\n') : [];
        throw new CommandError(
          `Chromium ended before the work was done: it was killed, crashed, or ran out of memory (${reason}).`,
        );
      });
    if ('failure' in outcome) throw new CommandError(outcome.failure, outcome.code === 'diverged' ? 'diverged' : null);
    return outcome.result;
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
    await vite.close();
  }
};
