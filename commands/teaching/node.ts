/** npm run teaching: writes docs/teaching/{en,zh}, the worksheets and the teacher's pages, from the texts of the page. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import expected from '../../src/store/teaching/expected.json';
import type { ExpectedFile } from '../../src/store/teaching/expected.ts';
import { runCommand } from '../support/command.ts';
import { teachingPages } from './pages.ts';

const folder = fileURLToPath(new URL('../../docs/teaching/', import.meta.url));

runCommand(async () => {
  const pages = await teachingPages(expected as ExpectedFile);
  for (const [path, text] of pages) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  console.log(`docs/teaching: ${pages.size} files.`);
  return 0;
});
