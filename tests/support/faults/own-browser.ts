import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright';
import { chromiumArgs, findChromium } from '../../../commands/support/chromium.ts';

/** A browser as a person has it, with a profile on the disk. */
export interface OwnBrowser {
  /** Its windows' context. */
  context: BrowserContext;
  /** Ends it, or kills it without a word. */
  end(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/**
 * Starts a browser that Playwright is only connected to. Its tabs are hidden when others are in front, whereas Playwright's
 * own all believe to be looked at.
 * @param profile a folder
 */
export async function openBrowser(profile: string): Promise<OwnBrowser> {
  const executable = findChromium();
  if (!executable) throw new Error('There is no Chromium.');
  const args = [
    '--headless=new',
    '--remote-debugging-port=0',
    `--user-data-dir=${profile}`,
    '--lang=en-US',
    '--window-size=1280,900',
  ];
  const process = spawn(executable, [...chromiumArgs, ...args, 'about:blank'], { stdio: ['ignore', 'ignore', 'pipe'] });
  const address = await new Promise<string>((resolve, reject) => {
    let said = '';
    process.on('exit', () => reject(new Error(said)));
    process.stderr.on('data', (data) => {
      said += data;
      const [, found] = /listening on (ws:\S+)/.exec(said) ?? [];
      if (found) resolve(found);
    });
  });
  const browser = await chromium.connectOverCDP(address, { noDefaults: true });
  const [context] = browser.contexts();
  if (!context) throw new Error('There is no window.');
  return {
    context,
    end: async (signal = 'SIGTERM') => {
      const ended = new Promise((resolve) => process.on('exit', resolve));
      process.kill(signal);
      await ended;
    },
  };
}

/**
 * Waits until Chromium has written down that a site keeps something. Only some thirty seconds after a first visit it does, and
 * what lies there of a site that is not written down, it deletes as it starts.
 */
export async function siteIsKnown(profile: string, origin: string): Promise<void> {
  const sites = join(profile, 'Default/WebStorage/QuotaManager');
  while (!(await readFile(sites).catch(() => Buffer.of())).includes(origin))
    await new Promise((resolve) => setTimeout(resolve, 200));
}

/** Removes a browser's profile, which its last processes may still write to. */
export async function removeProfile(profile: string): Promise<void> {
  for (let left = 50; left > 0; left--) {
    const gone = await rm(profile, { recursive: true, force: true }).then(
      () => true,
      () => false,
    );
    if (gone) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
