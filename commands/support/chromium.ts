import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright';

/** Flags: WebGPU in Chromium without a display, on SwiftShader where there is no GPU, and no requests of its own. */
export const chromiumArgs = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
];

/** The first Chromium or Chrome found: CHROMIUM_PATH, the usual places, Playwright's own. */
export function findChromium(): string | undefined {
  const places = [
    process.env.CHROMIUM_PATH,
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome-stable',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    chromium.executablePath(),
  ];
  return places.find((place) => place && existsSync(place));
}

/**
 * Finds a Chromium, or installs one: Debian's package for root on Debian, Playwright's build elsewhere.
 * @throws Error saying what to do by hand, if neither works
 */
export function ensureChromium(): string {
  const found = findChromium();
  if (found) return found;
  const run = (command: string, ...args: string[]) => {
    console.log(`No Chromium or Chrome found. Running: ${[command, ...args].join(' ')}`);
    execFileSync(command, args, { stdio: 'inherit' });
  };
  try {
    if (existsSync('/usr/bin/apt-get') && process.getuid?.() === 0) {
      run('apt-get', 'update');
      run('apt-get', 'install', '-y', 'chromium');
    } else run('npx', 'playwright', 'install', 'chromium');
  } catch {
    // The error below says what to do.
  }
  const installed = findChromium();
  if (!installed)
    throw new Error('No Chromium or Chrome found, and none could be installed. Install one, or set CHROMIUM_PATH.');
  return installed;
}
