/** Signals that ask a run to come to rest, and the exit code of each: 128 and its number, as shells have it. */
const codes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** Milliseconds within which a further signal is the same one: npm passes on what the terminal has sent already. */
const echo = 500;

export interface StopSignals {
  /** Aborted at the first signal. A second one ends the process at once. */
  signal: AbortSignal;
  /** Exit code for the first signal. */
  code: () => number;
  /** Leaves signals to the system again. */
  end: () => void;
}

/** Listens for signals in the system's place. */
export function listenForStop(): StopSignals {
  const controller = new AbortController();
  let [code, at] = [1, 0];
  const hear = (signal: keyof typeof codes) => () => {
    if (!controller.signal.aborted) {
      [code, at] = [codes[signal], performance.now()];
      console.log('Stopping after the step under way, with what is trained so far; once more stops at once.');
      controller.abort();
    } else if (performance.now() - at > echo) process.exit(codes[signal]);
  };
  const heard = (Object.keys(codes) as (keyof typeof codes)[]).map((signal) => [signal, hear(signal)] as const);
  for (const [signal, listener] of heard) process.on(signal, listener);
  // A terminal that is closed, or a pipe that nobody reads any more, is no reason to lose the run.
  const ignore = () => undefined;
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignore);
  return {
    signal: controller.signal,
    code: () => code,
    end: () => {
      for (const [signal, listener] of heard) process.off(signal, listener);
    },
  };
}
