// `npm test`: format, lint, types, then every test on embedded parts. Ends with "N passed, N failed", counted from the report.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

const reportSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numFailedTestSuites: z.number(),
});

const dir = mkdtempSync(join(tmpdir(), 'orderly-test-'));
const report = join(dir, 'report.json');
const filters = process.argv.slice(2);
const steps: [name: string, command: string, args: string[]][] = [
  ['format and lint', 'biome', ['check', '.']],
  ['types', 'tsc', ['--noEmit']],
  [
    'tests',
    'vitest',
    ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...filters],
  ],
];
let failed = 0;
for (const [name, command, args] of filters.length > 0 ? steps.slice(2) : steps) {
  console.log(`\n— ${name}`);
  if (spawnSync(command, args, { stdio: 'inherit' }).status !== 0) failed += 1;
}
const { numPassedTests, numFailedTests, numFailedTestSuites } = read();
const checks = (filters.length > 0 ? 0 : 2) - Math.min(failed, 2);
// A check that failed, or a file that could not even be read, counts as one failure.
const failures = Math.max(
  numFailedTests + (numFailedTests === 0 ? numFailedTestSuites : 0),
  failed > 0 ? 1 : 0,
);
console.log(`\n${numPassedTests + Math.max(0, checks)} passed, ${failures} failed`);
rmSync(dir, { recursive: true, force: true });
process.exit(failed > 0 ? 1 : 0);

function read(): z.infer<typeof reportSchema> {
  try {
    return reportSchema.parse(JSON.parse(readFileSync(report, 'utf8')));
  } catch {
    // No report means that the tests did not run at all: that is a failure, and the exit code says so too.
    return { numPassedTests: 0, numFailedTests: 1, numFailedTestSuites: 1 };
  }
}
