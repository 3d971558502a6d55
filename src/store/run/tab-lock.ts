/** Which runs the tabs of this page have: a lock of each tab, by the run's id. Locks are absent outside a secure context. */

const lockOf = (id: string) => `bottleneck-run-${id}`;

let letGo: (() => void) | null = null;

/** Locks a run for this tab, as long as it has the run; null: none. */
export function lockRun(id: string | null): void {
  letGo?.();
  letGo = null;
  if (id === null) return;
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  navigator.locks?.request(lockOf(id), { mode: 'shared' }, () => held).catch(() => undefined);
}

/** Whether a tab has the run; a tab that was closed has none. */
export async function isHeld(id: string): Promise<boolean> {
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  return held.some(({ name }) => name === lockOf(id));
}
