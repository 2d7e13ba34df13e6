import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

const reportSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  success: z.boolean(),
});

/** Runs vitest and counts from its report. A run without a report, or a file that could not be read, counts as a failure. */
export function runTests(args: string[]): { passed: number; failed: number } {
  const dir = mkdtempSync(join(tmpdir(), 'orderly-test-'));
  const file = join(dir, 'report.json');
  try {
    const run = spawnSync(
      'vitest',
      ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...args],
      {
        stdio: 'inherit',
      },
    );
    const report = reportSchema.safeParse(readJson(file));
    if (!report.success) return { passed: 0, failed: 1 };
    const { numPassedTests, numFailedTests, success } = report.data;
    const isRed = run.status !== 0 || !success;
    return { passed: numPassedTests, failed: isRed ? Math.max(1, numFailedTests) : 0 };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null; // no report: the caller counts it as a failure
  }
}
