/** A command that cannot be carried out; printed without a stack. */
export class CommandError extends Error {
  override name = 'CommandError';
}

/** Folders that the engine may read, by name; `out`, if there, may be written. */
export type Mounts = Record<string, string>;

/**
 * Calls an exported function of a page module of `commands/` where the engine lives and returns what it returns.
 * Lines that it logs are printed as they come.
 * @param modulePath from the project's root, for example "/commands/train/page.ts"
 * @throws CommandError with the message of what was thrown there
 */
export type Host = <Result>(
  modulePath: string,
  functionName: string,
  argument: unknown,
  mounts: Mounts,
) => Promise<Result>;

/** Runs a command's main function: one clear line and exit code 1 for what goes wrong. */
export function runCommand(main: () => Promise<number>): void {
  main().then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : String(error));
      process.exitCode = 1;
    },
  );
}
