/** npm run tokens -- --model DIR_OR_NAME --texts FILE.json --json OUT [--hub URL] [--hub-folder DIR] */

import { existsSync, statSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { ReadFile } from '../../src/base/file-set.ts';
import { builtInEncoders, isBuiltInEncoder } from '../../src/data/built-in/tasks.ts';
import { readTokenizer } from '../../src/files/encoder-files.ts';
import { parseHubName } from '../../src/hub/hub.ts';
import { CommandError, runCommand } from '../support/command.ts';
import { hubTokenizerFiles } from '../support/hub.ts';

const usage = `Usage: npm run tokens -- --model DIR_OR_NAME --texts FILE.json --json OUT [--hub URL] [--hub-folder DIR]

Tokenises the texts of FILE.json, a list of strings, as the page does, and writes OUT: [{ "ids": […], "tokens": […] }, …],
special tokens included, nothing cut. The model is a folder (its tokenizer files are enough), a built-in encoder or a name on
the Hugging Face Hub. Where the tokenizer cannot be computed as in Python, the command says why and writes nothing.`;

const publicFolder = fileURLToPath(new URL('../../public', import.meta.url));

const folderReader =
  (folder: string): ReadFile =>
  async (name) =>
    existsSync(join(folder, name)) ? readFile(join(folder, name)) : null;

/** A folder wins over a name on the Hub, as for `npm run train`. */
async function reader(model: string, hub: { hubUrl: string | undefined; folder: string | undefined }) {
  if (isBuiltInEncoder(model)) return folderReader(join(publicFolder, 'models', model));
  if (existsSync(model) && statSync(model).isDirectory()) return folderReader(resolve(model));
  if (parseHubName(model) && model.includes('/') && !/^[./]/.test(model)) return hubTokenizerFiles(model, hub);
  throw new CommandError(
    `--model: ${model} is neither a built-in encoder (${builtInEncoders.join(', ')}), nor a folder, nor a name on the Hub (owner/name).`,
  );
}

async function readTexts(path: string): Promise<string[]> {
  const content = await readFile(path, 'utf8').catch(() => {
    throw new CommandError(`--texts: ${path} cannot be read.`);
  });
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch (error) {
    throw new CommandError(`--texts: ${path} is not JSON: ${error instanceof Error ? error.message : error}`);
  }
  const parsed = z.array(z.string()).safeParse(json);
  if (!parsed.success) throw new CommandError(`--texts: ${path} is not a list of texts.`);
  return parsed.data;
}

runCommand(async () => {
  const { values } = parseArgs({
    options: {
      model: { type: 'string' },
      texts: { type: 'string' },
      json: { type: 'string' },
      hub: { type: 'string' },
      'hub-folder': { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const { model, texts, json } = values;
  if (!model || !texts || !json) throw new CommandError(usage);
  const list = await readTexts(texts);
  const tokenizer = await readTokenizer(await reader(model, { hubUrl: values.hub, folder: values['hub-folder'] }));
  const rows = list.map((text) => {
    const ids = tokenizer.ids(text);
    return { ids, tokens: ids.map((id) => tokenizer.pieceOf(id)) };
  });
  await writeFile(json, `${JSON.stringify(rows)}\n`);
  console.log(`${rows.length} texts, ${rows.reduce((sum, { ids }) => sum + ids.length, 0)} tokens: ${json}`);
  return 0;
});
