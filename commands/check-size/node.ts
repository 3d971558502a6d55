/** npm run size: the JavaScript that the built page starts with (its entry, the training worker, all they import), gzipped. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { CommandError, runCommand } from '../support/command.ts';

const limit = 350_000;
const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
const assets = join(dist, 'assets');

/** Chunks that a chunk imports before it runs; what it imports later, on demand, has brackets. */
const staticImports = (code: string): string[] =>
  [...code.matchAll(/(?:\bfrom|\bimport)\s*["']\.\/([\w.-]+\.js)["']/g)].map(([, name = '']) => name);

runCommand(async () => {
  const html = readFileSync(join(dist, 'index.html'), 'utf8');
  const entries = [...html.matchAll(/(?:src|href)="[^"]*\/([\w.-]+\.js)"/g)].map(([, name = '']) => name);
  const worker = readdirSync(assets).filter((name) => /^trainer\.worker.*\.js$/.test(name));
  if (entries.length === 0 || worker.length === 0)
    throw new CommandError('dist/ holds no page. Run npm run build first.');
  const sizes = new Map<string, number>();
  const waiting = [...entries, ...worker];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (sizes.has(name)) continue;
    const code = readFileSync(join(assets, basename(name)), 'utf8');
    sizes.set(name, gzipSync(code).length);
    waiting.push(...staticImports(code));
  }
  const total = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
  for (const [name, bytes] of sizes) console.log(`${String(bytes).padStart(8)}  ${name}`);
  console.log(`${String(total).padStart(8)}  bytes in all, gzipped; ${limit} at most`);
  return total <= limit ? 0 : 1;
});
