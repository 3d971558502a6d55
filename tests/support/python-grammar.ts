import { spawnSync } from 'node:child_process';

/** What Python says of a script's grammar; nothing where it is sound. */
export function parseErrors(script: string): string {
  const { status, stderr } = spawnSync('python3', ['-c', 'import ast, sys; ast.parse(sys.stdin.read())'], {
    input: script,
  });
  return status === 0 ? stderr.toString() : `${status} ${stderr}`;
}
