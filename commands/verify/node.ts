/** npm run verify -- RUN_FOLDER ... --models DIR [--engine webgpu|wasm] [--host chromium|dawn] [--tile TILE] [--json FILE] */
import { parseArgs } from 'node:util';
import { CommandError, runCommand } from '../support/command.ts';
import { engineOn, hostOf } from '../support/host.ts';
import { verifyRuns } from './runs.ts';

const usage = `Usage: npm run verify -- RUN_FOLDER ... --models DIR [--engine webgpu|wasm|auto] [--host chromium|dawn]
                         [--tile TILE] [--json FILE]

Replays training runs recorded from PyTorch on the page's engine and compares every quantity, in Chromium or, without a
browser, on Dawn (docs/performance.md). DIR holds the encoders by name. --tile forces one way to cut the products of
WebGPU: a variant of src/webgpu/products/tiles.ts for all of them, CLASS=VARIANT,..., or card. Exit code 0 only if everything is within tolerance.`;

runCommand(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      models: { type: 'string' },
      engine: { type: 'string', default: 'webgpu' },
      host: { type: 'string', default: 'chromium' },
      tile: { type: 'string' },
      json: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const { models, host, tile, json } = values;
  if (positionals.length === 0 || !models) throw new CommandError(usage);
  const engine = engineOn(host, values.engine) ?? 'webgpu';
  return verifyRuns(await hostOf(host), positionals, { models, engine, tile, json });
});
