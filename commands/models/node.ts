/** npm run models [-- --check]: makes the built-in encoders again from their sources. PYTHON names the interpreter. */
import { parseArgs } from 'node:util';
import { runCommand } from '../support/command.ts';
import { runPython } from '../support/python.ts';

runCommand(async () => {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
  runPython('encoders/minilm.py', ['--out', 'public/models', ...(values.check ? ['--check'] : [])]);
  return 0;
});
