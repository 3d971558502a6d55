import { type ComponentType, lazy, type ReactNode, Suspense } from 'react';
import { wait } from '../../base/work.ts';
import { Guard, type GuardProps } from './Guard.tsx';

/** Parts of the page that lie in files of their own, fetched when they are first drawn, or before that while nothing else is done. */

type Load<P> = () => Promise<{ default: ComponentType<P> }>;

/** A part of the page in a file of its own. */
interface Late<P> {
  /** As it is drawn from now on: one that could not be fetched is replaced, since React does not ask for it again. */
  Shown: ComponentType<P>;
  load: Load<P>;
}

/** Everything that can be fetched before it is asked for. */
const fetches: (() => Promise<unknown>)[] = [];

/** Has what is imported here fetched beforehand, with the parts. */
export function alsoFetch(load: () => Promise<unknown>): void {
  fetches.push(load);
}

/** Milliseconds before a file that did not come is asked for once more. */
const pause = 500;

/** What does not come is asked for once more. */
const fetched = <P,>(load: Load<P>) => lazy(() => load().catch(() => wait(pause).then(load))) as ComponentType<P>;

export function latePart<P extends object>(load: Load<P>): Late<P> {
  fetches.push(load);
  return { Shown: fetched(load), load };
}

interface LatePartProps<P> extends Omit<GuardProps, 'children' | 'onError'> {
  part: Late<P>;
  /** In the part's place until it is there. */
  fallback?: ReactNode;
  /** What the part itself is given. */
  props?: P;
}

/**
 * Draws a part that is fetched for it. Where it does not come, there are words in its place, and "Try again" asks anew. What
 * Vite throws for files that the part needs is caught with it.
 */
export function LatePart<P extends object>({ part, fallback = null, props = {} as P, ...guard }: LatePartProps<P>) {
  const forget = () => {
    part.Shown = fetched(part.load);
  };
  return (
    <Guard {...guard} onError={forget}>
      <Suspense fallback={fallback}>
        <Drawn part={part} props={props} />
      </Suspense>
    </Guard>
  );
}

/** Reads the part whenever it is drawn. */
function Drawn<P extends object>({ part, props }: { part: Late<P>; props: P }) {
  const { Shown } = part;
  return <Shown {...props} />;
}

/** Safari has no idle callbacks; a hidden tab may have none for minutes. */
const idle = () =>
  new Promise<void>((resolve) => {
    if ('requestIdleCallback' in window) requestIdleCallback(() => resolve(), { timeout: 2000 });
    else setTimeout(resolve, 200);
  });

/**
 * Fetches all parts, one after another while nothing else is done: a network that goes away later, or a newer version on
 * the server, takes nothing from an open page. What does not come is fetched when it is opened.
 */
export async function fetchParts(): Promise<void> {
  // Parts of a part are added once that is there.
  for (const load of fetches) {
    await idle();
    await load().catch(() => undefined);
  }
}
