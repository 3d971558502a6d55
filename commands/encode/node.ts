/** npx tsx commands/encode/node.ts --model FOLDER --texts FILE --out FILE: for python/encoders/check_minilm.py */
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { CommandError, runCommand } from '../support/command.ts';
import { hubModelFolder } from '../support/hub.ts';
import { startHubServer } from '../support/hub-server.ts';
import { runInBrowser } from '../support/workbench.ts';

const usage = `Usage: npx tsx commands/encode/node.ts --model FOLDER --texts FILE --out FILE

Serves FOLDER as a repository of a local Hub whose connection breaks half-way through the weights, loads the encoder from
there, encodes the texts (a JSON list) in Chromium and writes tokens, pooled states, logits and a few training losses.`;

const repository = 'check/encoder';
const steps = 3;

runCommand(async () => {
  const { values } = parseArgs({
    options: { model: { type: 'string' }, texts: { type: 'string' }, out: { type: 'string' } },
  });
  const { model, texts, out } = values;
  if (!model || !texts || !out) throw new CommandError(usage);
  const names = readdirSync(model).filter((name) => statSync(join(model, name)).isFile());
  const files = Object.fromEntries(names.map((name) => [name, new Uint8Array(readFileSync(join(model, name)))]));
  const weights = names.filter((name) => name.endsWith('.safetensors')).map((name) => files[name]?.byteLength ?? 0);
  if (weights.length === 0) throw new CommandError(`${model} has no weights (.safetensors).`);
  const server = await startHubServer([{ path: `models/${repository}`, branches: { main: files } }]);
  const downloads = await mkdtemp(join(tmpdir(), 'hub-'));
  try {
    const half = Math.floor(Math.max(...weights) / 2);
    // Small files go through whole; the weights break in the middle.
    server.breakAfter = Array.from({ length: names.length }, () => half);
    const folder = await hubModelFolder(repository, { hubUrl: server.url, folder: downloads });
    const resumed = server.requests.filter((line) => /bytes=[1-9]/.test(line));
    if (resumed.length === 0) throw new CommandError('The broken connection was not taken up again.');
    console.log(`taken up again: ${resumed.join('; ')}`);
    const list = z.array(z.string()).parse(JSON.parse(readFileSync(texts, 'utf8')));
    const encoded = await runInBrowser('encode/page.ts', 'encode', { texts: list, steps }, { model: folder });
    writeFileSync(out, JSON.stringify(encoded));
  } finally {
    await server.close();
    rmSync(downloads, { recursive: true, force: true });
  }
  return 0;
});
