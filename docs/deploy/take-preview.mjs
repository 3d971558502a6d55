// Takes public/preview.png, the picture of shared links, from the built page: npm run build && node docs/deploy/take-preview.mjs
import { existsSync } from 'node:fs';
import { chromium } from 'playwright';
import { preview } from 'vite';

const server = await preview({ logLevel: 'error', preview: { port: 0, host: '127.0.0.1' } });
const installed = '/usr/bin/chromium';
const browser = await chromium.launch(existsSync(installed) ? { executablePath: installed } : {});
const page = await browser.newPage({
  viewport: { width: 1200, height: 630 },
  locale: 'en-US',
  reducedMotion: 'reduce',
});
await page.goto(`${server.resolvedUrls.local[0]}#/start`);
await page.getByTestId('start-class').first().waitFor({ timeout: 60_000 });
await page.screenshot({ path: 'public/preview.png' });
await browser.close();
await server.close();
