/** npm run social: takes the picture that a posted link shows (docs/deploy/README.md), of the page after its first minute. */
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { createServer } from 'vite';
import { picture } from '../site/social.ts';
import { chromiumArgs, ensureChromium } from '../support/chromium.ts';
import { runCommand } from '../support/command.ts';

const file = fileURLToPath(new URL(`../../public/${picture.file}`, import.meta.url));

runCommand(async () => {
  const server = await createServer({
    root: fileURLToPath(new URL('../..', import.meta.url)),
    logLevel: 'error',
    server: { port: 0, host: '127.0.0.1' },
  });
  await server.listen();
  const browser = await chromium.launch({ executablePath: ensureChromium(), args: chromiumArgs });
  try {
    const { width, height } = picture;
    const page = await browser.newPage({ locale: 'en-US', viewport: { width, height } });
    await page.goto(server.resolvedUrls?.local[0] ?? '');
    await page.getByTestId('teach').click();
    await page.getByTestId('start-status').getByText('Done').waitFor({ timeout: 300_000 });
    // Its end is told below the drawing, and the bars move to where they belong.
    await page.waitForTimeout(2000);
    await page.evaluate(() => scrollTo(0, 0));
    await page.screenshot({ path: file });
    console.log(`public/${picture.file}: ${Math.round(statSync(file).size / 1000)} kB.`);
    return 0;
  } finally {
    await browser.close();
    await server.close();
  }
});
