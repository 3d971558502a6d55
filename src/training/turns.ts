/** Does what it is given one after another, in the order asked for; what fails is told to whoever asked, and the next begins. */
export type Turns = <T>(work: () => Promise<T> | T) => Promise<T>;

export function turns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
}
