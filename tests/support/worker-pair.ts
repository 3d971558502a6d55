/** A worker without a thread: its scope and the page's end of it, joined as `postMessage` joins them. */

class End extends EventTarget {
  other: End | null = null;
  terminated = false;

  postMessage(message: unknown): void {
    const data = structuredClone(message);
    setTimeout(() => {
      if (!this.terminated && !this.other?.terminated) this.other?.dispatchEvent(new MessageEvent('message', { data }));
    });
  }

  terminate(): void {
    this.terminated = true;
  }
}

export function workerPair(): { worker: End; scope: End; crash: (message: string) => void } {
  const [worker, scope] = [new End(), new End()];
  worker.other = scope;
  scope.other = worker;
  const crash = (message: string) => worker.dispatchEvent(Object.assign(new Event('error'), { message }));
  return { worker, scope, crash };
}
