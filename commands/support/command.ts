import type { ErrorCode } from '../../src/base/message.ts';
import type { ArgumentOf, FunctionOf, Page, ResultOf } from './pages.ts';

/** A command that cannot be carried out; printed without a stack. */
export class CommandError extends Error {
  override name = 'CommandError';
  /** The kind of error that the engine's side threw, where it has one. */
  readonly code: ErrorCode | null;

  constructor(message: string, code: ErrorCode | null = null) {
    super(message);
    this.code = code;
  }
}

/** Folders that the engine may read, by name; `out`, if there, may be written. */
export type Mounts = Record<string, string>;

export interface HostOptions {
  /** Once aborted, the page module is asked to come to rest (support/page/stop.ts). */
  stop?: AbortSignal;
}

/**
 * Calls a function of a page module where the engine runs and returns its result. Lines that it logs are printed as
 * they come.
 * @throws CommandError with the message of the error thrown there
 */
export type Host = <P extends Page, Name extends FunctionOf<P>>(
  page: P,
  name: Name,
  argument: ArgumentOf<P, Name>,
  mounts: Mounts,
  options?: HostOptions,
) => Promise<ResultOf<P, Name>>;

/** Runs a command's main function: one clear line and exit code 1 for an error. */
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
