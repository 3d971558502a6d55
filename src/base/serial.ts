/** Runs tasks one after another, in the order asked for. */
export type SerialQueue = <T>(task: () => Promise<T> | T) => Promise<T>;

/** Creates a queue. Where a task fails, the error goes to whoever asked for it, and the next task begins. */
export function createSerialQueue(): SerialQueue {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const result = last.then(task);
    last = result.catch(() => undefined);
    return result;
  };
}
