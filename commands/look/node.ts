/** npm run look -- FILE [--json OUT] */
import { existsSync, openAsBlob, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { CommandError, runCommand } from '../support/command.ts';
import { describeLook, look } from './report.ts';

const usage = `Usage: npm run look -- FILE [--json OUT]

Says how a file of rows is read: its format, header, columns, which of them is the text and which the label, the classes,
the rows, and what is wrong with them. OUT gets the same as JSON (docs/data.md). Ends with 1 where the file
cannot be trained on as it is.`;

runCommand(async () => {
  const { values, positionals } = parseArgs({
    options: { json: { type: 'string' }, help: { type: 'boolean' } },
    allowPositionals: true,
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0) throw new CommandError(usage);
  if (!existsSync(path) || !statSync(path).isFile()) throw new CommandError(`${path} is no file.`);
  const report = await look({ name: basename(path), blob: await openAsBlob(path) });
  console.log(describeLook(report).join('\n'));
  if (values.json) await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`);
  return report.error === null ? 0 : 1;
});
