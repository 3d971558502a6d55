import { CommandError, type Host } from './command.ts';

/** Host in which a command's engine runs. */
export async function hostOf(name: string): Promise<Host> {
  // Each is loaded only when needed: one needs a browser, the other a plug-in.
  if (name === 'chromium') return (await import('./workbench.ts')).runInBrowser;
  if (name === 'dawn') return (await import('./dawn.ts')).runOnDawn;
  throw new CommandError(`--host ${name}: chromium or dawn.`);
}

/**
 * The engine to run on a host.
 * @param asked undefined where a person leaves it open
 * @throws CommandError where the host does not have it
 */
export function engineOn(host: string, asked: string | undefined): string | undefined {
  if (host !== 'dawn') return asked;
  if (asked === undefined || asked === 'webgpu' || asked === 'auto') return 'webgpu';
  throw new CommandError(`--engine ${asked}: Dawn is WebGPU alone; onnxruntime-web runs with --host chromium.`);
}
