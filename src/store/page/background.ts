import { z } from 'zod';
import { createStore } from 'zustand/vanilla';
import { readText, writeText } from '../../base/browser-storage.ts';
import { createSerialQueue } from '../../base/serial.ts';
import { onTraining, trains } from './training.ts';

/** What goes on while nobody looks: the screen that stays on, and the word at the end. */

export interface BackgroundState {
  /** The screen stays on while a run trains. */
  keepsAwake: boolean;
  /** The end of a run is told where the tab is not in sight. */
  notifies: boolean;
  /** Why the screen does not stay on, or nothing can be told; null: it does, or was not tried. */
  awakeProblem: 'absent' | 'refused' | null;
  notifyProblem: 'absent' | 'denied' | null;
}

const settingsSchema = z.object({ keepsAwake: z.boolean(), notifies: z.boolean() });
const firstSettings = { keepsAwake: true, notifies: false };
const storageKey = 'bottleneck.background';

export const backgroundStore = createStore<BackgroundState>(() => ({
  ...firstSettings,
  awakeProblem: null,
  notifyProblem: null,
}));
const { getState, setState } = backgroundStore;

/** The settings of earlier visits. Storage that is refused or damaged is none. */
function readSettings(): z.infer<typeof settingsSchema> {
  try {
    const settings = settingsSchema.safeParse(JSON.parse(readText('localStorage', storageKey) ?? 'null'));
    return settings.success ? settings.data : firstSettings;
  } catch {
    return firstSettings;
  }
}

function change(settings: Partial<z.infer<typeof settingsSchema>>): void {
  setState(settings);
  const { keepsAwake, notifies } = getState();
  writeText('localStorage', storageKey, JSON.stringify({ keepsAwake, notifies }));
}

let sentinel: WakeLockSentinel | null = null;
const inTurn = createSerialQueue();

/** Takes the lock on the screen, or lets it go: it is held while a run trains in sight. */
async function updateLock(): Promise<void> {
  const wanted = getState().keepsAwake && trains() && document.visibilityState === 'visible';
  if (!wanted) {
    await sentinel?.release();
    sentinel = null;
    return;
  }
  // The browser takes it back when the tab goes out of sight, or its battery runs low.
  if (sentinel && !sentinel.released) return;
  if (!('wakeLock' in navigator)) return setState({ awakeProblem: 'absent' });
  try {
    sentinel = await navigator.wakeLock.request('screen');
    setState({ awakeProblem: null });
  } catch {
    setState({ awakeProblem: 'refused' });
  }
}

const lookAgain = (): void => void inTurn(updateLock);

export function keepAwake(keepsAwake: boolean): void {
  change({ keepsAwake });
  lookAgain();
}

/** Turns the word at the end on or off; on, the browser asks the person first, so this is to be called on a click. */
export async function notifyAtEnd(notifies: boolean): Promise<void> {
  if (!notifies) return change({ notifies });
  if (!('Notification' in window)) return setState({ notifyProblem: 'absent' });
  const permission = await Notification.requestPermission();
  setState({ notifyProblem: permission === 'granted' ? null : 'denied' });
  change({ notifies: permission === 'granted' });
}

/** Tells a person who looks elsewhere; a click brings the tab to the front. */
export function notify(title: string, body: string): void {
  if (!getState().notifies || document.visibilityState === 'visible') return;
  try {
    const note = new Notification(title, { body, tag: 'bottleneck' });
    note.onclick = () => {
      window.focus();
      note.close();
    };
  } catch {
    // Chrome on Android has the class, and refuses to make one.
    setState({ notifyProblem: 'absent' });
  }
}

/** Follows this tab's training from now on. To be called once, when the page starts. */
export function followBackground(): void {
  const settings = readSettings();
  const isDenied = settings.notifies && (!('Notification' in window) || Notification.permission !== 'granted');
  setState({ ...settings, ...(isDenied ? { notifies: false, notifyProblem: 'denied' } : {}) });
  onTraining(lookAgain);
  document.addEventListener('visibilitychange', lookAgain);
}
