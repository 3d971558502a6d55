/** Runs tasks one after another, in the order of the calls. */
export type SerialQueue = <T>(task: () => Promise<T> | T) => Promise<T>;

/** Creates a queue. Where a task fails, the error goes to its caller, and the next task begins. */
export function createSerialQueue(): SerialQueue {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const result = last.then(task);
    last = result.catch(() => undefined);
    return result;
  };
}
