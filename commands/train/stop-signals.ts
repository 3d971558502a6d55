/** Signals that ask a run to come to rest, and the exit code of each: 128 and its number, as shells have it. */
const codes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** Milliseconds within which a further signal is the same one: npm passes on what the terminal has sent already. */
const echo = 500;

/** Listens for signals in the system's place: until work begins, they end the process at once. */
export class StopSignals {
  readonly #controller = new AbortController();
  #working = false;
  #at = 0;
  /** Exit code for the first signal that came. */
  code = 0;

  constructor() {
    for (const signal of Object.keys(codes) as (keyof typeof codes)[]) process.on(signal, () => this.#hear(signal));
    // A terminal that is closed, or a pipe that nobody reads any more, is no reason to lose the run.
    const ignore = () => undefined;
    for (const stream of [process.stdout, process.stderr]) stream.on('error', ignore);
  }

  #hear(signal: keyof typeof codes): void {
    if (!this.#working) process.exit(codes[signal]);
    if (this.code === 0) {
      [this.code, this.#at] = [codes[signal], performance.now()];
      console.log('Stopping after the step under way, with what is trained so far; once more stops at once.');
      this.#controller.abort();
    } else if (performance.now() - this.#at > echo) process.exit(codes[signal]);
  }

  /** Work begins that can be stopped: aborted at the first signal. A second one still ends the process at once. */
  begin(): AbortSignal {
    this.#working = true;
    return this.#controller.signal;
  }

  /** Work has ended. */
  end(): void {
    this.#working = false;
  }
}
