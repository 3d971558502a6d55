/**
 * Runs every test in Node and Chromium, or those that take too long for every change (--tier long) or landing (--tier hours).
 * Ends with one line: N passed, N failed. Skipped tests, or none at all, fail.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureChromium } from '../support/chromium.ts';

process.env.CHROMIUM_PATH = ensureChromium();
const { values, positionals } = parseArgs({ options: { tier: { type: 'string' } }, allowPositionals: true });
const folder = mkdtempSync(join(tmpdir(), 'bottleneck-test-'));
const report = join(folder, 'report.json');
const vitest = spawnSync(
  process.execPath,
  [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...(values.tier ? [`${values.tier}*`] : ['node', 'gpu', 'e2e']).map((project) => `--project=${project}`),
    ...positionals,
  ],
  { stdio: 'inherit' },
);

interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  success: boolean;
}

let counts: Report | undefined;
try {
  counts = JSON.parse(readFileSync(report, 'utf8')) as Report;
} catch {
  console.error('The test runner wrote no report.');
}
rmSync(folder, { recursive: true, force: true });
const passed = counts?.numPassedTests ?? 0;
const skipped = (counts?.numPendingTests ?? 0) + (counts?.numTodoTests ?? 0);
// A file that could not be loaded fails the run without a failed test of its own.
const broken = vitest.status !== 0 || !counts?.success || skipped > 0 || passed === 0;
const failed = Math.max(counts?.numFailedTests ?? 0, broken ? 1 : 0);
if (skipped > 0) console.error(`${skipped} tests were skipped; none may be.`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
